/** Gives every layer its neurons: threshold, initial potential and bias per tick, as the mode wants them. */
import { fail, option, type OptionName } from '../../isa/index.ts';
import { type ConversionMode, type ConversionRules, CONVERSIONS, modesThat } from '../conversions.ts';
import type { Firing } from '../firing-times.ts';
import type { FloatGraph } from '../ir/layers.ts';
import type { LayerNeurons } from '../ir/neurons.ts';
import { assumedRates } from '../layout/packet-rates.ts';
import type { SpikingGraph } from '../ir/spiking.ts';
import { neuronsFrom } from '../layer-neurons.ts';
import { layerWindows } from '../levels.ts';
import type { BuildOptions } from '../options.ts';
import { pass } from '../pass.ts';
import { printNeurons } from '../print/print-layers.ts';
import { verifySpiking } from '../verify/verify-float-layers.ts';
import type { FormedLayers } from './form-layers.ts';

/** What neurons depend on beside their thresholds. */
type NeuronOptions = Omit<Firing, 'windows'> & Pick<BuildOptions, 'shiftWindow' | 'levels'>;

/** @param thresholds per layer and channel, in units of the activation; [] for the read-out */
export function setNeurons(
  graph: FloatGraph,
  thresholds: readonly Float64Array[],
  { mode, window, lead, shiftWindow, levels }: NeuronOptions,
): SpikingGraph {
  const { neuron, initialShare, biasShare, order } = CONVERSIONS[mode];
  const neurons = graph.layers.map(({ activation, bias, shape }, l): LayerNeurons<Float64Array> => {
    const threshold = thresholds[l]!;
    const [channels] = shape;
    if (activation.kind === 'none')
      return neuronsFrom('accumulator', { threshold, initial: new Float64Array(channels), bias });
    const area = bias.length / channels;
    const more = threshold.map((theta) => (theta * biasShare) / (shiftWindow ?? window));
    return neuronsFrom(neuron, {
      threshold,
      initial: threshold.map((theta) => theta * initialShare),
      bias: biasShare === 0 ? bias : bias.map((b, k) => b + more[Math.floor(k / area)]!),
    });
  });
  const windows = layerWindows(graph, { mode, window, levels });
  return {
    ...{ graph, neurons, mode, window, ...(windows && { windows }) },
    ...(order.choosesLead && { lead: lead ?? order.lead(window) }),
    ...(biasShare > 0 && shiftWindow !== undefined && { shiftWindow }),
  };
}

/** @throws DiagnosticError E0103 where a value was asked for that belongs to other modes */
function requireMode(
  asked: { readonly name: OptionName; readonly value: number | undefined },
  mode: ConversionMode,
  has: (rules: ConversionRules) => boolean,
): void {
  if (asked.value === undefined || has(CONVERSIONS[mode])) return;
  const modes = option('mode', modesThat(has).join(' or '));
  fail('E0103', `${option(asked.name, asked.value)} is of ${modes}, not of ${mode}`, undefined, `use ${modes}`);
}

/** @throws DiagnosticError E0103 where a lead, or the window of a shift, was asked for that the mode does not have */
function checkOptions({ mode, window, lead, shiftWindow }: NeuronOptions): void {
  requireMode({ name: 'shiftWindow', value: shiftWindow }, mode, ({ biasShare }) => biasShare > 0);
  requireMode({ name: 'lead', value: lead }, mode, ({ order }) => order.choosesLead);
  if (lead === undefined) return;
  const asked = option('lead', lead);
  if (lead <= window) return;
  const remedy = `use a lead of at most ${window}, or a longer window (${option('window')})`;
  fail(
    'E0103',
    `${asked} is longer than the window of ${window} ticks, in which all spikes are sent`,
    undefined,
    remedy,
  );
}

interface Needs {
  readonly formed: FormedLayers;
  readonly thresholds: readonly Float64Array[];
  readonly options: BuildOptions;
}

/** @throws DiagnosticError E0103 where a lead, or the window of a shift, was asked for that the mode does not have */
export const setNeuronsPass = pass({
  name: 'set-neurons',
  says: 'threshold, initial potential and bias of every neuron, as the mode wants them',
  run: ({ formed, thresholds, options }: Needs) => {
    checkOptions(options);
    return {
      spiking: setNeurons(formed.graph, thresholds, options),
      // Until they are measured.
      rates: assumedRates(formed.graph.layers.map(({ activation }) => activation.kind !== 'none')),
    };
  },
  print: ({ spiking }) => printNeurons(spiking),
  verify: ({ spiking }) => {
    verifySpiking(spiking);
  },
});
