/** Where the emulator and the interleaved machine differ. */
import { isDeepStrictEqual } from 'node:util';
import { Emulator, type EmulatorOptions, type InferenceTiming, type KernelKind } from '../../emulator/index.ts';
import type { Chip } from '../../isa/index.ts';
import type { InterleavedInference } from '../interleaved/inference.ts';
import { shownWork } from './state-work.ts';

type Timing = EmulatorOptions['timing'];

type Answer = Pick<InterleavedInference, 'fired' | 'potentials' | 'readout' | 'layers'> & {
  readonly counts: object;
  /** Absent where there is no timing. */
  readonly timing: InterleavedInference['timing'] | undefined;
};

function emulated(chip: Chip, input: Int16Array, kernels: KernelKind, timing: Timing): Answer {
  const emulator = new Emulator(chip, { timing, kernels });
  const answer = { ...course(emulator, chip, input), counts: emulator.counts(), layers: emulator.layers() };
  if (!isDeepStrictEqual({ ...answer, ...course(emulator, chip, input) }, answer))
    throw new Error(`kernels ${kernels}: the second inference differs from the first one`);
  return answer;
}

function course(emulator: Emulator, chip: Chip, input: Int16Array): Omit<Answer, 'counts' | 'layers'> {
  const fired: number[][][] = [];
  const potentials: number[][][] = [];
  const { readout, timing } = emulator.infer(input, {
    onTick: (_, view) => {
      fired.push(chip.layers.map((__, layer) => view.fired(layer)));
      potentials.push(chip.layers.map((__, layer) => Array.from(view.potential(layer))));
    },
  });
  return { fired, potentials, readout: Array.from(readout), timing: timing && plainTiming(timing) };
}

/** With lists. */
const plainTiming = ({ tickCycles, tickBounds, ...timing }: InferenceTiming): InterleavedInference['timing'] => ({
  ...timing,
  tickCycles: Array.from(tickCycles),
  tickBounds: {
    core: Array.from(tickBounds.core),
    integrate: Array.from(tickBounds.integrate),
    update: Array.from(tickBounds.update),
    network: Array.from(tickBounds.network),
    wait: Array.from(tickBounds.wait),
  },
});

/** The same members as those of the emulator's counts. */
function interleaved(chip: Chip, { traffic: _, ...inference }: InterleavedInference, timing: Timing): Answer {
  const { lostEvents, ...counts } = inference.counts;
  const { betweenChips, ...hops } = counts.linkHops;
  const linkHops = chip.target.chips === undefined ? hops : { ...hops, betweenChips };
  const lost = chip.cores.some(({ touchHandler }) => touchHandler !== undefined) ? { lostEvents } : {};
  const all = { ...counts, ...lost, ...shownWork(chip, inference.touched), linkHops };
  if (timing === 'cycle') return { ...inference, counts: all };
  return { ...inference, timing: undefined, counts: { ...all, activeCoreCycles: null, idleCoreCycles: null } };
}

/** What differs first in the emulator's answer; undefined where it is the interleaved machine's in every part. */
export function differenceFrom(
  inference: InterleavedInference,
  chip: Chip,
  input: Int16Array,
  kernels: KernelKind,
  timing: Timing = 'cycle',
): string | undefined {
  const answer = emulated(chip, input, kernels, timing);
  const expected = interleaved(chip, inference, timing);
  for (const part of ['fired', 'potentials', 'readout', 'timing', 'counts', 'layers'] as const)
    if (!isDeepStrictEqual(answer[part], expected[part])) {
      const [theirs, ours] = [answer[part], expected[part]].map((value) => JSON.stringify(value));
      return `${part} differ (kernels ${kernels}, timing ${timing}): the emulator has ${theirs}, the interleaved machine ${ours}`;
    }
  return undefined;
}
