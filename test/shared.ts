/** Reference material beside the repository. Tests that need it are skipped where it is absent. */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { it } from '@jest/globals';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', 'shared');

/** Path of a file under ../shared, or undefined where the folder or the file is absent. */
export function sharedPath(...parts: string[]): string | undefined {
  const path = resolve(root, ...parts);
  return existsSync(path) ? path : undefined;
}

/** `it` that is skipped, and says so in its title, where there is no ../shared. */
export function itShared(title: string, run: () => void | Promise<void>): void {
  if (existsSync(root)) it(title, run);
  else it.skip(`${title} (skipped: no ../shared)`, run);
}
