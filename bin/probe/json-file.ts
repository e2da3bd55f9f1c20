/**
 * Probe files as text: `.json`, one document whose member `traces` is written trace by trace, and `.ndjson`, the document
 * without that member on the first line and each trace on a line of its own.
 */
import type { ProbeTrace } from '../../emulator/index.ts';
import type {
  NamedProbe,
  PositionedBytes,
  ProbedInference,
  ProbedRun,
  ProbeFormat,
  ProbeWriter,
} from './probe-file.ts';

/** Text is written once there is so much of it. */
const CHUNK_CHARACTERS = 2 ** 18;
/** `-2147483648,` and `0,` */
const LARGEST_VALUE_BYTES = 12 + 2;
/** Of what stands around the values of a trace, beside its name; numbers have at most 16 digits. */
const LARGEST_FRAME_BYTES = 128;
/** `],[` twice. */
const TICK_FRAME_BYTES = 6;

const jsonFormat = (lines: boolean): ProbeFormat => ({
  largestBytes: (run) =>
    byteLength(headOf(run)) +
    LARGEST_FRAME_BYTES +
    run.samples *
      run.probes.reduce(
        (sum, { name, neurons }) =>
          sum +
          byteLength(JSON.stringify(name)) +
          LARGEST_FRAME_BYTES +
          run.ticks * (neurons * LARGEST_VALUE_BYTES + TICK_FRAME_BYTES),
        0,
      ),
  open: (file, run) => new JsonWriter(file, run, lines),
});

/** One document. */
export const wholeJsonFormat = jsonFormat(false);
/** A line each. */
export const ndjsonFormat = jsonFormat(true);

const byteLength = (text: string): number => Buffer.byteLength(text, 'utf8');

class JsonWriter implements ProbeWriter {
  readonly #file: PositionedBytes;
  readonly #run: ProbedRun;
  readonly #lines: boolean;
  #pending: string;
  #position = 0;
  #first = true;

  constructor(file: PositionedBytes, run: ProbedRun, lines: boolean) {
    this.#file = file;
    this.#run = run;
    this.#lines = lines;
    const head = headOf(run);
    this.#pending = lines ? `${head}\n` : `${head.slice(0, -1)},"traces":[\n`;
  }

  async add({ sample, predicted, traces }: ProbedInference): Promise<void> {
    for (const [k, probe] of this.#run.probes.entries()) {
      if (!this.#first && !this.#lines) this.#pending += ',\n';
      this.#first = false;
      this.#pending += `{"sample":${sample},"predicted":${predicted},"probe":${JSON.stringify(probe.name)}`;
      await this.#write('potential', traces[k]!.potentials, probe);
      await this.#write('spikes', traces[k]!.spikes, probe);
      this.#pending += this.#lines ? '}\n' : '}';
    }
  }

  async end(): Promise<void> {
    if (!this.#lines) this.#pending += '\n]}\n';
    await this.#flush();
  }

  /** A list over the ticks: of numbers for one neuron, else of lists in NCHW order. */
  async #write(
    member: string,
    values: ProbeTrace['potentials' | 'spikes'],
    { neurons, place }: NamedProbe,
  ): Promise<void> {
    this.#pending += `,"${member}":[`;
    for (let start = 0; start < values.length; start += neurons) {
      const ofTick = values.subarray(start, start + neurons).join(',');
      this.#pending += `${start === 0 ? '' : ','}${place === undefined ? `[${ofTick}]` : ofTick}`;
      if (this.#pending.length >= CHUNK_CHARACTERS) await this.#flush();
    }
    this.#pending += ']';
  }

  async #flush(): Promise<void> {
    const bytes = new TextEncoder().encode(this.#pending);
    this.#pending = '';
    await this.#file.write(bytes, this.#position);
    this.#position += bytes.length;
  }
}

function headOf({ tool, chip, ticks, samples, probes }: ProbedRun): string {
  const named = probes.map(({ name, shape, place }) => (place === undefined ? { name, shape } : { name, ...place }));
  return JSON.stringify({ format: 'snn-probe/1', tool, chip, ticks, samples, probes: named });
}
