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

export class SampleTable {
  readonly #io: Io;
  readonly #file: StagedFile;
  readonly #path: string;
  readonly #chip: Chip;
  #meter: SampleMeter | undefined;

  private constructor(io: Io, path: string, file: StagedFile, chip: Chip) {
    this.#io = io;
    this.#path = path;
    this.#file = file;
    this.#chip = chip;
    file.append(this.#format.head);
  }

  /** undefined where no table is asked for. @throws DiagnosticError E0102, E0103 */
  static async open(io: Io, values: SampleValues, chip: Chip): Promise<SampleTable | undefined> {
    const [path] = sampleOutputs(values);
    return path === undefined ? undefined : new SampleTable(io, path, await StagedFile.open(io, path), chip);
  }

  /** Of the inference that ended last. @param counts of the emulator since it was made */
  add({ index, label, floatOutputs }: SampleInfo, inference: Inference, counts: () => Counts): void {
    this.#meter ??= new SampleMeter(this.#chip, counts);
    const { isPartial, latencyCycles, ...cost } = this.#meter.measure(inference);
    const clockHz = this.#chip.target.timing.clockHz.value;
    this.#file.append(
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
    await writeOutputs(this.#io, [await this.#file.finish()]);
  }

  discard(): Promise<void> {
    return this.#file.discard();
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
