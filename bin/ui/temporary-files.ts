/** Names under which files are written before they get their own, and what processes that were killed left of them. */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** A file system can be shared: numbers of processes say something on their own machine only. */
const machine = (): string => createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

const startOf = (path: string): string => `.${basename(path).slice(0, 80)}.${machine()}-`;

/** A name beside the file that nobody else uses. */
export const temporaryName = (path: string): string =>
  join(dirname(path), `${startOf(path)}${process.pid}.${randomUUID()}.tmp`);

/** Removes what processes of this machine that are no more left of the same file. */
export async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  const start = startOf(path);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const writer = name.startsWith(start) ? /^(\d+)\.[0-9a-f-]{36}\.tmp$/.exec(name.slice(start.length)) : null;
    if (writer !== null && !isRunning(Number(writer[1])))
      await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // What belongs to somebody else runs too.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
