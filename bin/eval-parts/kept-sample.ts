/** An inference as a line of a part, and back: what comes back adds up to the same record. */
import type { Inference, SampleInfo } from '../../emulator/index.ts';
import { type Chip, type EvalSample, type InputLoss, shapeSize, SpikeSet, TICKS_PER_WORD } from '../../isa/index.ts';

/** A line that was read, as the account of a run takes it. */
export interface RestoredSample {
  readonly sample: SampleInfo;
  /** Its spikes are valid until the next one is restored. */
  readonly inference: Inference;
}

export function keepSample(
  { index, label, target, floatOutputs, predictedByT }: SampleInfo,
  { readout, predicted, spikes, timing }: Inference,
  { nonZero, roundedToZero, limited, lost }: InputLoss,
): EvalSample {
  return {
    index,
    ...(label !== undefined && { label }),
    ...(target !== undefined && { target: Array.from(target) }),
    ...(floatOutputs !== undefined && { floatOutputs: Array.from(floatOutputs) }),
    ...(predictedByT !== undefined && { predictedByT: Array.from(predictedByT) }),
    readout: Array.from(readout),
    predicted,
    spikes: spikes.layers.map((_, layer) => packBits(spikes.bits(layer))),
    ...(timing !== undefined && { timing: keepTiming(timing) }),
    input: { nonZero, roundedToZero, limited, lost },
  };
}

type Timing = NonNullable<Inference['timing']>;
type KeptTiming = NonNullable<EvalSample['timing']>;

const keepTiming = ({ tickCycles, tickBounds, criticalShares, bound, ...cycles }: Timing): KeptTiming => ({
  ...cycles,
  tickCycles: Array.from(tickCycles),
  bound: { ...bound },
  tickBounds: {
    core: Array.from(tickBounds.core),
    integrate: Array.from(tickBounds.integrate),
    update: Array.from(tickBounds.update),
    network: Array.from(tickBounds.network),
    wait: Array.from(tickBounds.wait),
  },
  criticalShares: criticalShares.map((share) => ({ ...share })),
});

const restoreTiming = ({ tickCycles, tickBounds, ...rest }: KeptTiming): Timing => ({
  ...rest,
  tickCycles: Uint32Array.from(tickCycles),
  tickBounds: {
    core: Int32Array.from(tickBounds.core),
    integrate: Float64Array.from(tickBounds.integrate),
    update: Float64Array.from(tickBounds.update),
    network: Float64Array.from(tickBounds.network),
    wait: Float64Array.from(tickBounds.wait),
  },
});

/** Restores samples of one chip, one after the other, in memory that depends on the chip alone. */
export class SampleRestorer {
  readonly #chip: Chip;
  readonly #spikes: SpikeSet;

  constructor(chip: Chip) {
    this.#chip = chip;
    this.#spikes = new SpikeSet(chip.layers, chip.ticks);
  }

  /** @returns undefined where the line is of another chip */
  restore({ spikes, readout, predicted, timing, input: _, ...info }: EvalSample): RestoredSample | undefined {
    const { layers, output, ticks } = this.#chip;
    const { label, target, floatOutputs, predictedByT, index } = info;
    const outputs = shapeSize(output.shape);
    const perTick = timing === undefined ? [] : [timing.tickCycles, ...Object.values(timing.tickBounds)];
    const fits =
      spikes.length === layers.length &&
      [readout, target, floatOutputs].every((values) => (values?.length ?? outputs) === outputs) &&
      (predictedByT?.length ?? this.#chip.window) === this.#chip.window &&
      perTick.every(({ length }) => length === ticks);
    this.#spikes.clear();
    if (!fits || !spikes.every((text, layer) => unpackBits(text, this.#spikes.bits(layer)))) return undefined;
    return {
      sample: {
        index,
        ...(label !== undefined && { label }),
        ...(target && { target }),
        ...(floatOutputs && { floatOutputs }),
        ...(predictedByT && { predictedByT }),
      },
      inference: {
        readout: Int32Array.from(readout),
        predicted,
        spikes: this.#spikes,
        ...(timing && { timing: restoreTiming(timing) }),
      },
    };
  }
}

/** Bits of a byte of a LEB128 number. */
const GROUP = 7;
const MORE = 1 << GROUP;

/** Distances between the bits that are 1, the first from −1, as LEB128 numbers in base64. */
export function packBits(words: Uint32Array): string {
  const bytes: number[] = [];
  let before = -1;
  for (let at = 0; at < words.length; at++)
    for (let word = words[at]! | 0; word !== 0;) {
      const low = word & -word;
      word ^= low;
      const place = at * TICKS_PER_WORD + (TICKS_PER_WORD - 1 - Math.clz32(low));
      let distance = place - before;
      for (; distance >= MORE; distance = Math.floor(distance / MORE)) bytes.push((distance % MORE) + MORE);
      bytes.push(distance);
      before = place;
    }
  return Buffer.from(bytes).toString('base64');
}

/** Sets the bits that a text tells of. @returns whether it tells of such words */
export function unpackBits(text: string, words: Uint32Array): boolean {
  let place = -1;
  let distance = 0;
  let scale = 1;
  for (const byte of Buffer.from(text, 'base64')) {
    distance += (byte % MORE) * scale;
    if (byte >= MORE) {
      scale *= MORE;
      continue;
    }
    place += distance;
    if (distance === 0 || !(place < words.length * TICKS_PER_WORD)) return false;
    words[Math.floor(place / TICKS_PER_WORD)]! |= 1 << (place % TICKS_PER_WORD);
    [distance, scale] = [0, 1];
  }
  return scale === 1;
}
