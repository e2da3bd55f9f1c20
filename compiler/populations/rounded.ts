/** The populations with some of their numbers as the chip has them, in the units of the training: what each rounding costs. */
import { forEachWeight, withWeight } from '../linear/branch-weights.ts';
import { INPUT, type QuantisedLayer } from '../ir/layers.ts';
import { factorBits } from './quantise-population.ts';
import type { FloatParameter, Population, PopulationGraph, Unit } from '../ir/population.ts';

/** What can be rounded by itself. */
export const ROUNDED_PARTS = ['weights', 'leaks', 'potentials'] as const;
export type RoundedPart = (typeof ROUNDED_PARTS)[number];

const PART_OF: Readonly<Record<Unit, RoundedPart | undefined>> = {
  potential: 'potentials',
  factor: 'leaks',
  number: undefined,
  lowest: undefined,
};

/**
 * @param layers and `scales`: of the same populations in integers
 * @param part the numbers that are rounded: weights, factors of leaks, or thresholds and all else in units of the potential
 */
export function rounded(
  graph: PopulationGraph,
  layers: readonly QuantisedLayer[],
  scales: readonly Float64Array[],
  part: RoundedPart,
): PopulationGraph {
  const populations = graph.populations.map((population, p): Population => {
    const [layer, scale] = [layers[p]!, scales[p]!];
    if (part === 'weights') return withStoredWeights(population, layer, scale, graph.encoding.step);
    const stored: Readonly<Record<string, Int32Array>> = layer.parameters;
    const parameters = Object.entries(population.parameters).map(([name, parameter]) => {
      const isRounded = PART_OF[parameter.unit] === part;
      return [name, isRounded ? realValues(name, parameter, population, stored[name]!, scale) : parameter] as const;
    });
    return { ...population, parameters: Object.fromEntries(parameters) };
  });
  return { ...graph, populations };
}

function withStoredWeights(
  population: Population,
  { branches }: QuantisedLayer,
  scale: Float64Array,
  inputStep: number,
): Population {
  const connections = population.connections.map((connection, k) => {
    const { operator, shift } = branches[k]!;
    const weight = new Float64Array(operator.weight.length);
    const step = connection.source === INPUT ? inputStep : 1;
    forEachWeight({ ...connection, operator }, population.shape, (position, stored, _source, channel) => {
      weight[position] = (stored * 2 ** shift) / scale[channel]! / step;
    });
    return { ...connection, operator: withWeight(connection.operator, weight) };
  });
  return { ...population, connections };
}

function realValues(
  name: string,
  { unit }: FloatParameter,
  population: Population,
  stored: Int32Array,
  scale: Float64Array,
): FloatParameter {
  if (unit === 'factor') {
    const one = 2 ** factorBits(name, population);
    return { unit, values: Float64Array.from(stored, (factor) => factor / one) };
  }
  const perChannel = stored.length / population.shape[0];
  return { unit, values: Float64Array.from(stored, (value, k) => value / scale[Math.floor(k / perChannel)]!) };
}
