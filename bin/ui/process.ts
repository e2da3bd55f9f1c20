/** The real world as an {@link Io}. The only module that touches the process. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type { Program } from './command.ts';
import type { Io, Terminal } from './io.ts';
import { EXIT } from './exit.ts';
import { main } from './main.ts';
import { Signals } from './signals.ts';

/** Runs a program on the arguments of the process and sets its exit code. */
export async function runProcess(program: Program): Promise<void> {
  const signals = new Signals();
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // Somebody who reads no further, as `head` does, has not got the result: a script must be able to tell.
      if (stream === process.stdout) process.stderr.write(`error[E0102]: cannot write to stdout: ${error.message}\n`);
      process.exit(EXIT.input);
    });
  process.exitCode = await main(program, process.argv.slice(2), processIo(signals));
  signals.end();
}

function processIo(signals: Signals): Io {
  return {
    version: packageVersion(),
    cwd: process.cwd(),
    env: process.env,
    stdout: terminal(process.stdout),
    stderr: terminal(process.stderr),
    now: () => performance.now() / 1000,
    peakRssBytes,
    processors: availableParallelism(),
    signal: signals.signal,
    holdSignals: () => signals.hold(),
  };
}

const terminal = (stream: NodeJS.WriteStream): Terminal => ({
  write: (text) => void stream.write(text),
  isTTY: stream.isTTY === true,
  columns: stream.columns,
  stream,
});

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
