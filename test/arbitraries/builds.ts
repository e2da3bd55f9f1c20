/** Builds random networks for tests. */
import { neuronsFrom } from '../../compiler/layer-neurons.ts';
import {
  buildChip,
  decodeGraphFile,
  type BuildOptions,
  type BuildRequest,
  type BuildResult,
  type ConvertedGraph,
} from '../../compiler/index.ts';
import { DiagnosticError, type Sample, type Target } from '../../isa/index.ts';
import type { RandomNetwork } from './networks.ts';
import { seededRandom } from './random.ts';
import { doubled } from './targets.ts';

export const TEST_OPTIONS: Omit<BuildOptions, 'target'> = {
  mode: 'default',
  rule: { kind: 'mse' },
  per: 'channel',
  window: 8,
  code: 'unary',
  weightBits: 8,
  correct: 'none',
  balance: false,
  // What partitioning and annealing compute is tested where they are; here they would only take time.
  assignment: 'layers',
  placement: { method: 'hilbert', seed: 0 },
  ledgerSamples: 0,
  preprocessing: undefined,
  labels: undefined,
  calibrationLimit: 4,
  selfTestSamples: 1,
  tool: 'test',
};

// eslint-disable-next-line @typescript-eslint/require-await -- the interface is asynchronous, the numbers are at hand
export async function* floatSamples(shape: readonly number[], count: number, seed: number): AsyncGenerator<Sample> {
  const random = seededRandom(seed);
  const size = shape.reduce((a, b) => a * b, 1);
  for (let index = 0; index < count; index++)
    yield { index, shape, values: Float32Array.from({ length: size }, () => random() * 2 - 1), label: index % 3 };
}

export function requestOf(net: RandomNetwork, options: BuildOptions): BuildRequest {
  return {
    source: new TextEncoder().encode(net.json),
    fileName: 'random.net.json',
    readSideFile: (name: string): Uint8Array => {
      throw new Error(`no side file ${name}`);
    },
    options,
    calibration: (shape) => floatSamples(shape, options.calibrationLimit, net.seed),
  };
}

export const build = (net: RandomNetwork, options: BuildOptions): Promise<BuildResult> =>
  buildChip(requestOf(net, options), { now: () => 0, verify: true });

/** Builds for the target, or the first of its doublings that the network fits. */
export async function buildThatFits(
  net: RandomNetwork,
  target: Target,
  options: Omit<BuildOptions, 'target'> = TEST_OPTIONS,
): Promise<BuildResult> {
  for (let tries = 0, candidate = target; ; tries++, candidate = doubled(candidate)) {
    try {
      return await build(net, { ...options, target: candidate });
    } catch (error) {
      const misfit = error instanceof DiagnosticError && error.diagnostics.every((d) => d.code.startsWith('E03'));
      if (!misfit || tries >= 8) throw error;
    }
  }
}

/** The graph of a chip whose network was converted. */
export function quantisedGraph(result: BuildResult): ConvertedGraph {
  const graph = decodeGraphFile(result.chip.graph!).quantised;
  const layers = graph.layers.map((layer) => {
    if (layer.neuron !== 'program') return layer;
    const { neuron: _, program, parameters, code: _code, ...shape } = layer;
    const { threshold, initial, bias } = parameters;
    if (!program.steps.some(({ op }) => op === 'FIRES')) throw new Error('the network was not converted');
    return {
      ...shape,
      ...neuronsFrom('signed-integrate-and-fire', { threshold: threshold!, initial: initial!, bias: bias! }),
    };
  });
  return { ...graph, layers };
}
