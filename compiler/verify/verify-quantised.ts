/** The invariants of a quantised graph that its types cannot express. */
import { shapeSize, fail, type Shape } from '../../isa/index.ts';
import type { Parameter } from '../ir/neuron.ts';
import { fires, neuronOf } from '../layer-neurons.ts';
import { INPUT, type QuantisedBranch, type QuantisedGraph, type QuantisedLayer } from '../ir/layers.ts';

/** Neurons and window of one graph: a bound on what the interpreter allocates. */
const MOST_NEURONS = 2 ** 24;

/** @throws DiagnosticError E0405 naming layer and rule */
export function verifyQuantised(graph: QuantisedGraph): void {
  const neurons = graph.layers.reduce((sum, layer) => sum + shapeSize(layer.shape), shapeSize(graph.inputShape));
  require(neurons <= MOST_NEURONS, `the graph has ${neurons} neurons, more than ${MOST_NEURONS}`, '');
  const [min, max] = graph.inputRange;
  require(min <= 0 && max >= 0, 'the input range does not contain 0', '');
  graph.layers.forEach((layer, l) => {
    verifyLayer(graph, layer, l);
  });
  const last = graph.layers.at(-1)!;
  require(graph.ticks === last.depth + graph.window, 'ticks are not the last depth plus the window', last.name);
}

function verifyLayer(graph: QuantisedGraph, layer: QuantisedLayer, index: number): void {
  const must = (condition: boolean, message: string) => {
    require(condition, message, layer.name);
  };
  must(fires(layer) === index < graph.layers.length - 1, 'exactly the last layer is a read-out');
  verifyNeurons(layer, must);
  const lastTick = graph.ticks - graph.window;
  must(layer.depth <= lastTick && layer.currentStart <= lastTick, 'the windows lie in the inference');
  for (const branch of layer.branches) {
    must(branch.source >= INPUT && branch.source < index, 'a branch comes from an earlier layer');
    const source = branch.source === INPUT ? undefined : graph.layers[branch.source]!;
    const shape = source === undefined ? graph.inputShape : source.shape;
    must(source === undefined ? branch.delay === 0 : branch.delay >= 1, 'spikes are heard later, the input at once');
    must(branch.pooled[0] === shape[0], 'pooling keeps the channels');
    for (const axis of [0, 1] as const)
      must(branch.pooled[axis + 1]! * branch.pool[axis] <= shape[axis + 1]!, 'the pooling windows lie in the source');
    must(operatorFits(branch, layer.shape), `the ${branch.operator.kind} operator fits its shapes`);
  }
}

const CALLED = { threshold: 'threshold', initial: 'initial potential', bias: 'bias' } as const;

function verifyNeurons(layer: QuantisedLayer, must: (condition: boolean, message: string) => void): void {
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

function operatorFits(branch: QuantisedBranch, shape: Shape): boolean {
  const { operator, pooled } = branch;
  const { weight } = operator;
  switch (operator.kind) {
    case 'dense':
      return weight.length === shapeSize(shape) * shapeSize(pooled);
    case 'diagonal':
      return weight.length === shape[0] && String(shape) === String(pooled);
    case 'sparse':
      return (
        operator.pre.length === weight.length &&
        operator.post.length === weight.length &&
        operator.pre.every((pre) => pre < shapeSize(pooled)) &&
        operator.post.every((post) => post < shapeSize(shape))
      );
    case 'conv': {
      const { kernel, stride, padding, dilation, groups } = operator;
      const fits = ([0, 1] as const).every((axis) => {
        const extent = pooled[axis + 1]! + padding[axis] + padding[axis + 2]! - (kernel[axis] - 1) * dilation[axis] - 1;
        return extent >= 0 && Math.floor(extent / stride[axis]) + 1 === shape[axis + 1];
      });
      const whole = pooled[0] % groups === 0 && shape[0] % groups === 0;
      return fits && whole && weight.length === shape[0] * (pooled[0] / groups) * kernel[0] * kernel[1];
    }
  }
}

function require(condition: boolean, rule: string, layer: string): void {
  if (!condition)
    fail('E0405', `the quantised graph breaks a rule: ${rule}`, { section: 'graph', ...(layer !== '' && { layer }) });
}
