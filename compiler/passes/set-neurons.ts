/** Gives every layer its neurons: threshold, initial potential and bias per tick, as the mode wants them. */
import { fail, option } from '../../isa/index.ts';
import { CONVERSIONS, modesThat } from '../conversions.ts';
import type { Firing } from '../firing-times.ts';
import type { FloatGraph } from '../ir/layers.ts';
import type { LayerNeurons } from '../ir/neurons.ts';
import { assumedRates } from '../layout/packet-rates.ts';
import type { SpikingGraph } from '../ir/spiking.ts';
import { neuronsFrom } from '../layer-neurons.ts';
import type { BuildOptions } from '../options.ts';
import { pass } from '../pass.ts';
import { printNeurons } from '../print/print-layers.ts';
import { verifySpiking } from '../verify/verify-float-layers.ts';
import type { FormedLayers } from './form-layers.ts';

/** @param thresholds per layer and channel, in units of the activation; [] for the read-out */
export function setNeurons(
  graph: FloatGraph,
  thresholds: readonly Float64Array[],
  { mode, window, lead }: Firing,
): SpikingGraph {
  const { neuron, initialShare, biasShare, order } = CONVERSIONS[mode];
  const neurons = graph.layers.map(({ activation, bias, shape }, l): LayerNeurons<Float64Array> => {
    const threshold = thresholds[l]!;
    const [channels] = shape;
    if (activation.kind === 'none')
      return neuronsFrom('accumulator', { threshold, initial: new Float64Array(channels), bias });
    const area = bias.length / channels;
    const more = threshold.map((theta) => (theta * biasShare) / window);
    return neuronsFrom(neuron, {
      threshold,
      initial: threshold.map((theta) => theta * initialShare),
      bias: biasShare === 0 ? bias : bias.map((b, k) => b + more[Math.floor(k / area)]!),
    });
  });
  return { graph, neurons, mode, window, ...(order.choosesLead && { lead: lead ?? order.lead(window) }) };
}

/** @throws DiagnosticError E0103 where a lead was asked for that the mode does not have */
function checkLead({ mode, window, lead }: Firing): void {
  if (lead === undefined) return;
  const asked = option('lead', lead);
  if (!CONVERSIONS[mode].order.choosesLead) {
    const modes = modesThat(({ order }) => order.choosesLead).join(' or ');
    fail('E0103', `${asked} is of ${option('mode', modes)}, not of ${mode}`, undefined, `use ${option('mode', modes)}`);
  }
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

/** @throws DiagnosticError E0103 where a lead was asked for that the mode does not have */
export const setNeuronsPass = pass({
  name: 'set-neurons',
  says: 'threshold, initial potential and bias of every neuron, as the mode wants them',
  run: ({ formed, thresholds, options }: Needs) => {
    checkLead(options);
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
