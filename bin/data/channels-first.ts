/** Samples that are stored channels last, as Keras and TensorFlow have them, channels first as networks take them. */
import type { RawDataset } from './dataset.ts';
import { isChannelsLast } from './shapes.ts';

/** The samples turned where their shape says that their channels are last; as they are otherwise. */
export function channelsFirst(raw: RawDataset, input: readonly number[] | undefined): RawDataset {
  if (input === undefined || !isChannelsLast(raw.shape, input)) return raw;
  const channels = raw.shape.at(-1)!;
  const turned = <Values extends Uint8Array | Float32Array>(values: Values): Values => {
    const pixels = values.length / channels;
    const result = values.slice() as Values;
    for (let index = 0; index < values.length; index++)
      result[(index % channels) * pixels + Math.floor(index / channels)] = values[index]!;
    return result;
  };
  return {
    ...raw,
    shape: [channels, ...raw.shape.slice(0, -1)],
    description: `${raw.description}, channels last`,
    async *values(start, end) {
      for await (const sample of raw.values(start, end)) yield { ...sample, values: turned(sample.values) };
    },
  };
}
