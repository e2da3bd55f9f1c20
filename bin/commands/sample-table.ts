/** `--samples`: a line for every sample that is run, written while the run goes on. */
import { extname } from 'node:path';
import { type Inference, type SampleInfo, SampleMeter } from '../../emulator/index.ts';
import { type Chip, type Counts, fail, predictedClass } from '../../isa/index.ts';
import { writeOutputs } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { StagedFile } from '../ui/staged-file.ts';

/** Values of the option. */
export interface SampleValues {
  readonly samples: string | undefined;
}

type Cell = number | boolean | null;
type Row = Readonly<Record<(typeof COLUMNS)[number], Cell>>;
/** Their meaning is in spec/samples.md. */
const COLUMNS = [
  ...(['sample', 'label', 'answer', 'right', 'conventionalAnswer', 'margin'] as const),
  ...(['spikes', 'packets', 'synops', 'macs', 'energyJ', 'energyPartial', 'latencyCycles', 'latencySeconds'] as const),
] as const;

const FORMATS: ReadonlyMap<string, { readonly head: string; readonly line: (row: Row) => string }> = new Map([
  ['.csv', { head: `${COLUMNS.join(',')}\n`, line: (row) => `${COLUMNS.map((name) => row[name] ?? '').join(',')}\n` }],
  ['.ndjson', { head: '', line: (row) => `${JSON.stringify(row)}\n` }],
]);

/**
 * The file that samples are going to be listed in; none where that is not asked for.
 *
 * @throws DiagnosticError E0103 for an extension that names no format
 */
export function sampleOutputs({ samples }: SampleValues): string[] {
  if (samples === undefined) return [];
  if (!FORMATS.has(extname(samples).toLowerCase()))
    fail(
      'E0103',
      '--samples: the extension names no format',
      { file: samples },
      `use ${[...FORMATS.keys()].join(', ')}`,
    );
  return [samples];
}

/** A table where one is asked for. @throws DiagnosticError E0103 for an extension that names no format */
export function newTable(io: Io, values: SampleValues, chip: Chip): SampleTable | undefined {
  const [path] = sampleOutputs(values);
  return path === undefined ? undefined : new SampleTable(io, path, chip);
}

/** Its file is begun with the first inference, and is there once it is finished. */
export class SampleTable {
  readonly #io: Io;
  readonly #path: string;
  readonly #chip: Chip;
  #file: StagedFile | undefined;
  #meter: SampleMeter | undefined;

  constructor(io: Io, path: string, chip: Chip) {
    this.#io = io;
    this.#path = path;
    this.#chip = chip;
  }

  /** Of the inference that ended last. @param counts of the emulator since it was made @throws DiagnosticError E0102 */
  async add({ index, label, floatOutputs }: SampleInfo, inference: Inference, counts: () => Counts): Promise<void> {
    this.#meter ??= new SampleMeter(this.#chip, counts);
    const file = (this.#file ??= await this.#begun());
    const { isPartial, latencyCycles, ...cost } = this.#meter.measure(inference);
    const clockHz = this.#chip.target.timing.clockHz.value;
    file.append(
      this.#format.line({
        ...{ sample: index, label: label ?? null, answer: inference.predicted },
        right: label === undefined ? null : inference.predicted === label,
        conventionalAnswer: floatOutputs === undefined ? null : predictedClass(floatOutputs),
        margin: this.#margin(inference.readout),
        ...cost,
        energyPartial: isPartial,
        latencyCycles: latencyCycles ?? null,
        latencySeconds: latencyCycles === undefined ? null : latencyCycles / clockHz,
      }),
    );
  }

  async finish(): Promise<void> {
    if (this.#file !== undefined) await writeOutputs(this.#io, [await this.#file.finish()]);
  }

  /** Leaves nothing behind of what is not finished. */
  async discard(): Promise<void> {
    await this.#file?.discard();
  }

  async #begun(): Promise<StagedFile> {
    const file = await StagedFile.open(this.#io, this.#path);
    file.append(this.#format.head);
    return file;
  }

  get #format() {
    return FORMATS.get(extname(this.#path).toLowerCase())!;
  }

  /** By how much the largest output is ahead of the next one, as values; the distance from 0 where there is one alone. */
  #margin(readout: Int32Array): number {
    const { output, window } = this.#chip;
    let [first, second] = [-Infinity, -Infinity];
    for (const value of readout)
      if (value > first) [first, second] = [value, first];
      else if (value > second) second = value;
    const ahead = readout.length === 1 ? Math.abs(first) : first - second;
    return (ahead * output.step) / window;
  }
}
