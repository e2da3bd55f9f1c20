/** Builds that are kept beside the outcomes of a store, so that points with the same build make it once. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ConversionOfPoint, keptBuild, parseJsonFile, readChip, sha256Of } from '../../isa/index.ts';
import type { ChipFile } from '../ui/chip-file.ts';
import { pathOf, refuseFault, writeOutputs } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';

export interface Built {
  readonly file: ChipFile;
  readonly conversion: ConversionOfPoint;
  /** Warnings and notes of the build. */
  readonly notes: readonly string[];
}

/** The chip of a point; messages call it so. */
export const CHIP_NAME = 'chip.bin';

const FOLDER = 'builds';

/**
 * A build that was kept; undefined where there is none, or what is there is not whole: then it is made again.
 *
 * @param store folder of the store
 */
export async function keptBuildOf(io: Io, store: string, key: string): Promise<Built | undefined> {
  const read = (extension: string): Promise<Uint8Array | undefined> =>
    readFile(pathOf(io, join(store, FOLDER, `${key}.${extension}`))).catch(() => undefined);
  const [bytes, text] = [await read('bin'), await read('json')];
  if (bytes === undefined || text === undefined) return undefined;
  const parsed = parseJsonFile(text);
  const record = 'value' in parsed ? keptBuild.schema.safeParse(parsed.value).data : undefined;
  const sha256 = sha256Of(bytes);
  if (record?.key !== key || record.sha256 !== sha256) return undefined;
  const { conversion, notes } = record;
  return { file: { chip: readChip(bytes, CHIP_NAME), bytes, sha256 }, conversion, notes };
}

/** @throws DiagnosticError E0102 */
export async function keepBuild(io: Io, store: string, key: string, built: Built): Promise<void> {
  const { file, conversion, notes } = built;
  const folder = join(store, FOLDER);
  await mkdir(pathOf(io, folder), { recursive: true }).catch((error: unknown) => refuseFault(folder, error));
  const record = { format: 'snn-kept-build/1', key, sha256: file.sha256, conversion, notes };
  await writeOutputs(io, [
    { path: join(folder, `${key}.bin`), content: file.bytes },
    { path: join(folder, `${key}.json`), content: `${JSON.stringify(record)}\n` },
  ]);
}
