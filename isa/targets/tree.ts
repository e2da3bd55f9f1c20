/** JSON objects whose fields are found by paths such as `limits.neurons`. */

export type Tree = Readonly<Record<string, unknown>>;

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a path; undefined where there is none. */
export const valueAt = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((node, key) => (isTree(node) && Object.hasOwn(node, key) ? node[key] : undefined), value);

/** Fields of `over` in place of those of `under`; objects field by field. A field that is undefined removes one. */
export function merged(under: Tree, over: Tree): Tree {
  const fields = new Map(Object.entries(under));
  for (const [name, value] of Object.entries(over)) {
    const before = fields.get(name);
    if (value === undefined) fields.delete(name);
    else fields.set(name, isTree(before) && isTree(value) ? merged(before, value) : value);
  }
  return Object.fromEntries(fields);
}

/** All values that are no objects, with their paths. */
export const leavesOf = (tree: Tree, above = ''): (readonly [path: string, value: unknown])[] =>
  Object.entries(tree).flatMap(([name, value]) =>
    isTree(value) ? leavesOf(value, `${above}${name}.`) : [[above + name, value] as const],
  );
