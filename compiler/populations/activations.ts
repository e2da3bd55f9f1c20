/**
 * Layers of a conventional network as populations among others. Their neurons count how often a level λ/L is reached by what they
 * heard, half a level added, and send the count: n = clip(⌊x·L/λ + ½⌋, 0, L). Whoever hears them counts a spike as a level.
 * Levels come from data, which need a run of the network: before that a level is 1.
 */
import { bitsNeeded, V } from '../../isa/index.ts';
import { INPUT, type FloatLayer, type LayerIndex, type Rectification } from '../ir/layers.ts';
import type { Activation, Connection, FloatParameter, Population, PopulationGraph } from '../ir/population.ts';
import { forEachWeight, withWeight } from '../linear/branch-weights.ts';
import { programOf } from './rules.ts';
import { bias as addBias, compareParameter, countDown, countSpikes, emitPlane, withParameter } from './steps.ts';

/** Steps that are left, of what is computed in the last one. */
const LEFT = 2;
const COUNTED = 5;
const HALF = 0.5;

/** Whether some of the populations are conventional layers. */
export const hasLayers = ({ populations }: { readonly populations: readonly Population[] }): boolean =>
  populations.some(({ activation }) => activation !== undefined);

/** Where a layer stands among populations. */
export interface LayerPlace {
  /** Index of the population that an index of the layer's branches is; of INPUT too. */
  readonly indexOf: (source: LayerIndex) => LayerIndex;
  readonly time: Activation['time'];
  /** L where the layer was trained without levels. */
  readonly levels: number;
  /** T */
  readonly steps: number;
}

/** A layer whose activation is counted, with levels of 1. */
export function activationPopulation(layer: FloatLayer, relu: Rectification, place: LayerPlace): Population {
  const { time, steps } = place;
  const levels = relu.levels ?? place.levels;
  const activation: Activation = {
    ...{ limit: relu.max, isStaircase: relu.levels !== undefined, levels, time },
    offset: time === 'end' ? layer.bias : new Float64Array(layer.shape[0]),
  };
  const made = time === 'step' ? stepNeurons(levels, layer.bias) : endNeurons(levels, steps);
  return withLevels({ ...connected(layer, place), ...made, activation }, new Float64Array(layer.shape[0]).fill(1));
}

/** A layer that is read out: sums of all steps, its bias once. */
export function sumPopulation(layer: FloatLayer, place: Pick<LayerPlace, 'indexOf'>): Population {
  const nothing = { leak: undefined, current: undefined, firing: undefined, floor: undefined, bias: undefined };
  const { program, parameters } = programOf({ ...nothing, initial: layer.bias });
  return { ...connected(layer, place), program, parameters };
}

function connected({ name, shape, branches }: FloatLayer, { indexOf }: Pick<LayerPlace, 'indexOf'>) {
  const connections = branches.map((branch): Connection => ({
    ...branch,
    source: indexOf(branch.source),
    delay: 0,
    plane: V,
  }));
  return { name, shape, connections, scale: 'channel', biases: connections.map(() => undefined) } as const;
}

type Neurons = Pick<Population, 'program' | 'parameters'>;

/** V begins each step at half a level, whatever the last one left. */
function stepNeurons(levels: number, bias: Float64Array): Neurons {
  const hasBias = bias.some((value) => value !== 0);
  return {
    program: {
      planes: [countPlane(levels)],
      steps: [
        ...(hasBias ? [addBias('bias')] : []),
        countSpikes(COUNTED, levels),
        emitPlane(COUNTED),
        withParameter('set', V, 'start'),
      ],
      initial: [{ plane: V, parameter: 'start' }],
    },
    parameters: hasBias ? { bias: { values: bias, unit: 'potential' } } : {},
  };
}

/** V is counted in the last step; until then the count, which is sent, is 0. */
const endNeurons = (levels: number, steps: number): Neurons => ({
  program: {
    planes: [{ plane: LEFT, policy: 'prove', bits: bitsNeeded({ min: 0, max: steps }) }, countPlane(levels)],
    steps: [
      compareParameter(0, LEFT, 'gt', 'zero'),
      countSpikes(COUNTED, levels, 'not-f0'),
      emitPlane(COUNTED),
      countDown(LEFT),
    ],
    initial: [
      { plane: V, parameter: 'start' },
      { plane: LEFT, parameter: 'behind' },
    ],
  },
  parameters: { zero: number(0), one: number(1), behind: number(steps - 1) },
});

const countPlane = (levels: number) =>
  ({ plane: COUNTED, policy: 'prove', bits: bitsNeeded({ min: 0, max: levels }) }) as const;

const number = (value: number): FloatParameter => ({ values: Float64Array.of(value), unit: 'number' });

/** The population with its levels; who hears it does not know of them yet. @param levels λ/L per channel */
function withLevels(population: Population & { readonly activation: Activation }, levels: Float64Array): Population {
  const { activation, parameters, shape } = population;
  const { offset } = activation;
  const start = offset.map((value, k) => value + HALF * levels[Math.floor((k * shape[0]) / offset.length)]!);
  return {
    ...population,
    parameters: {
      ...parameters,
      threshold: { values: levels, unit: 'potential' },
      start: { values: start, unit: 'potential' },
    },
  };
}

/**
 * The network with levels that were found: what hears a layer takes a spike of it as a level.
 *
 * @param thresholds λ per population and channel, in units of the activation; undefined of populations that are no layers
 */
export function withThresholds(
  graph: PopulationGraph,
  thresholds: readonly (Float64Array | undefined)[],
): PopulationGraph {
  const levels = graph.populations.map(({ activation }, p) =>
    activation === undefined ? undefined : thresholds[p]!.map((threshold) => threshold / activation.levels),
  );
  const populations = graph.populations.map((population, p): Population => {
    const { activation } = population;
    const own = activation === undefined ? population : withLevels({ ...population, activation }, levels[p]!);
    const connections = own.connections.map((connection): Connection => {
      const sent = connection.source === INPUT ? undefined : levels[connection.source];
      return sent === undefined ? connection : scaledBySource(connection, population.shape, sent);
    });
    return { ...own, connections };
  });
  return { ...graph, populations };
}

/** The connection with each weight times the factor of the channel that it hears. */
export function scaledBySource(
  connection: Connection,
  shape: Population['shape'],
  factors: ArrayLike<number>,
): Connection {
  const weight = new Float64Array(connection.operator.weight.length);
  forEachWeight(connection, shape, (position, value, channel) => {
    weight[position] = value * factors[channel]!;
  });
  return { ...connection, operator: withWeight(connection.operator, weight) };
}
