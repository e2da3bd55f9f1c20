/** A chip on the TypeScript kernels. */
import { type Chip, SpikeSet, ticksOfRun } from '../../isa/machine.ts';
import type { NeuronMap } from '../machine/logical.ts';
import type { CoreContext, Machine } from '../machine/runner.ts';
import { Trees } from '../machine/trees.ts';
import { Core } from './core.ts';

/** @throws E0405 where a program is not one that the loader accepts */
export function plainMachine(chip: Chip, maps: ReadonlyMap<number, NeuronMap>, context: CoreContext): Machine {
  // None are kept where there is no end.
  const spikes = new SpikeSet(chip.layers, chip.ticks);
  const cores = chip.cores.map(
    (image) => new Core(image, maps.get(image.core)!, chip.target, ticksOfRun(chip), context, spikes),
  );
  const trees = new Trees(chip, cores);
  for (const core of cores) core.connect((tree) => trees.path(tree, core.image.core));
  // Everything is told and counted when it happens.
  return { cores, trees, spikes, tellSpikes: () => undefined, collect: () => undefined };
}
