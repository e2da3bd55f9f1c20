/** Small run records for tests, with what a comparison reads. */
import { type RunRecord, runRecord as kind } from '../../isa/index.ts';
import { NO_COUNTS } from '../arbitraries/counts.ts';

export interface Figures {
  readonly network?: string;
  readonly target?: string;
  readonly window?: number;
  /** By sample: predicted class and label. */
  readonly outputs?: readonly (readonly [predicted: number, label: number])[];
  readonly top1?: number | undefined;
  readonly ci95?: [number, number];
  readonly joule?: number;
  readonly partial?: boolean;
  /** Median. */
  readonly seconds?: number | undefined;
  readonly inferences?: number;
}

const summary = (median: number) => ({ median, p99: median, max: 2 * median });

export function runRecord(figures: Figures = {}): RunRecord {
  const { network = 'digits', target = 'edge', window = 8, joule = 1e-6, partial = false } = figures;
  const { outputs = [], top1 = 0.5, ci95 = [top1 - 0.1, top1 + 0.1], seconds = 1e-3, inferences = 10 } = figures;
  const zero = { count: 0, jouleEach: 1, joule: 0, kind: 'assumed' as const, source: 'test' };
  return kind.schema.parse({
    format: 'snn-run/1',
    tool: 'test',
    chip: {
      sha256: 'ab',
      file: 'chip.bin',
      network,
      target,
      process: '22 nm',
      cores: 4,
      coresTotal: 64,
      neurons: 100,
      window,
      bytes: 1000,
    },
    ticks: window + 2,
    inferences,
    outputs: outputs.map(([predicted, label], index) => ({ index, predicted, label })),
    ...(!('top1' in figures && figures.top1 === undefined) && {
      accuracy: { correct: 5, total: 10, top1, ci95, floatTop1: 0.75 },
    }),
    spikeDigest: '',
    counts: { ...NO_COUNTS, synops: 1000, spikes: 100, activeCoreCycles: null, idleCoreCycles: null },
    perLayer: [],
    timing: 'cycle',
    ...(!('seconds' in figures && figures.seconds === undefined) && {
      latency: {
        cyclesPerInference: summary(Math.round(seconds * 2e8)),
        secondsPerInference: summary(seconds),
        perTick: [],
        bound: { integrate: 0, update: 0, network: 0, barrier: 0, host: 0 },
        inferencesPerSecond: 1 / seconds,
      },
    }),
    energy: {
      jouleTotal: joule * inferences,
      joulePerInference: joule,
      partial,
      parts: [{ event: 'synop', ...zero }],
      assumed: [],
      unknown: [],
    },
    comparison: { annMacs: 1, annJoule: 1, source: 'test' },
    host: { seconds: 1, synopsPerSecond: 1, peakRssBytes: 1 },
  });
}
