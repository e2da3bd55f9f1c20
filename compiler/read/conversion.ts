/** Reads the member `conversion` of net.json. What relates it to the layers is checked by the build. */
import { fail } from '../../isa/index.ts';
import type { Conversion } from '../ir/conversion.ts';
import type { NetDocument } from './net-schema.ts';
import type { NetTensors } from './net-tensors.ts';

/**
 * The conversion of a document; undefined where it has none.
 *
 * @throws E0202 where a number is out of its range, E0205 where the preprocessing has another number of channels, E0208
 *   where a number is not finite
 */
export function readConversion({ conversion, input }: NetDocument, tensors: NetTensors): Conversion | undefined {
  if (conversion === undefined) return undefined;
  for (const field of ['mean', 'std'] as const)
    if (conversion.input[field].length !== input.shape[0])
      fail('E0205', `${field} has ${conversion.input[field].length} values for ${input.shape[0]} channels`, {
        path: `conversion.input.${field}`,
      });
  const steps = conversion.input.channelSteps;
  if (steps !== undefined && steps.length !== input.shape[0])
    fail('E0205', `channelSteps has ${steps.length} values for ${input.shape[0]} channels`, {
      path: 'conversion.input.channelSteps',
    });
  return { ...conversion, layers: conversion.layers.map((layer, index) => readLayer(layer, index, tensors)) };
}

function readLayer(
  { name, threshold, initial, bias }: NonNullable<NetDocument['conversion']>['layers'][number],
  index: number,
  tensors: NetTensors,
): Conversion['layers'][number] {
  const path = `conversion.layers[${index}]`;
  const layer = {
    name,
    threshold: tensors.readDoubles(threshold, `${path}.threshold`),
    initial: tensors.readDoubles(initial, `${path}.initial`),
    bias: tensors.readDoubles(bias, `${path}.bias`),
  };
  for (const field of ['threshold', 'initial', 'bias'] as const) {
    const bad = layer[field].findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) fail('E0208', `number ${bad} is ${layer[field][bad]!}`, { path: `${path}.${field}`, layer: name });
  }
  const low = layer.threshold.findIndex((value) => value <= 0);
  if (low >= 0)
    fail('E0202', `threshold ${low} is ${layer.threshold[low]!}, not above zero`, {
      path: `${path}.threshold`,
      layer: name,
    });
  return layer;
}
