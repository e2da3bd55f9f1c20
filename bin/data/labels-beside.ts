/** Labels beside IDX images, as the names of the files tell. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** `…labels-idx1-ubyte[.gz]` beside `…images-idx3-ubyte[.gz]`, or undefined where there is none. */
export function labelsBeside(images: string): string | undefined {
  const name = basename(images);
  if (!name.includes('images-idx3-ubyte')) return undefined;
  const labels = name.replace('images-idx3-ubyte', 'labels-idx1-ubyte');
  const other = labels.endsWith('.gz') ? labels.slice(0, -3) : `${labels}.gz`;
  return [labels, other].map((candidate) => join(dirname(images), candidate)).find((path) => existsSync(path));
}
