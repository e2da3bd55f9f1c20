/** How a graph that `snnc` wrote is run: in its metadata, which no library has to read. What is not as it was written is left alone. */
import { DECODINGS, type Decoding } from '../../ir/population.ts';
import type { Hdf5Group } from '../hdf5/file.ts';

export interface NirMetadata {
  readonly dt: number;
  readonly steps: number | undefined;
  readonly payload: { readonly payloadMin: number; readonly payloadMax: number; readonly step: number } | undefined;
  readonly decode: Decoding | undefined;
  /** Names of the neurons in the order of the network that was written. */
  readonly order: readonly string[];
  readonly labels: readonly string[] | undefined;
}

const MOST_STEPS = 2 ** 20;
const LARGEST_PAYLOAD = 2 ** 15 - 1;
const MOST_TEXTS = 100_000;

/** undefined where the graph has none of ours. @throws DiagnosticError E0202, E0209 for a damaged file */
export function readMetadata(graph: Hdf5Group): NirMetadata | undefined {
  const group = graph.get('metadata');
  if (group?.kind !== 'group') return undefined;
  const numbers = (name: string): Float64Array => {
    const found = group.get(`snnc_${name}`);
    const isRead = found?.kind === 'dataset' && found.elements === 'number' && found.shape.every((side) => side <= 2);
    return isRead ? found.numbers() : new Float64Array(0);
  };
  const texts = (name: string): string[] => {
    const found = group.get(`snnc_${name}`);
    const isRead =
      found?.kind === 'dataset' && found.elements === 'text' && found.shape.every((side) => side <= MOST_TEXTS);
    return isRead ? found.texts() : [];
  };
  const [dt = NaN] = numbers('dt');
  if (!(dt > 0 && dt < Infinity)) return undefined;
  const [steps = 0] = numbers('steps');
  const [payloadMin = NaN, payloadMax = NaN] = numbers('payload');
  const [step = NaN] = numbers('payload_step');
  const labels = texts('labels');
  return {
    dt,
    steps: Number.isInteger(steps) && steps >= 1 && steps <= MOST_STEPS ? steps : undefined,
    payload: isPayload(payloadMin, payloadMax, step) ? { payloadMin, payloadMax, step } : undefined,
    decode: DECODINGS.find((name) => name === texts('decode')[0]),
    order: texts('order'),
    labels: labels.length > 0 ? labels : undefined,
  };
}

const isPayload = (min: number, max: number, step: number): boolean =>
  [min, max].every(Number.isInteger) &&
  min <= 0 &&
  max >= 0 &&
  -min <= LARGEST_PAYLOAD &&
  max <= LARGEST_PAYLOAD &&
  step > 0 &&
  step < Infinity;
