/** Builds and runs, beside the page; what it is given and gives stays on this machine. */
import { formatDiagnostic, layersByCore, type Sample, shapeSize, tileOfCore } from '../../isa/index.ts';
import {
  build,
  DiagnosticError,
  evaluate,
  open,
  type OpenChip,
  readSamples,
  renderReport,
  watch,
} from '../../library/index.ts';
import { toBuild } from './to-build.ts';
import { sampleShape } from '../../library/stimulus.ts';
import type {
  Answers,
  DataFiles,
  Fault,
  FromWorker,
  OpenedChip,
  RequestKind,
  Requests,
  ToWorker,
} from '../messages.ts';

/** Name and version of the program whose bytes these are; written by the build of the page. */
declare const SNNC_TOOL: string;

interface Task {
  readonly signal: AbortSignal;
  readonly progress: (what: string, done: number, total?: number) => void;
  readonly say: (message: FromWorker) => void;
  readonly id: number;
}

type Handlers = { readonly [K in RequestKind]: (request: Requests[K], task: Task) => Promise<Answers[K]> };

/** The chip that is watched and evaluated: the last one that was built or opened. */
let chip: OpenChip | undefined;

const requireChip = (): OpenChip => {
  if (chip === undefined) throw new Error('no chip is open');
  return chip;
};

const readFiles = ({ data, labels }: DataFiles, shape: readonly number[] | undefined) =>
  readSamples(data.bytes, {
    name: data.name,
    ...(shape && { shape }),
    ...(labels && { labels: labels.bytes, labelsName: labels.name }),
  });

async function* first<T>(items: AsyncIterable<T>, most: number): AsyncGenerator<T> {
  if (most === 0) return;
  let left = most;
  for await (const item of items) {
    yield item;
    if (--left === 0) return;
  }
}

/** Samples of files for a network that takes this shape; what there is to say of them is added to the notes. */
async function* samplesAs(files: DataFiles, shape: readonly number[], notes: string[]): AsyncGenerator<Sample> {
  const data = await readFiles(files, shape);
  for (const note of data.notes) if (!notes.includes(note)) notes.push(note);
  yield* data.samples;
}

const handlers: Handlers = {
  async build({ network, sideFiles, settings, calibration }, { signal, progress }) {
    const notes: string[] = [];
    const { bytes, warnings } = await build(network.bytes, {
      ...toBuild(settings),
      fileName: network.name,
      sideFiles: Object.fromEntries(sideFiles.map(({ name, bytes: side }) => [name, side])),
      ...(calibration && { calibrate: (shape) => samplesAs(calibration, shape, notes) }),
      tool: SNNC_TOOL,
      signal,
      onProgress: progress,
    });
    const opened = open(bytes, 'chip.bin');
    chip = opened;
    return describe(opened, [...notes, ...warnings.map(({ code, message }) => `${code} ${message}`)]);
  },

  // eslint-disable-next-line @typescript-eslint/require-await -- the others wait
  async open({ file }) {
    const opened = open(file.bytes, file.name);
    chip = opened;
    return describe(opened, []);
  },

  async look({ files, shape, most }) {
    const { count, shape: found, isLabelled, notes, samples } = await readFiles(files, shape);
    const seen: Answers['look']['samples'][number][] = [];
    // What a reader gives is valid until the next sample.
    for await (const { values, label } of first(samples, most)) seen.push({ values: copyOf(values), label });
    return { count, shape: found, isLabelled, notes, samples: seen };
  },

  async watch({ values, potentialsOf }, { id, say, signal }) {
    const steps = watch(requireChip(), values, { potentialsOf, signal });
    for (let next = await steps.next(); ; next = await steps.next()) {
      if (next.done === true) return next.value;
      say({ id, kind: 'phase', phase: next.value });
    }
  },

  async evaluate({ files, most }, { signal, progress }) {
    const opened = requireChip();
    const { samples, count } = await readFiles(files, sampleShape(opened.chip.input));
    const total = Math.min(most, count);
    return evaluate(opened, first(samples, most), { signal, onProgress: (done) => progress('samples', done, total) });
  },

  report: ({ record }) => renderReport(record, { format: 'html' }),
};

const copyOf = (values: Sample['values']): Uint8Array | Float32Array =>
  values instanceof Uint8Array ? values.slice() : Float32Array.from(values);

function describe({ chip, bytes, sha256 }: OpenChip, notes: readonly string[]): OpenedChip {
  const { cores, layers, input, output, provenance, target, ticks, window } = chip;
  const layersOf = layersByCore(chip);
  return {
    bytes,
    sha256,
    network: provenance.network,
    target: target.name,
    mesh: target.mesh,
    cores: cores.map(({ core }) => ({
      core,
      tile: tileOfCore(target, core),
      layers: (layersOf.get(core) ?? []).map(({ layer }) => layer),
    })),
    layers: layers.map(({ name, shape, fires }) => ({ name, shape, fires })),
    inputShape: sampleShape(input),
    ticks,
    window,
    clockHz: target.timing.clockHz.value,
    classes: shapeSize(output.shape),
    labels: output.labels,
    notes,
  };
}

function faultsOf(error: unknown): Fault[] {
  if (error instanceof DiagnosticError)
    return error.diagnostics.map((one) => ({ code: one.code, text: formatDiagnostic(one) }));
  const { message, name } = error as Error;
  return [{ code: name === 'AbortError' ? 'stopped' : 'fault', text: message }];
}

const running = new Map<number, AbortController>();

const say = (message: FromWorker): void => {
  postMessage(message);
};

onmessage = ({ data }: MessageEvent<ToWorker>): void => {
  if (data.kind === 'cancel') {
    running.get(data.id)?.abort(new DOMException('stopped', 'AbortError'));
    return;
  }
  void serve(data);
};

async function serve({ id, kind, request }: Exclude<ToWorker, { kind: 'cancel' }>): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  const progress: Task['progress'] = (what, done, total) => {
    say({ id, kind: 'progress', what, done, total });
  };
  try {
    const handler = handlers[kind] as (request: unknown, task: Task) => Promise<Answers[RequestKind]>;
    say({ id, kind: 'done', answer: await handler(request, { signal: controller.signal, progress, say, id }) });
  } catch (error) {
    say({ id, kind: 'failed', faults: faultsOf(error) });
  } finally {
    running.delete(id);
  }
}
