/** What a run is made with, for its record. */
import type { OriginRecord, SweepInput } from '../../isa/index.ts';
import { Inputs } from '../sweep/inputs.ts';
import type { ChipFile } from './chip-file.ts';
import { dataFile, splitSampleSpec } from './data.ts';
import { isFolder, isRegularFile } from './files.ts';
import type { Io } from './io.ts';

/** Options that say where results go, or how they are computed without a change of them. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  ...['json', 'csv', 'wide', 'per-tick', 'workers', 'samples', 'neurobench', 'build', 'probe-out'],
  ...['part', 'output', 'emit', 'tasks'],
  ...['trace', 'trace-ticks', 'vcd', 'vcd-ticks', 'vcd-cores'],
]);

/** Options that name data, in the order in which they are hashed. */
export const DATA_OPTIONS = ['input', 'data', 'labels', 'targets'] as const;

type Value = OriginRecord['options'][string];
const isValue = (value: unknown): value is Value =>
  ['string', 'number', 'boolean'].includes(typeof value) ||
  (Array.isArray(value) && value.every((each) => typeof each === 'string'));

/**
 * @param file the chip file that runs
 * @returns undefined where the command was not started by arguments
 * @throws DiagnosticError E0101, E06xx where data cannot be read
 */
export async function originOf(io: Io, file: ChipFile): Promise<OriginRecord | undefined> {
  const { given } = io;
  if (given === undefined || (given.command !== 'run' && given.command !== 'eval')) return undefined;
  const options = Object.fromEntries(
    Object.entries(given.values).filter(
      (entry): entry is [string, Value] => isValue(entry[1]) && entry[1] !== false && !WITHOUT_EFFECT.has(entry[0]),
    ),
  );
  const inputs: SweepInput[] = [
    { option: 'chip', name: String(options.chip), sha256: file.sha256, files: 1, bytes: file.bytes.length },
  ];
  for (const option of DATA_OPTIONS) {
    const name = options[option];
    const input = typeof name === 'string' ? await dataInput(io, option, name) : undefined;
    if (input !== undefined) inputs.push(input);
  }
  const { tool, sourceSha256, options: build } = file.chip.provenance;
  return { command: given.command, options, inputs, build: { tool, sourceSha256, options: { ...build } } };
}

/** Data by their content; undefined where they come through a pipe, which gives its bytes once. */
export async function dataInput(io: Io, option: string, name: string): Promise<SweepInput | undefined> {
  const { data } = splitSampleSpec(name);
  const path = dataFile(io, name);
  const isPattern = /[*?[]/.test(data);
  if (!isPattern && !(await isRegularFile(io, path)) && !(await isFolder(io, path))) return undefined;
  return { ...(await new Inputs(io).of(option, data)), name };
}
