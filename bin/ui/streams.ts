/** What the standard streams have in common, whoever prints. */
import { EXIT } from './exit.ts';
import type { Terminal } from './io.ts';

/** Somebody who reads no further, as `head` does, has not got the result: a script must be able to tell. */
export function endWhereUnheard(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (stream === process.stdout) process.stderr.write(`error[E0102]: cannot write to stdout: ${error.message}\n`);
      process.exit(EXIT.input);
    });
}

export const terminalOf = (stream: NodeJS.WriteStream): Terminal => ({
  write: (text) => void stream.write(text),
  isTTY: stream.isTTY === true,
  columns: stream.columns,
  stream,
});
