/** The mapping as a part of the build record. */
import { livingCoreCount, type Chip, type CoreImage, type MappingRecord } from '../isa/index.ts';
import type { MappingComparison } from './passes/compare-placements.ts';
import type { BuildOptions } from './options.ts';

export interface MappingFacts extends MappingComparison {
  readonly tiles: number;
  readonly trees: number;
  readonly rateSamples: number;
}

export function describeMapping(chip: Chip, facts: MappingFacts, options: BuildOptions): MappingRecord {
  const { assignment, placement } = options;
  const { km1, placements, tiles, trees, rateSamples } = facts;
  const spread = (of: (core: CoreImage) => number) => ({
    mean: chip.cores.reduce((sum, core) => sum + of(core), 0) / chip.cores.length,
    max: chip.cores.reduce((most, core) => Math.max(most, of(core)), 0),
  });
  return {
    cores: chip.cores.length,
    tiles,
    assignment,
    coresAvailable: livingCoreCount(chip.target),
    trees,
    perCore: {
      neurons: spread((core) => core.neuronCount),
      axons: spread((core) => core.axonCount),
      synapseBits: spread((core) => 8 * core.synapses.length),
    },
    limits: chip.target.limits,
    km1,
    seed: placement.seed,
    rateSamples,
    placements: [...placements],
  };
}
