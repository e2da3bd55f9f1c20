/** A node of NIR is a group with a type; its name says where it stands in nested graphs. */
import type { TypedGroup } from '../hdf5/typed-group.ts';

export type { Field } from '../hdf5/typed-group.ts';
export type NirNode = TypedGroup;

/** Numbers of a field, infinite ones too; undefined where there are none. */
export function valuesOf(node: NirNode, name: string): Float64Array | undefined {
  const values = node.unbounded(name)?.values;
  return values === undefined || values.length === 0 ? undefined : values;
}
