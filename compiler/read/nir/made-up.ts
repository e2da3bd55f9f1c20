/** Nodes that are in no file: what stands for several ports, or sends constants. */
import type { Hdf5Dataset, Hdf5Group } from '../hdf5/file.ts';
import { TypedGroup } from '../hdf5/typed-group.ts';
import type { NirNode } from './fields.ts';

/** A node with nothing but a type. @param isTaken whether another node has a name */
export function madeUpNode(name: string, type: string, isTaken: (name: string) => boolean): NirNode {
  let free = name;
  for (let k = 2; isTaken(free); k++) free = `${name} ${k}`;
  const said: Hdf5Dataset = {
    ...{ kind: 'dataset', shape: [], elements: 'text' },
    ...{ numbers: () => new Float64Array(0), texts: () => [type] },
  };
  const group: Hdf5Group = {
    ...{ kind: 'group', names: ['type'] },
    ...{ get: (field) => (field === 'type' ? said : undefined), attribute: () => undefined },
  };
  return new TypedGroup(free, group);
}
