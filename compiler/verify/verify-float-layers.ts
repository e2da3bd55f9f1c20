/** The rules of the levels between the conventional network and the integers. */
import { shapeSize, signedRange, type InputEncoding, type Target } from '../../isa/index.ts';
import { INPUT, type FloatGraph } from '../ir/layers.ts';
import type { Parameter } from '../ir/neuron.ts';
import type { PacketRates } from '../ir/rates.ts';
import { fires, neuronOf } from '../layer-neurons.ts';
import type { Schedule } from '../ir/schedule.ts';
import type { SpikingGraph } from '../ir/spiking.ts';
import { windowOf } from '../ir/spiking.ts';
import { allFinite, brokenBranches, must } from './rules.ts';

/**
 * The layers as formed: in topological order, each with what its branches and its bias need; the last one, and no other,
 * is a read-out.
 *
 * @param nodeOf per layer, the node of the conventional network that computes its activation
 * @throws DiagnosticError E0901 naming layer and rule
 */
export function verifyFloatGraph(graph: FloatGraph, nodeOf: readonly string[]): void {
  must(graph.layers.length > 0, 'there is a layer');
  must(nodeOf.length === graph.layers.length, 'every layer has its node of the conventional network');
  graph.layers.forEach(({ name, shape, branches, bias, activation }, l) => {
    const isLast = l === graph.layers.length - 1;
    must((activation.kind === 'none') === isLast, 'exactly the last layer is a read-out', name);
    for (const rule of brokenBranches(graph, l)) must(false, rule, name);
    must(
      branches.every(({ operator }) => allFinite(operator.weight)),
      'weights are finite',
      name,
    );
    must([shape[0], shapeSize(shape)].includes(bias.length), 'one bias per channel or neuron', name);
    must(allFinite(bias), 'biases are finite', name);
    must(activation.kind === 'none' || activation.max > 0, 'the clip level is positive', name);
  });
}

/** @throws DiagnosticError E0901 naming layer and rule */
export function verifyThresholds({ layers }: FloatGraph, thresholds: readonly Float64Array[]): void {
  must(thresholds.length === layers.length, 'every layer has thresholds');
  layers.forEach(({ name, shape, activation }, l) => {
    const values = thresholds[l]!;
    must(values.length === (activation.kind === 'none' ? 0 : shape[0]), 'one threshold per channel that fires', name);
    must(allFinite(values) && values.every((value) => value > 0), 'thresholds are positive and finite', name);
  });
}

/** @throws DiagnosticError E0901 naming layer and rule */
export function verifySpiking({ graph, neurons, window }: SpikingGraph): void {
  must(Number.isInteger(window) && window >= 1, 'the window has a tick at least');
  must(neurons.length === graph.layers.length, 'every layer has its neurons');
  graph.layers.forEach(({ name, shape, activation }, l) => {
    const layer = neurons[l]!;
    must(fires(layer) === (activation.kind !== 'none'), 'a layer fires where it has an activation', name);
    const given: Readonly<Record<string, Float64Array>> = layer.parameters;
    for (const [parameter, { role, per }] of Object.entries<Parameter>(neuronOf(layer).parameters)) {
      const values = given[parameter] ?? new Float64Array(0);
      const perNeuron = per === 'channel or neuron' && values.length === shapeSize(shape);
      must(values.length === shape[0] || perNeuron, `one ${parameter} per ${per}`, name);
      must(allFinite(values), `every ${parameter} is finite`, name);
      must(role !== 'threshold' || values.every((value) => value > 0), 'thresholds are positive', name);
    }
  });
}

/** @throws DiagnosticError E0901 naming layer and rule */
export function verifySchedule(
  { graph: { layers }, window, windows }: Pick<SpikingGraph, 'graph' | 'window' | 'windows'>,
  schedule: Schedule,
  target: Target,
): void {
  const { depths, currentStarts, delays, ticks } = schedule;
  must(depths.length === layers.length && currentStarts.length === layers.length, 'every layer has its window');
  must(ticks === depths.at(-1)! + window, 'the inference ends with the window of the last layer');
  layers.forEach(({ name, branches }, l) => {
    const [depth, start] = [depths[l]!, currentStarts[l]!];
    must(
      depth >= 0 && start > -windowOf({ window, windows }, l) && depth + windowOf({ window, windows }, l) <= ticks,
      'the windows lie in the inference',
      name,
    );
    must(delays[l]!.length === branches.length, 'every branch has a delay', name);
    branches.forEach(({ source }, b) => {
      const delay = delays[l]![b]!;
      must(delay < target.limits.delaySlots, 'the delay has a slot', name);
      if (source === INPUT) must(delay === 0, 'the input is heard at once', name);
      else must(delay >= 1 && depths[source]! + delay <= depth, 'all spikes are heard before the window ends', name);
    });
  });
}

/** @throws DiagnosticError E0901 naming the rule */
export function verifyEncoding(encoding: InputEncoding, { inputShape }: FloatGraph, { widths }: Target): void {
  const { shape, scale, mean, std, step, channelSteps, payloadMin, payloadMax } = encoding;
  must(String(shape) === String(inputShape), 'the input has the shape that the network takes');
  must(mean.length === shape[0] && std.length === shape[0], 'one mean and one std per channel');
  must(channelSteps?.every((value) => value > 0) ?? true, 'steps of channels are positive');
  must((channelSteps ?? mean).length === shape[0], 'one step per channel where they have their own');
  must(scale > 0 && step > 0 && std.every((value) => value > 0), 'scale, std and step are positive');
  const [least, most] = signedRange(widths.payloadBits);
  const fits = payloadMin >= least && payloadMin <= 0 && payloadMax >= 0 && payloadMax <= most;
  must(fits, 'payloads contain 0 and fit the axon counters');
}

/** @throws DiagnosticError E0901 naming layer and rule */
export function verifyRates({ layers }: FloatGraph, rates: PacketRates): void {
  const isRate = (rate: number): boolean => Number.isFinite(rate) && rate >= 0;
  must(rates.layers.length === layers.length, 'every layer has a rate');
  must(isRate(rates.input), 'the rate of the input is finite and not negative');
  layers.forEach(({ name, activation }, l) => {
    const rate = rates.layers[l]!;
    must(activation.kind === 'none' ? rate === 0 : isRate(rate), 'a rate is not negative, 0 where nothing fires', name);
  });
}
