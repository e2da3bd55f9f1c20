/** The memories of a core that a network fills, and what lies in them. */
import { boxSize } from './boxes.ts';
import type { Chip, CoreImage } from './chip.ts';
import type { Target } from './target.ts';

/** In the units of the target's limits. Delay slots are not among them: they are time, not room. */
export const CORE_MEMORIES = [
  'neurons',
  'axons',
  'axonGroups',
  'synapseBits',
  'programWords',
  'parameters',
  'sinkRows',
  'sinkListWords',
] as const satisfies readonly (keyof Target['limits'])[];
export type CoreMemory = (typeof CORE_MEMORIES)[number];

/** A value for every memory. */
export const perMemory = <T>(of: (memory: CoreMemory) => T): Record<CoreMemory, T> =>
  Object.fromEntries(CORE_MEMORIES.map((memory) => [memory, of(memory)])) as Record<CoreMemory, T>;

/** The fullest memory; the first of equals. */
export const tightestMemory = (share: (memory: CoreMemory) => number): CoreMemory =>
  CORE_MEMORIES.reduce((most, memory) => (share(memory) > share(most) ? memory : most));

export const memoriesUsed = (image: CoreImage): Record<CoreMemory, number> => ({
  neurons: image.neuronCount,
  axons: image.axonCount,
  axonGroups: image.groups.length,
  synapseBits: 8 * image.synapses.length,
  programWords: image.program.length,
  parameters: image.parameters.length,
  sinkRows: image.sinks.length,
  sinkListWords: image.sinkLists.length,
});

/** The part of a layer that lies in one core. */
export interface CoreLayer {
  /** Index into the layers. */
  readonly layer: number;
  readonly neurons: number;
}

/** Per core that holds neurons its layers, ascending. */
export function layersByCore({ placements }: Pick<Chip, 'placements'>): ReadonlyMap<number, CoreLayer[]> {
  const cores = new Map<number, Map<number, number>>();
  for (const { core, layer, box } of placements) {
    const layers = cores.get(core) ?? new Map<number, number>();
    cores.set(core, layers.set(layer, (layers.get(layer) ?? 0) + boxSize(box)));
  }
  return new Map(
    [...cores].map(([core, layers]) => [
      core,
      [...layers].map(([layer, neurons]) => ({ layer, neurons })).sort((a, b) => a.layer - b.layer),
    ]),
  );
}
