/** The mapping as a part of the build record. */
import { livingCoreCount, type Chip, type CoreImage, type MappingRecord } from '../isa/index.ts';
import type { LevelAfter } from './chain.ts';
import type { CHIP } from './pipeline.ts';

export function describeMapping(chip: Chip, built: LevelAfter<typeof CHIP>): MappingRecord {
  const { comparison, mapped, placed, rates } = built;
  const { assignment, placement } = built.options;
  const spread = (of: (core: CoreImage) => number) => ({
    mean: chip.cores.reduce((sum, core) => sum + of(core), 0) / chip.cores.length,
    max: chip.cores.reduce((most, core) => Math.max(most, of(core)), 0),
  });
  return {
    cores: chip.cores.length,
    tiles: placed.tiles.length,
    assignment,
    coresAvailable: livingCoreCount(chip.target),
    trees: mapped.sources.trees,
    perCore: {
      neurons: spread((core) => core.neuronCount),
      axons: spread((core) => core.axonCount),
      synapseBits: spread((core) => 8 * core.synapses.length),
    },
    limits: definite(chip.target.limits),
    km1: comparison.km1,
    seed: placement.seed,
    rateSamples: rates.samples,
    placements: [...comparison.placements],
  };
}

/** The limits that a target states. */
const definite = (limits: Chip['target']['limits']): Record<string, number> =>
  Object.fromEntries(Object.entries(limits).filter((entry): entry is [string, number] => entry[1] !== undefined));
