/** The mapping as a part of the build record. */
import { livingCoreCount, type Chip, type CoreImage, type MappingRecord } from '../isa/index.ts';
import type { Placed } from './ir/mapped.ts';
import type { PacketRates } from './ir/rates.ts';
import type { Mapped } from './mapping/map-network.ts';
import type { BuildOptions, PinOptions } from './options.ts';
import type { AssignedBy } from './passes/assign-tiles.ts';
import type { MappingComparison } from './passes/compare-placements.ts';

/** What the passes that map a network made. */
export interface MappingFacts {
  readonly comparison: MappingComparison;
  readonly mapped: Mapped;
  readonly placed: Placed;
  readonly assignedBy: AssignedBy;
  readonly rates: PacketRates;
  readonly options: BuildOptions;
}

export function describeMapping(
  chip: Chip,
  { comparison, mapped, assignedBy, placed, rates, options }: MappingFacts,
): MappingRecord {
  const { aim, pins, placement } = options;
  const { by, wanted, candidates } = assignedBy;
  const { pinnedTo = [] } = mapped.sources.assigned;
  const spread = (of: (core: CoreImage) => number) => ({
    mean: chip.cores.reduce((sum, core) => sum + of(core), 0) / chip.cores.length,
    max: chip.cores.reduce((most, core) => Math.max(most, of(core)), 0),
  });
  return {
    cores: chip.cores.length,
    tiles: placed.tiles.length,
    assignment: by,
    ...(by !== wanted && { fellBackFrom: wanted }),
    ...(pins !== undefined && { pinned: describePins(chip, pins, pinnedTo) }),
    ...(aim !== undefined && { objective: aim.objective }),
    ...(candidates !== undefined && { candidates: [...candidates] }),
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

function describePins(
  chip: Chip,
  { file, sha256, pins }: PinOptions,
  pinnedTo: readonly (number | undefined)[],
): NonNullable<MappingRecord['pinned']> {
  const images = chip.cores.filter(({ core }) => pinnedTo.includes(core));
  return {
    ...{ file, sha256, pins: pins.length, cores: images.map(({ core }) => core) },
    neurons: images.reduce((sum, { neuronCount }) => sum + neuronCount, 0),
  };
}

/** The limits that a target states. */
const definite = (limits: Chip['target']['limits']): Record<string, number> =>
  Object.fromEntries(Object.entries(limits).filter((entry): entry is [string, number] => entry[1] !== undefined));
