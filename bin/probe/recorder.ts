/** `--probe`: records spikes and membrane potentials of chosen neurons while samples run. */
import { extname } from 'node:path';
import { type Inference, ProbeObserver, probedNeurons, type TickObserver } from '../../emulator/index.ts';
import { type Chip, fail, MOST_RECORDED_PROBES, type RunRecord } from '../../isa/index.ts';
import { formatSi, plural } from '../../report/index.ts';
import { elementOf, locate } from '../diff/places.ts';
import { storedOperands } from '../diff/stored-synapses.ts';
import type { ChipFile } from '../ui/chip-file.ts';
import { writeOutputs } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { printNote } from '../ui/messages.ts';
import { StagedFile } from '../ui/staged-file.ts';
import { ndjsonFormat, wholeJsonFormat } from './json-file.ts';
import { npzFormat } from './npz-file.ts';
import type { NamedProbe, ProbedRun, ProbeFormat, ProbeWriter } from './probe-file.ts';
import { nameOf, parseProbe, probeName } from './probe-spec.ts';

/** Values of the options. */
export interface ProbeValues {
  readonly probe: readonly string[] | undefined;
  readonly 'probe-out': string | undefined;
}

const STANDARD_OUTPUT = 'probes.npz';
/** Of a probe file. Also what the traces of one inference can take in memory. */
const LARGEST_BYTES = 2 ** 30;
const MOST_PROBES = 1024;

const FORMATS: ReadonlyMap<string, ProbeFormat> = new Map([
  ['.npz', npzFormat],
  ['.json', wholeJsonFormat],
  ['.ndjson', ndjsonFormat],
]);

/**
 * The file that probes are going to be written to; none where nothing is probed.
 *
 * @throws DiagnosticError E0103 for an extension that names no format, E0107 for a file without a probe
 */
export function probeOutputs({ probe, 'probe-out': out }: ProbeValues): string[] {
  if (probe === undefined) {
    if (out !== undefined)
      fail('E0107', '--probe-out without --probe', undefined, 'say what to record: --probe <layer>');
    return [];
  }
  const path = out ?? STANDARD_OUTPUT;
  formatOf(path);
  return [path];
}

function formatOf(path: string): ProbeFormat {
  const format = FORMATS.get(extname(path).toLowerCase());
  if (format === undefined)
    fail(
      'E0103',
      '--probe-out: the extension names no format',
      { file: path },
      `use ${[...FORMATS.keys()].join(', ')}`,
    );
  return format;
}

/**
 * A recorder for what is asked for; undefined where that is nothing.
 *
 * @param samples inferences that will be recorded
 * @throws DiagnosticError E0103 where there is no such layer or neuron, E0706 where the file would be too large
 */
export function newRecorder(
  io: Io,
  values: ProbeValues,
  { chip, sha256 }: ChipFile,
  samples: number,
): ProbeRecorder | undefined {
  const [path] = probeOutputs(values);
  const { probe: texts } = values;
  if (texts === undefined || path === undefined) return undefined;
  if (texts.length > MOST_PROBES)
    fail(
      'E0107',
      `--probe is given ${texts.length} times; at most ${MOST_PROBES} are taken`,
      undefined,
      'probe layers',
    );
  const probes = texts.map((text) => namedProbe(text, chip));
  const names = probes.map(({ name }) => name);
  const twice = names.find((name, k) => names.indexOf(name) < k);
  if (twice !== undefined) fail('E0107', `--probe names ${twice} twice`, undefined, 'name it once');
  const { network } = chip.provenance;
  const run = { tool: `snnemu ${io.version}`, chip: { sha256, network }, ticks: chip.ticks, samples, probes };
  const format = formatOf(path);
  checkSize(format, run, path);
  return new ProbeRecorder(io, chip, run, path, format);
}

function namedProbe(text: string, chip: Chip): NamedProbe {
  const probe = parseProbe(text, chip);
  const { layer, neuron } = probe;
  const { shape } = chip.layers[layer]!;
  const common = { ...probe, name: probeName(chip, probe), neurons: probedNeurons(chip, probe) };
  return neuron === undefined ? { ...common, shape } : { ...common, shape: [], place: placeOf(chip, layer, neuron) };
}

function placeOf(chip: Chip, layer: number, neuron: number): NonNullable<NamedProbe['place']> {
  const { c, y, x } = elementOf(chip.layers[layer]!.shape, neuron);
  const { core, slot } = locate(chip, layer, neuron);
  const image = chip.cores.find((candidate) => candidate.core === core);
  const firing =
    image && storedOperands(image, slot).find(({ op }) => op === 'FIRE' || op === 'FIREV' || op === 'FIRES');
  const threshold = firing?.values[0] ?? null;
  return { layer: nameOf(chip, layer), channel: c, y, x, threshold };
}

function checkSize(format: ProbeFormat, run: ProbedRun, path: string): void {
  const bytes = format.largestBytes(run);
  if (bytes <= LARGEST_BYTES) return;
  const perSample = format.largestBytes({ ...run, samples: 1 });
  const fitting = Math.floor((LARGEST_BYTES / bytes) * run.samples);
  fail(
    'E0706',
    `the probes would record up to ${formatSi(bytes, 'B')} of ${plural(run.samples, 'sample')}, ${formatSi(perSample, 'B')} each; the limit is ${formatSi(LARGEST_BYTES, 'B')}`,
    { file: path },
    `${fitting > 0 ? `record about ${fitting} samples (--limit), or ` : ''}probe single neurons: layer:channel,y,x`,
  );
}

/** Its file is begun with the first inference, and is there once it is finished. */
export class ProbeRecorder {
  readonly #io: Io;
  readonly #chip: Chip;
  readonly #run: ProbedRun;
  readonly #path: string;
  readonly #format: ProbeFormat;
  readonly #observer: ProbeObserver;
  #file: StagedFile | undefined;
  #writer: ProbeWriter | undefined;
  #first: RunRecord['probes'];

  constructor(io: Io, chip: Chip, run: ProbedRun, path: string, format: ProbeFormat) {
    this.#io = io;
    this.#chip = chip;
    this.#run = run;
    this.#path = path;
    this.#format = format;
    this.#observer = new ProbeObserver(chip, run.probes);
  }

  /** Has to watch every inference before it is added. */
  get observer(): TickObserver {
    return this.#observer;
  }

  /**
   * Writes the inference that was watched last.
   *
   * @param sample its index in the data set
   * @throws DiagnosticError E0102
   */
  async add(sample: number, { predicted }: Inference): Promise<void> {
    this.#file ??= await StagedFile.open(this.#io, this.#path, true);
    this.#writer ??= this.#format.open(this.#file, this.#run);
    const { traces } = this.#observer;
    this.#first ??= this.#firstTraces();
    await this.#writer.add({ sample, predicted, traces });
  }

  /** What the record shows of the first inference; undefined where none has run. */
  get recorded(): RunRecord['probes'] {
    return this.#first;
  }

  /** @throws DiagnosticError E0102 */
  async finish(): Promise<void> {
    await this.#writer?.end();
    if (this.#file !== undefined) await writeOutputs(this.#io, [await this.#file.finish()]);
    const { probes, samples } = this.#run;
    printNote(`${plural(probes.length, 'probe')} of ${plural(samples, 'inference')} in ${this.#path}`, this.#io);
  }

  /** Leaves nothing behind of what is not finished. */
  async discard(): Promise<void> {
    await this.#file?.discard();
  }

  /** Neurons that are named come first, then those of layers in NCHW order, each once. */
  #firstTraces(): RunRecord['probes'] {
    const { probes } = this.#run;
    const named = probes.flatMap(({ layer, neuron }, probe) =>
      neuron === undefined ? [] : [{ probe, layer, neuron }],
    );
    const isNamed = new Set(named.map(({ layer, neuron }) => `${layer} ${neuron}`));
    const ofLayers = probes.flatMap(({ layer, neuron, neurons }, probe) => {
      if (neuron !== undefined) return [];
      const length = Math.min(neurons, MOST_RECORDED_PROBES + named.length);
      return Array.from({ length }, (_, k) => ({ probe, layer, neuron: k })).filter(
        (one) => !isNamed.has(`${layer} ${one.neuron}`),
      );
    });
    return [...named, ...ofLayers].slice(0, MOST_RECORDED_PROBES).map(({ probe, layer, neuron }) => {
      const trace = this.#observer.traces[probe]!;
      const at = trace.neurons === 1 ? 0 : neuron;
      const places = Array.from({ length: this.#run.ticks }, (_, tick) => tick * trace.neurons + at);
      return {
        ...placeOf(this.#chip, layer, neuron),
        potential: places.map((k) => trace.potentials[k]!),
        spikes: places.map((k) => (trace.spikes[k] === 0 ? 0 : 1)),
      };
    });
  }
}
