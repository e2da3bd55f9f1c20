/** The invariants of a quantised graph that its types cannot express. */
import {
  spanOf,
  fail,
  fitsSigned,
  I,
  MOST_PLANES,
  shapeSize,
  type StoredBits,
  type Target,
  weightRange,
} from '../../isa/index.ts';
import type { Parameter } from '../ir/neuron.ts';
import { fires, neuronOf, payloadsFrom, planeFed } from '../layer-neurons.ts';
import {
  type ConvertedGraph,
  INPUT,
  type QuantisedBranch,
  type QuantisedGraph,
  type QuantisedLayer,
  ownWindow,
  widthOf,
} from '../ir/layers.ts';
import { channelBounds } from './bounds.ts';
import { brokenBranches } from './rules.ts';
import { brokenProgram } from './verify-program.ts';

/** Neurons and window of one graph: a bound on what the interpreter allocates. */
const MOST_NEURONS = 2 ** 24;
/** Neurons times the ticks that their spikes are on the way. */
const MOST_KEPT = 2 ** 28;

/** @throws DiagnosticError E0405 naming layer and rule */
export function verifyQuantised(graph: QuantisedGraph): void {
  const neurons = graph.layers.reduce((sum, layer) => sum + shapeSize(layer.shape), shapeSize(graph.inputShape));
  require(neurons <= MOST_NEURONS, `the graph has ${neurons} neurons, more than ${MOST_NEURONS}`, '');
  const [min, max] = graph.inputRange;
  require(min <= 0 && max >= 0, 'the input range does not contain 0', '');
  graph.layers.forEach((layer, l) => {
    verifyLayer(graph, layer, l);
  });
  const delays = graph.layers.flatMap(({ branches }) => branches.map(({ delay }) => delay));
  const kept = neurons * (1 + delays.reduce((most, delay) => Math.max(most, delay), 1));
  require(kept <= MOST_KEPT, `the spikes of ${kept} neurons and ticks are to be kept, more than ${MOST_KEPT}`, '');
  const { inputTicks = 1, stepTicks } = graph;
  require(spanOf(inputTicks, stepTicks) <= graph.ticks, 'input comes in ticks of the inference', '');
  require(stepTicks === undefined ||
    graph.layers.every(({ neuron }) => neuron === 'program'), 'steps of several ticks are those of programs', '');
  const last = graph.layers.at(-1)!;
  require(graph.ticks ===
    last.depth + spanOf(ownWindow(graph, last), stepTicks), 'ticks are not the last depth plus the window', last.name);
}

function verifyLayer(graph: QuantisedGraph, layer: QuantisedLayer, index: number): void {
  const must = (condition: boolean, message: string) => {
    require(condition, message, layer.name);
  };
  must(
    fires(layer) === (graph.endless === true || index < graph.layers.length - 1),
    'exactly the last layer is a read-out, and none without an end',
  );
  verifyNeurons(layer, must);
  const lastTick = graph.ticks - spanOf(ownWindow(graph, layer), graph.stepTicks);
  must(
    layer.depth <= lastTick && layer.currentStart <= lastTick && layer.currentStart > -ownWindow(graph, layer),
    'the windows lie in the inference',
  );
  for (const rule of brokenBranches(graph, index, true)) must(false, rule);
  for (const branch of layer.branches) {
    const { source, delay } = branch;
    const isProgram = layer.neuron === 'program';
    must(source === INPUT ? isProgram || delay === 0 : delay >= 1, 'spikes are heard later, the input at once');
    must(source === INPUT || fires(graph.layers[source]!), 'what is heard fires');
    must(planeFed(branch) < (isProgram ? MOST_PLANES : I + 1), 'a branch leads to a plane of its neurons');
  }
}

const CALLED = { threshold: 'threshold', initial: 'initial potential', bias: 'bias' } as const;

function verifyNeurons(layer: QuantisedLayer, must: (condition: boolean, message: string) => void): void {
  if (layer.neuron === 'program') {
    const { parameters, program, shape } = layer;
    const lengths = Object.values(parameters).map(({ length }) => length);
    must(
      lengths.every((length) => length === shape[0] || length === shapeSize(shape)),
      'one value of a parameter per channel or neuron',
    );
    for (const rule of brokenProgram(program, new Set(Object.keys(parameters)))) must(false, rule);
    return;
  }
  const rows = Object.entries<Parameter>(neuronOf(layer).parameters);
  const given: Readonly<Record<string, Int32Array>> = layer.parameters;
  must(Object.keys(given).length === rows.length, 'the neurons have their own parameters and no others');
  for (const [name, { role, per }] of rows) {
    const values = given[name] ?? new Int32Array(0);
    const perNeuron = per === 'channel or neuron' && values.length === shapeSize(layer.shape);
    must(values.length === layer.shape[0] || perNeuron, `one ${CALLED[role]} per ${per}`);
    if (role === 'threshold')
      must(
        values.every((value) => value >= 1),
        'thresholds are positive',
      );
  }
}

/**
 * What quantisation promises beyond the rules of the graph: weights of the width that is stored, and no membrane potential
 * that leaves its width.
 *
 * @throws DiagnosticError E0405 naming layer and rule
 */
export function verifyWidths(graph: ConvertedGraph, { widths }: Target): void {
  const allStored = ({ operator }: QuantisedBranch, bits: StoredBits): boolean => {
    const [least, most] = weightRange(bits);
    // Of one bit they are −1 and +1.
    return operator.weight.every((weight) => weight >= least && weight <= most && (bits > 1 || weight !== 0));
  };
  const [min, max] = graph.inputRange;
  const sent = payloadsFrom(graph.layers, { min, max });
  for (const layer of graph.layers) {
    for (const branch of layer.branches) {
      const bits = widthOf(graph, branch);
      require(allStored(branch, bits), `weights are of ${bits} bit`, layer.name);
    }
    const { low, high } = channelBounds(layer, sent, ownWindow(graph, layer), (source) =>
      ownWindow(graph, graph.layers[source]!),
    );
    const fits = low.every((lowest, c) => fitsSigned({ min: lowest, max: high[c]! }, widths.vBits));
    require(fits, `membrane potentials stay within ${widths.vBits} bit`, layer.name);
  }
}

function require(condition: boolean, rule: string, layer: string): void {
  if (!condition)
    fail('E0405', `the quantised graph breaks a rule: ${rule}`, { section: 'graph', ...(layer !== '' && { layer }) });
}
