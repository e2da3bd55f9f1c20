/** Of a network that is spiking already: its neurons, its input and its rates are what the file says. */
import { fail, shapeSize } from '../../isa/index.ts';
import { CONVERSIONS } from '../conversions.ts';
import type { Conversion } from '../ir/conversion.ts';
import type { FloatGraph, FloatLayer } from '../ir/layers.ts';
import type { SpikingNetwork } from '../ann/network.ts';
import type { PacketRates } from '../ir/rates.ts';
import { assumedRates } from '../layout/packet-rates.ts';
import type { SpikingGraph } from '../ir/spiking.ts';
import { neuronsFrom } from '../layer-neurons.ts';
import { insteadOf } from '../pass.ts';
import { printNeurons } from '../print/print-layers.ts';
import { verifyRates, verifySpiking } from '../verify/verify-float-layers.ts';
import type { InputPlan } from './encode-input.ts';
import type { FormedLayers } from './form-layers.ts';
import { setNeuronsPass } from './set-neurons.ts';

interface Needs {
  readonly formed: FormedLayers;
  readonly network: SpikingNetwork;
}

/** @throws DiagnosticError E0202 where the layers of the file are not those of its network */
export const takeNeuronsPass = insteadOf(setNeuronsPass, {
  run: ({ formed: { graph }, network: { conversion } }: Needs) => {
    const input: InputPlan = { kind: 'given', encoding: conversion.input };
    return {
      spiking: takeNeurons(graph, conversion),
      rates: takeRates(graph, conversion),
      input,
      thresholdRule: conversion.threshold,
      calibrationSamples: conversion.calibrationSamples,
    };
  },
  print: ({ spiking }) => printNeurons(spiking),
  verify: ({ spiking, rates }) => {
    verifySpiking(spiking);
    verifyRates(spiking.graph, rates);
  },
});

/**
 * The neurons as the file has them.
 *
 * @public bench/accuracy simulates them
 *
 * @throws DiagnosticError E0202 where its layers are not those of the network
 */
export function takeNeurons(graph: FloatGraph, conversion: Conversion): SpikingGraph {
  const { layers, mode, window, windows, lead, shiftWindow } = conversion;
  const { length } = graph.layers;
  if (layers.length !== length)
    fail('E0202', `the conversion has ${layers.length} layers, the network ${length} spiking ones`, {
      path: 'conversion.layers',
    });
  checkWindows(conversion, length);
  graph.layers.forEach((layer, l) => checkLayer(layer, layers[l]!, `conversion.layers[${l}]`));
  const neurons = graph.layers.map(({ activation }, l) =>
    neuronsFrom(activation.kind === 'none' ? 'accumulator' : CONVERSIONS[mode].neuron, layers[l]!),
  );
  return { graph, neurons, mode, window, windows, lead, shiftWindow };
}

function checkWindows({ mode, window, windows }: Conversion, length: number): void {
  if (windows === undefined) return;
  const path = 'conversion.windows';
  if (windows.length !== length || windows.at(-1) !== window)
    fail('E0202', `there are ${windows.length} windows for ${length} layers, or the last one is not ${window}`, {
      path,
    });
  if (!CONVERSIONS[mode].order.integratesFirst)
    fail('E0202', `layers of mode ${mode} have no windows of their own`, { path });
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

function takeRates({ inputShape, layers }: FloatGraph, { rates }: Conversion): PacketRates {
  if (rates === undefined) return assumedRates(layers.map(({ activation }) => activation.kind !== 'none'));
  if (rates.layers.length !== layers.length)
    fail('E0202', `there are ${rates.layers.length} rates for ${layers.length} spiking layers`, {
      path: 'conversion.rates.layers',
    });
  const shapes = [inputShape, ...layers.map(({ shape }) => shape)];
  const { profiles } = rates;
  const fits = shapes.every(
    ([, height, width], k) => profiles?.[k]?.rows.length === height && profiles[k].columns.length === width,
  );
  if (profiles !== undefined && !(fits && profiles.length === shapes.length))
    fail(
      'E0202',
      'the profiles of the rates are not those of the input and of every layer, with a number a row and a column',
      {
        path: 'conversion.rates.profiles',
      },
    );
  return rates;
}
