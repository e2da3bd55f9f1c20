/** The graphs of these tests (make.py writes them). */
import { readFileSync } from 'node:fs';

export const NIR_FILES = ['lif', 'recurrent', 'image', 'sequence'] as const;

export const nirFile = (name: (typeof NIR_FILES)[number]): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`${name}.nir`, import.meta.url)));

/** The file with a text in the place of another one of the same length, wherever it is. */
export function replaced(file: Uint8Array, text: string, by: string): Uint8Array {
  if (text.length !== by.length) throw new Error(`"${by}" is not as long as "${text}"`);
  return new Uint8Array(Buffer.from(Buffer.from(file).toString('latin1').replaceAll(text, by), 'latin1'));
}
