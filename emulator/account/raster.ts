/** The spikes of one inference for the run record: few enough to be kept and drawn. */
import { type Chip, type PassedOver, type RasterRecord, shapeSize, type SpikeSet } from '../../isa/machine.ts';

/** Spikes that a record holds at most. */
const MOST_SPIKES = 20_000;
/** Neurons of a layer that are shown at most. */
const MOST_NEURONS = 128;

/**
 * A bounded choice: neurons of every layer at even distances, as many as keep the spikes within the limit. Where even one
 * neuron a layer may have too many, only the first ticks are shown.
 *
 * @param index of the sample
 * @param passed ticks that its inference passed over: those behind them follow at once
 */
export function rasterOf(spikes: SpikeSet, index: number, passed?: PassedOver): RasterRecord {
  const { layers } = spikes;
  const firing = layers.filter(({ fires }) => fires).length;
  const skipped = passed === undefined ? 0 : passed.to - passed.from;
  const ticks = Math.min(spikes.ticks - skipped, Math.floor(MOST_SPIKES / Math.max(1, firing)));
  const ofChip = Array.from({ length: ticks }, (_, tick) => tick + (tick >= (passed?.from ?? ticks) ? skipped : 0));
  for (let most = MOST_NEURONS; ; most >>= 1) {
    const raster: RasterRecord = {
      index,
      ticks,
      layers: layers.flatMap((layer, of) => {
        if (!layer.fires) return [];
        const neurons = shapeSize(layer.shape);
        return {
          name: layer.name,
          neurons,
          spikes: spikes.countOf(of),
          firstTick: layer.depth,
          shown: choose(neurons, most).map((neuron) => ({ neuron, ticks: ticksOf(spikes, of, neuron, ofChip) })),
        };
      }),
    };
    if (most === 1 || spikesIn(raster) <= MOST_SPIKES) return raster;
  }
}

/**
 * What came in, chosen as the neurons are.
 *
 * @param payloads of all elements, one tick with input after the other; of fewer where the inference ended with them
 * @param shown ticks of the chip that are shown
 * @returns undefined where the chip takes its input in one tick
 */
export function inputRasterOf(
  { shape, ticks: steps, stepTicks = 1 }: Pick<Chip['input'], 'shape' | 'ticks' | 'stepTicks'>,
  payloads: ArrayLike<number>,
  shown: number,
): RasterRecord['input'] {
  if (steps === undefined) return undefined;
  const elements = shapeSize(shape);
  const most = Math.min(steps, payloads.length / elements);
  let packets = 0;
  let payload = 0;
  for (let at = 0; at < payloads.length; at++) {
    const magnitude = Math.abs(payloads[at]!);
    payload += magnitude;
    if (magnitude > 0) packets++;
  }
  const sent = (element: number): number[] => {
    const ticks: number[] = [];
    for (let step = 0; step < most && step * stepTicks < shown; step++)
      if (payloads[step * elements + element] !== 0) ticks.push(step * stepTicks);
    return ticks;
  };
  for (let drawn = MOST_NEURONS; ; drawn >>= 1) {
    const chosen = choose(elements, drawn).map((element) => ({ element, ticks: sent(element) }));
    const spikes = chosen.reduce((sum, { ticks }) => sum + ticks.length, 0);
    if (drawn === 1 || spikes <= MOST_SPIKES) return { elements, packets, payload, shown: chosen };
  }
}

const choose = (neurons: number, most: number): number[] => {
  const count = Math.min(neurons, most);
  return Array.from({ length: count }, (_, k) => Math.floor((k * neurons) / count));
};

/** @param ofChip by tick that was run, what the tick counter of the chip was */
const ticksOf = (spikes: SpikeSet, layer: number, neuron: number, ofChip: readonly number[]): number[] =>
  [...ofChip.keys()].filter((tick) => spikes.has(layer, neuron, ofChip[tick]!));

const spikesIn = ({ layers }: RasterRecord): number =>
  layers.reduce((sum, { shown }) => shown.reduce((inner, { ticks }) => inner + ticks.length, sum), 0);
