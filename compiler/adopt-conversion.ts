/** Takes over what a converted network says, where a build would otherwise calibrate. */
import { bitsNeeded, fail, failMisfit, signedRange, shapeSize, type InputEncoding, type Target } from '../isa/index.ts';
import { CONVERSIONS } from './conversions.ts';
import { neuronsFrom } from './layer-neurons.ts';
import type { Conversion } from './ir/conversion.ts';
import type { FloatGraph, FloatLayer } from './ir/layers.ts';
import { assumedRates, type PacketRates } from './ir/rates.ts';
import type { SpikingGraph } from './ir/spiking.ts';
import type { BuildOptions } from './options.ts';
import { perChannel } from './passes/encode-input.ts';
import { thresholdText } from './passes/choose-thresholds.ts';

const REMEDY = 'leave the option out, or convert the original network again';

/**
 * The options with those of the conversion in their place.
 *
 * @throws DiagnosticError E0103 where an option was asked for that contradicts the conversion
 */
export function adoptOptions(options: BuildOptions, conversion: Conversion): BuildOptions {
  const asked = {
    mode: options.mode,
    window: options.window,
    threshold: thresholdText(options),
    per: options.per,
  };
  for (const name of ['mode', 'window', 'threshold', 'per'] as const)
    if (options.stated?.includes(name) === true && asked[name] !== conversion[name])
      disagree(name === 'window' ? `-T ${asked.window}` : `--${name} ${asked[name]}`, `${name} ${conversion[name]}`);
  if (options.correct !== 'none' && options.correct !== conversion.correct)
    disagree(`--correct ${options.correct}`, `correct ${conversion.correct}`);
  if (options.balance && !conversion.balance) disagree('--balance', 'no balance');
  const { preprocessing } = options;
  const { input, mode, window, per, correct, balance } = conversion;
  if (preprocessing !== undefined) {
    const channels = input.mean.length;
    for (const [name, wanted, there] of [
      ['scale', [preprocessing.scale], [input.scale]],
      ['mean', perChannel(preprocessing.mean, channels), input.mean],
      ['std', perChannel(preprocessing.std, channels), input.std],
    ] as const)
      if (wanted.some((value, k) => value !== there[k]))
        disagree(`--${name} ${wanted.join()}`, `${name} ${there.join()}`);
  }
  const { scale, mean, std } = input;
  return { ...options, mode, window, per, correct, balance, preprocessing: { scale, mean, std } };
}

function disagree(option: string, recorded: string): never {
  fail('E0103', `${option} contradicts the network file, which was converted with ${recorded}`, undefined, REMEDY);
}

/**
 * The neurons as the file has them.
 *
 * @throws DiagnosticError E0202 where its layers are not those of the network
 */
export function adoptNeurons(graph: FloatGraph, { layers, mode, window }: Conversion): SpikingGraph {
  const { length } = graph.layers;
  if (layers.length !== length)
    fail('E0202', `the conversion has ${layers.length} layers, the network ${length} spiking ones`, {
      path: 'conversion.layers',
    });
  graph.layers.forEach((layer, l) => checkLayer(layer, layers[l]!, `conversion.layers[${l}]`));
  const neurons = graph.layers.map(({ activation }, l) =>
    neuronsFrom(activation.kind === 'none' ? 'accumulator' : CONVERSIONS[mode].neuron, layers[l]!),
  );
  return { graph, neurons, mode, window };
}

function checkLayer(layer: FloatLayer, found: Conversion['layers'][number], path: string): void {
  if (found.name !== layer.name)
    fail('E0202', `the layer is called "${found.name}", in the network "${layer.name}"`, { path: `${path}.name` });
  const [channels] = layer.shape;
  const size = shapeSize(layer.shape);
  const lengths = {
    threshold: layer.activation.kind === 'none' ? [0] : [channels],
    initial: [channels, size],
    bias: [channels, size],
  };
  for (const field of ['threshold', 'initial', 'bias'] as const)
    if (!lengths[field].includes(found[field].length))
      fail('E0202', `${field} has ${found[field].length} numbers; the layer needs ${lengths[field].join(' or ')}`, {
        path: `${path}.${field}`,
        layer: layer.name,
      });
}

/** @throws DiagnosticError E0202 where there are not as many rates as layers */
export function adoptRates({ layers }: FloatGraph, { rates }: Conversion): PacketRates {
  if (rates === undefined) return assumedRates(layers.map(({ activation }) => activation.kind !== 'none'));
  if (rates.layers.length !== layers.length)
    fail('E0202', `there are ${rates.layers.length} rates for ${layers.length} spiking layers`, {
      path: 'conversion.rates.layers',
    });
  return rates;
}

/** @throws DiagnosticError E0304 where the payloads are wider than the target's */
export function adoptEncoding({ inputShape }: FloatGraph, { input }: Conversion, target: Target): InputEncoding {
  const [least, most] = signedRange(target.widths.payloadBits);
  if (input.payloadMin < least || input.payloadMax > most)
    failMisfit(target, {
      code: 'E0304',
      message: `the network was converted for input payloads of ${input.payloadMin}..${input.payloadMax}; ${target.name} has ${least}..${most}`,
      figure: 'widths.payloadBits',
      needed: bitsNeeded({ min: input.payloadMin, max: input.payloadMax }),
      remedy: `convert it for this target: snnc convert --target ${target.name}`,
    });
  return { shape: inputShape, ...input };
}
