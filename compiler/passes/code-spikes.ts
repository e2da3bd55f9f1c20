/**
 * Says the counts of a converted network in the code that its packets carry: from the integers of T ticks to the layers as the
 * chip has them.
 */
import {
  bitsNeeded,
  fail,
  diagnostic,
  type Diagnostic,
  failMisfit,
  option,
  packetBitsOf,
  signedRange,
  type Target,
  type TickWindow,
  V,
} from '../../isa/index.ts';
import { CODE_NAMES, CODES, type SpikeCode } from '../codes.ts';
import { poolInParts } from '../codes/pool-parts.ts';
import { type ConversionMode, CONVERSIONS, modesThat } from '../conversions.ts';
import {
  type ConvertedGraph,
  type ConvertedLayer,
  INPUT,
  ownWindow,
  type QuantisedBranch,
  type QuantisedGraph,
  type QuantisedLayer,
} from '../ir/layers.ts';
import type { SpikingGraph } from '../ir/spiking.ts';
import { fires, payloadsOf, programOf } from '../layer-neurons.ts';
import { needsFlags, programNeurons, roomOf } from '../neurons/parts/program-code.ts';
import type { BuildOptions } from '../options.ts';
import { pass } from '../pass.ts';
import { printQuantisedGraph } from '../print/print-layers.ts';
import { must } from '../verify/rules.ts';
import { verifyQuantised } from '../verify/verify-quantised.ts';
import type { QuantiseResult } from './quantise-weights.ts';
import { scheduleTicks } from './schedule-ticks.ts';

/** What was rounded, with the layers as the chip has them. */
export interface Coded extends Omit<QuantiseResult, 'graph'> {
  readonly graph: QuantisedGraph;
}

export interface CodedGraph {
  readonly graph: QuantisedGraph;
  readonly warnings: readonly Diagnostic[];
}

/**
 * The layers as the chip has them.
 *
 * @throws DiagnosticError E0103 where the code needs another mode, E0320 where the packets of the target do not carry so large
 *   a payload
 */
export function codeSpikes(
  converted: ConvertedGraph,
  { graph: float, mode }: Pick<SpikingGraph, 'graph' | 'mode'>,
  code: SpikeCode,
  target: Target,
): CodedGraph {
  const { neurons, ownWindows, sendingTicks, payload, plane } = CODES[code];
  requireCounts(code, mode);
  if (!ownWindows) requireOneWindow(code, converted);
  if (neurons === undefined) return { graph: asPrograms(converted, target), warnings: [] };
  const { window } = converted;
  const windows = converted.layers.map((layer) => ownWindow(converted, layer));
  requirePayload(payload(Math.max(...windows.slice(0, -1), 1)), code, target);
  const sending = sendingTicks(window);
  const schedule = scheduleTicks(float, { mode, window: sending }, target);
  const warnings: Diagnostic[] = [];
  const layers = converted.layers.map((layer, l): QuantisedLayer => {
    const branches = layer.branches.map((branch) =>
      heard(converted, layer, branch, payload(windows[branch.source] ?? window), target),
    );
    warnings.push(...branches.flatMap(({ warning }) => warning ?? []));
    return {
      name: layer.name,
      shape: layer.shape,
      branches: branches.map(({ branch }) => (branch.source === INPUT || plane === V ? branch : { ...branch, plane })),
      depth: schedule.depths[l]!,
      currentStart: schedule.currentStarts[l]!,
      ...neurons(layer, windows[l]!, ownWindows ? [] : heardWindows(converted, layer)),
    };
  });
  return { graph: { ...converted, window: sending, ticks: schedule.ticks, layers }, warnings };
}

/**
 * The layers as they are, but for neurons that need a program.
 *
 * @throws DiagnosticError E0320 where a neuron takes spikes back and packets have no sign
 */
function asPrograms(converted: ConvertedGraph, target: Target): QuantisedGraph {
  if (converted.layers.some((layer) => payloadsOf(layer).min < 0)) requireSign(target);
  const layers = converted.layers.map((layer): QuantisedLayer => {
    const program = programOf(layer, converted.window);
    if (program === undefined) return layer;
    const { neuron: _, parameters, ...shape } = layer;
    const neurons = programNeurons<Int32Array>(program, parameters);
    const room = roomOf(program, needsFlags(program), target);
    return { ...shape, ...neurons, code: { ...neurons.code, room } };
  });
  return { ...converted, layers };
}

function requireSign(target: Target): void {
  if (packetBitsOf(target) >= 1) return;
  failMisfit(target, {
    code: 'E0320',
    message: `packets of ${target.name} carry no payload, and neurons that take spikes back send one of −1`,
    figure: 'widths.packetBits',
    needed: 1,
    remedy: `use ${option('mode', 'default')}`,
  });
}

function requireCounts(code: SpikeCode, mode: ConversionMode): void {
  if (!CODES[code].needsCounts || CONVERSIONS[mode].order.integratesFirst) return;
  const modes = modesThat(({ order }) => order.integratesFirst).join(' or ');
  fail(
    'E0103',
    `${option('code', code)} sends counts, and layers of ${option('mode', mode)} have not counted to the end when they send`,
    undefined,
    `use ${option('mode', modes)}, or ${option('code', 'unary')}`,
  );
}

function requireOneWindow(code: SpikeCode, { layers, window }: ConvertedGraph): void {
  const other = layers.find((layer) => ownWindow({ window }, layer) !== window);
  if (other === undefined) return;
  const codes = CODE_NAMES.filter((name) => CODES[name].ownWindows).join(' or ');
  fail(
    'E0103',
    `${option('code', code)} needs windows of one length, and this layer has ${ownWindow({ window }, other)} levels instead of ${window}`,
    { layer: other.name },
    `use ${option('code', codes)}, or leave out ${option('levels')}`,
  );
}

/**
 * The windows in which the sources of a layer are heard, each once.
 *
 * @throws DiagnosticError E0901 where two overlap, or one ends behind the tick in which the layer begins to fire (one that is
 *   read out: in which it ends)
 */
function heardWindows({ layers, window }: ConvertedGraph, layer: ConvertedLayer): TickWindow[] {
  const starts = layer.branches.map(({ source, delay }) =>
    source === INPUT ? layer.currentStart : layers[source]!.depth + delay,
  );
  const windows = [...new Set(starts)].sort((a, b) => a - b).map((start) => ({ start, length: window }));
  windows.forEach(({ start }, k) => {
    const next = windows[k + 1]?.start ?? layer.depth + (fires(layer) ? 1 : window);
    must(
      start + window <= next,
      'windows of sources are the same or apart, and heard when their layer fires',
      layer.name,
    );
  });
  return windows;
}

function requirePayload(largest: number, code: SpikeCode, target: Target): void {
  const bits = packetBitsOf(target);
  // A spike is a packet without a payload.
  if (largest <= 1 || largest < 2 ** bits) return;
  const needed = bitsNeeded({ min: 0, max: largest }) - 1;
  const shorter = bits > 1 ? `, or a window of at most ${2 ** bits - 1} ticks (${option('window')})` : '';
  failMisfit(target, {
    code: 'E0320',
    message:
      bits === 0
        ? `packets of ${target.name} carry no payload, which code ${code} needs`
        : `code ${code} needs packets with payloads of ${needed} bit; those of ${target.name} have ${bits}, ${needed - bits} too few`,
    figure: 'widths.packetBits',
    needed,
    remedy: `use ${option('code', 'unary')}${shorter}`,
  });
}

/** What is summed on one axon, the counter holds: else it is summed in parts. */
function heard(
  { layers }: ConvertedGraph,
  { name, shape }: ConvertedLayer,
  branch: QuantisedBranch,
  payload: number,
  target: Target,
): { readonly branch: QuantisedBranch; readonly warning?: Diagnostic } {
  const { source, pool } = branch;
  const [, highest] = signedRange(target.widths.payloadBits);
  if (source === INPUT || pool[0] * pool[1] * payload <= highest) return { branch };
  const parts = poolInParts(branch, Math.floor(highest / payload), layers[source]!.shape, shape);
  // What remains too large is refused where the axons are made, with the bits that would do.
  if (parts === undefined) return { branch };
  return {
    branch: parts,
    warning: diagnostic(
      'W0311',
      `pooling windows of ${pool.join('×')} are summed in parts of ${parts.pool.join('×')}, ${parts.operator.weight.length} weights instead of ${branch.operator.weight.length}: counts of up to ${payload} in all of a window would need payloads of ${pool[0] * pool[1] * payload}, and axon counters of ${target.name} hold ${highest}`,
      { layer: name },
      `a window of at most ${Math.floor(highest / (pool[0] * pool[1]))} ticks (${option('window')}) needs no parts`,
    ),
  };
}

interface Needs {
  readonly quantised: QuantiseResult;
  readonly spiking: SpikingGraph;
  readonly options: BuildOptions;
}

/** @throws DiagnosticError E0320 where the packets of the target do not carry so large a payload */
export const codeSpikesPass = pass({
  name: 'code-spikes',
  says: 'how packets say the counts of spikes: the layers as the chip has them',
  run: ({ quantised, spiking, options }: Needs, { warn }) => {
    const converted = quantised.graph;
    const { graph, warnings } = codeSpikes(converted, spiking, options.code, options.target);
    warnings.forEach(warn);
    // The outputs are a T-th of what has been added up, however few ticks that took.
    const outputStep = (quantised.outputStep * graph.window) / converted.window;
    const coded: { quantised: Coded; converted: ConvertedGraph } = {
      quantised: { ...quantised, graph, outputStep },
      converted,
    };
    return coded;
  },
  print: ({ quantised }) => printQuantisedGraph(quantised.graph),
  verify: ({ quantised }) => {
    verifyQuantised(quantised.graph);
  },
});
