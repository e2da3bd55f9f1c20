/** What reference interpreter and emulator go through, tick by tick. */
import type { ReferenceInterpreter } from '../../compiler/index.ts';
import type { Emulator } from '../../emulator/index.ts';
import type { Chip } from '../../isa/index.ts';
import { seededRandom } from '../arbitraries/random.ts';

interface Tick {
  readonly fired: readonly (readonly number[])[];
  readonly potentials: readonly (readonly number[])[];
}

export interface Course {
  readonly ticks: readonly Tick[];
  readonly readout: readonly number[];
}

export const randomInput = (chip: Chip, seed: number): Int16Array => {
  const random = seededRandom(seed);
  const { shape, payloadMin, payloadMax } = chip.input;
  return Int16Array.from({ length: shape[0] * shape[1] * shape[2] }, () =>
    Math.floor(payloadMin + random() * (payloadMax - payloadMin + 1)),
  );
};

export function referenceTicks(interpreter: ReferenceInterpreter, chip: Chip, input: Int16Array): Course {
  const ticks: Tick[] = [];
  const result = interpreter.run(input, (_, view) => {
    const fired = chip.layers.map((__, l) => Array.from(view.spikes(l).keys()).filter((k) => view.spikes(l)[k] !== 0));
    ticks.push({ fired, potentials: chip.layers.map((__, l) => Array.from(view.potentials(l))) });
  });
  return { ticks, readout: Array.from(result.readout) };
}

export function emulatorTicks(emulator: Emulator, chip: Chip, input: Int16Array): Course {
  const ticks: Tick[] = [];
  const result = emulator.infer(input, {
    onTick: (_, view) => {
      const fired = chip.layers.map((__, l) => Array.from(view.fired(l)).sort((a, b) => a - b));
      ticks.push({ fired, potentials: chip.layers.map((__, l) => Array.from(view.potential(l))) });
    },
  });
  return { ticks, readout: Array.from(result.readout) };
}
