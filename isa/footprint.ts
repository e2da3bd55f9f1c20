/** What a chip has to hold of a network, in bytes. */
import type { Chip, CoreImage } from './chip.ts';
import {
  AFFINE_RECORD,
  GROUP_RECORD,
  LIST_RECORD,
  PLANE_RECORD,
  ROUTE_RECORD,
  SINK_RECORD,
} from './container/layout.ts';
import { planeRows, stateBits } from './planes.ts';

const WORD_BYTES = 4;

/** Bytes of memory that a network takes. */
export interface Footprint {
  /** Synapses at their width, zeros included, parameters, programs, and tables of axons, sinks, planes and routes. */
  readonly storedBytes: number;
  /** All planes of the neurons in use at their widths, each core rounded up to a byte. */
  readonly stateBytes: number;
}

/** Tables count with the records of chip.bin (spec/image-format.md); what only the host or the loader needs does not. */
export function footprintOf({ cores, routes, target }: Pick<Chip, 'cores' | 'routes' | 'target'>): Footprint {
  let [storedBytes, stateBytes] = [routes.length * ROUTE_RECORD.size, 0];
  for (const core of cores) {
    storedBytes += storedIn(core);
    stateBytes += Math.ceil(stateBits(core, false, target) / 8);
  }
  return { storedBytes, stateBytes };
}

function storedIn(core: CoreImage): number {
  const { synapses, parameters, program, sinkLists, groups, sinks } = core;
  const words = parameters.length + program.length + sinkLists.length;
  const ofSinks = sinks.reduce(
    (bytes, { kind }) => bytes + SINK_RECORD.size + (kind === 'affine' ? AFFINE_RECORD : LIST_RECORD).size,
    0,
  );
  const ofPlanes = planeRows(core).length * PLANE_RECORD.size;
  return synapses.length + WORD_BYTES * words + groups.length * GROUP_RECORD.size + ofSinks + ofPlanes;
}
