/** The real world as an {@link Io}. The only module that touches the process. */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type { Program } from './command.ts';
import { Interruption, type Io, type Terminal } from './io.ts';
import { EXIT } from './exit.ts';
import { main } from './main.ts';

/** Runs a program on the arguments of the process and sets its exit code. */
export async function runProcess(program: Program): Promise<void> {
  const controller = new AbortController();
  const interrupt = (): void => {
    // A second signal means now.
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort(new Interruption());
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // Somebody who reads no further, as `head` does, has not got the result: a script must be able to tell.
      if (stream === process.stdout) process.stderr.write(`error[E0102]: cannot write to stdout: ${error.message}\n`);
      process.exit(EXIT.input);
    });
  process.exitCode = await main(program, process.argv.slice(2), processIo(controller.signal));
}

function processIo(signal: AbortSignal): Io {
  return {
    version: packageVersion(),
    cwd: process.cwd(),
    env: process.env,
    stdout: terminal(process.stdout),
    stderr: terminal(process.stderr),
    now: () => performance.now() / 1000,
    peakRssBytes: () => process.resourceUsage().maxRSS * 1024,
    processors: availableParallelism(),
    signal,
  };
}

const terminal = (stream: NodeJS.WriteStream): Terminal => ({
  write: (text) => void stream.write(text),
  isTTY: stream.isTTY === true,
  columns: stream.columns,
  stream,
});

/** The package refers to itself by name, which works from bin/ and from dist/bin/ alike. */
function packageVersion(): string {
  const { version } = createRequire(import.meta.url)('snnc/package.json') as { version: string };
  return version;
}
