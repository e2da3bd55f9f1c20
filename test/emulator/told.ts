/** What the neurons of a chip do, tick by tick. */
import { Emulator, type KernelKind } from '../../emulator/index.ts';
import type { Chip } from '../../isa/index.ts';

export interface Told {
  readonly fired: readonly (readonly number[])[];
  readonly potentials: readonly (readonly number[])[];
  readonly spikes: number;
  readonly active: number;
  readonly idle: number;
}

export function told(chip: Chip, kernels: KernelKind): Told {
  const emulator = new Emulator(chip, { timing: 'none', kernels });
  const [fired, potentials]: [number[][], number[][]] = [[], []];
  emulator.infer(new Int16Array(chip.input.shape[0]), {
    onTick: (_, view) => {
      fired.push(view.fired(0));
      potentials.push([...view.potential(0)]);
    },
  });
  const { spikes, neuronUpdatesActive: active, neuronUpdatesIdle: idle } = emulator.counts();
  return { fired, potentials, spikes, active, idle };
}
