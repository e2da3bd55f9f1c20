/** Plain printers of the layer graphs, for --dump-after. */
import { spanOf } from '../../isa/index.ts';
import { valuesByRole } from '../layer-neurons.ts';
import type { Placed, SourceRun } from '../ir/mapped.ts';
import type { SpikingGraph } from '../ir/spiking.ts';
import { printJson } from './print-json.ts';
import {
  type Branch,
  type FloatGraph,
  type LayerIndex,
  type Operator,
  ownWindow,
  type QuantisedGraph,
  type QuantisedLayer,
} from '../ir/layers.ts';

type Names = readonly { readonly name: string }[];
const sourceName = (layers: Names, source: LayerIndex): string => (source < 0 ? 'input' : layers[source]!.name);

function operatorText(operator: Operator<{ readonly length: number }>): string {
  if (operator.kind !== 'conv') return `${operator.kind} (${operator.weight.length} weights)`;
  const { kernel, stride, padding, dilation, groups, weight } = operator;
  return `conv ${kernel.join('×')} stride ${stride.join('×')} padding ${padding.join(',')} dilation ${dilation.join('×')} groups ${groups} (${weight.length} weights)`;
}

function branchText(layers: Names, branch: Branch<{ readonly length: number }>): string {
  const pool = branch.pool[0] * branch.pool[1] === 1 ? '' : ` pooled ${branch.pool.join('×')}`;
  return `    from ${sourceName(layers, branch.source)}${pool} → ${branch.pooled.join('×')}: ${operatorText(branch.operator)}`;
}

function reluText({ max, levels }: { readonly max: number; readonly levels?: number }): string {
  if (max === Infinity) return 'relu';
  return levels === undefined ? `relu ≤ ${max}` : `relu ≤ ${max} in ${levels} levels`;
}

export function printFloatGraph(graph: FloatGraph): string {
  const lines = graph.layers.flatMap((layer) => {
    const { activation } = layer;
    const end = activation.kind === 'none' ? 'read-out' : reluText(activation);
    return [
      `${layer.name}  ${layer.shape.join('×')}  ${end}`,
      ...layer.branches.map((b) => branchText(graph.layers, b)),
    ];
  });
  return [`${graph.name}: input ${graph.inputShape.join('×')}`, ...lines].join('\n');
}

export function printQuantisedGraph(graph: QuantisedGraph): string {
  const range = (values: Int32Array): string => {
    if (values.length === 0) return '-';
    const min = values.reduce((a, b) => Math.min(a, b));
    const max = values.reduce((a, b) => Math.max(a, b));
    return min === max ? String(min) : `${min}..${max}`;
  };
  const parameters = (layer: QuantisedLayer): string => {
    if (layer.neuron === 'program')
      return Object.entries(layer.parameters)
        .map(([name, values]) => `${name} ${range(values)}`)
        .join('  ');
    const { threshold, bias, initial } = valuesByRole(layer, new Int32Array(0));
    return `threshold ${range(threshold)}  bias ${range(bias)}  initial ${range(initial)}`;
  };
  const lines = graph.layers.flatMap((layer) => [
    `${layer.name}  ${layer.shape.join('×')}  ticks [${layer.depth}, ${layer.depth + spanOf(ownWindow(graph, layer), graph.stepTicks)})  ${parameters(layer)}`,
    ...layer.branches.map(
      (b) =>
        `${branchText(graph.layers, b)} << ${b.shift}, delay ${b.delay}${b.weightBits === undefined ? '' : `, ${b.weightBits} bit weights`}`,
    ),
  ]);
  const step = graph.stepTicks === undefined ? '' : `${graph.stepTicks} ticks a step, `;
  const head = `${graph.name}: T = ${graph.window}, ${step}${graph.ticks} ticks, ${graph.weightBits} bit weights, input payloads ${graph.inputRange.join('..')}`;
  return [head, ...lines].join('\n');
}

const NONE = new Float64Array(0);

/** The neurons of every layer by what their parameters are. */
export const printNeurons = ({ neurons }: SpikingGraph): string =>
  printJson(neurons.map((each) => valuesByRole(each, NONE)));

export function printPlaced(graph: QuantisedGraph, placed: Placed): string {
  return placed.tiles
    .map(({ layer, box }, k) => {
      const at = `channels ${box.c0}+${box.channels}  rows ${box.y0}+${box.height}  columns ${box.x0}+${box.width}`;
      return `core ${placed.coreOf[k]!}  ${graph.layers[layer]!.name}  ${at}`;
    })
    .join('\n');
}

export function printRuns(graph: QuantisedGraph, runs: readonly SourceRun[]): string {
  return runs
    .map((run) => {
      const cores = run.listeners.join(' ');
      const rows = `rows ${run.box.y0}+${run.box.height} of ${sourceName(graph.layers, run.layer)}`;
      return run.tree < 0 ? `no tree  ${rows}: nobody listens` : `tree ${run.tree}  ${rows} → cores ${cores}`;
    })
    .join('\n');
}
