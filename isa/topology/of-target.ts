/** Which topology a target has. */
import { Mesh } from './mesh.ts';
import type { Topology, TopologyTarget } from './topology.ts';

/** The topology of a target; every target of today is a mesh. */
export const topologyOf = (target: TopologyTarget): Topology => new Mesh(target);
