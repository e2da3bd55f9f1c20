/** The real world as an {@link Io}. Beside streams.ts and stored-help.ts, the only module that touches the process. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type { Program } from './command.ts';
import { Interruption, type Io } from './io.ts';
import { main } from './main.ts';
import { endWhereUnheard, terminalOf } from './streams.ts';

/** Runs a program on the arguments of the process and sets its exit code. */
export async function runProcess(program: Program): Promise<void> {
  const signals = new Signals();
  endWhereUnheard();
  process.exitCode = await main(program, process.argv.slice(2), processIo(signals));
  signals.end();
}

function processIo(signals: Signals): Io {
  return {
    version: packageVersion(),
    cwd: process.cwd(),
    env: process.env,
    stdout: terminalOf(process.stdout),
    stderr: terminalOf(process.stderr),
    now: () => performance.now() / 1000,
    peakRssBytes,
    processors: availableParallelism(),
    signal: signals.signal,
    holdSignals: () => signals.hold(),
  };
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * A process that listens for a signal hears it between two turns of its loop, so never in the middle of a long computation;
 * one that does not listen is ended by the system within no time. So signals are listened to only while there is something
 * to tidy up, and only for the first of them: the second one means now.
 */
class Signals {
  readonly #controller = new AbortController();
  #holds = 0;
  #received: NodeJS.Signals | undefined;
  readonly #listener = (signal: NodeJS.Signals): void => {
    this.#received = signal;
    this.#stopListening();
    this.#controller.abort(new Interruption());
  };

  constructor() {
    // The system does not end the first process of a container for a signal that it does not listen to.
    if (process.pid === 1) this.hold();
  }

  /** Aborted by the first signal that comes while signals are held. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  hold(): () => void {
    if (this.#holds++ === 0 && this.#received === undefined)
      for (const name of SIGNALS) process.on(name, this.#listener);
    let held = true;
    return () => {
      if (held && --this.#holds === 0) this.#stopListening();
      held = false;
    };
  }

  /** Ends the process as a signal does that was not held, if there was one: whoever started it sees one and the same end. */
  end(): void {
    if (this.#received !== undefined && process.pid !== 1) process.kill(process.pid, this.#received);
  }

  #stopListening(): void {
    for (const name of SIGNALS) process.off(name, this.#listener);
  }
}

/** The line of /proc/self/status with the peak of the resident memory. */
const PEAK_LINE = /^VmHWM:\s*(\d+) kB$/m;

/**
 * Peak of the resident memory in bytes. Linux carries the maximum of getrusage over fork and exec, so that it could be that
 * of the program that started this one; what the kernel says of the process in /proc is its own.
 */
function peakRssBytes(): number {
  const kibibytes = process.platform === 'linux' ? ownPeak() : undefined;
  return (kibibytes ?? process.resourceUsage().maxRSS) * 1024;
}

function ownPeak(): number | undefined {
  try {
    const line = PEAK_LINE.exec(readFileSync('/proc/self/status', 'utf8'));
    return line === null ? undefined : Number(line[1]);
  } catch {
    // Without /proc, as in some containers, there is only what getrusage says.
    return undefined;
  }
}

/** The package refers to itself by name, which works from bin/ and from dist/bin/ alike. */
function packageVersion(): string {
  const { version } = createRequire(import.meta.url)('snnc/package.json') as { version: string };
  return version;
}
