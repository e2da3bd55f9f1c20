/** Samples that are stored channels last, as Keras and TensorFlow have them, channels first as networks take them. */
import type { Layout, RawDataset } from './dataset.ts';
import { isChannelsLast, isFlat } from './shapes.ts';

/**
 * The samples turned where the layout, or without it their shape, says that their channels are last; as they are otherwise.
 * Rows without a shape of their own are turned only where the layout says so.
 */
export function channelsFirst(raw: RawDataset, input: readonly number[] | undefined, layout?: Layout): RawDataset {
  if (input === undefined || layout === 'nchw') return raw;
  const isRow = layout === 'nhwc' && isFlat(raw.shape);
  if (!isRow && !isChannelsLast(raw.shape, input, layout)) return raw;
  const channels = isRow ? input[0]! : raw.shape.at(-1)!;
  const turned = <Values extends Uint8Array | Float32Array>(values: Values): Values => {
    const pixels = values.length / channels;
    const result = values.slice() as Values;
    for (let index = 0; index < values.length; index++)
      result[(index % channels) * pixels + Math.floor(index / channels)] = values[index]!;
    return result;
  };
  return {
    ...raw,
    shape: isRow ? raw.shape : [channels, ...raw.shape.slice(0, -1)],
    description: `${raw.description}, channels last`,
    async *values(start, end) {
      for await (const sample of raw.values(start, end)) yield { ...sample, values: turned(sample.values) };
    },
  };
}
