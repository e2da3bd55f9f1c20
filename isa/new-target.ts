/** A start for a target of one's own. */
import { z } from 'zod';
import { LONGEST_NAME, targetFileSchema, type Target } from './target.ts';

const HEAD = [
  'A start for a target of your own: change the numbers, then name this file: snnc build net.onnx --target <this file> -o chip.bin',
  'Every number has a unit, a kind and a source. Kinds: published, derived (show the arithmetic), assumed, unknown (value null; energies and powers only). Limits, widths and lanes have theirs under origins.',
  'Reports mark totals with assumed figures, vary assumed ones by half and double, and call sums without unknown ones partial. relativeUncertainty beside a figure states its own range.',
  'An energy of 0 says that another figure holds it. What one event of energy.* is: spec/energy.md. The schema of this file: spec/target.schema.json. $comment is ignored.',
];

/** The part of a JSON Schema that is read here. */
interface SchemaNode {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
}

/** `path: meaning` of every field of a target that has a description. */
function* fieldGuide({ properties = {} }: SchemaNode, above = ''): Generator<string> {
  for (const [name, field] of Object.entries(properties)) {
    const path = above + name;
    if (field.description !== undefined && !name.startsWith('$')) yield `${path}: ${field.description}`;
    yield* fieldGuide(field, `${path}.`);
  }
}

/** A target file that loads as it is: the figures of `base`, and what each field means as comments. */
export interface NewTarget extends Target {
  readonly $comment: readonly string[];
}

/** @param name of the new target; what is beyond 100 characters is cut */
export function newTarget(base: Target, name: string): NewTarget {
  const { format, name: from, description, ...figures } = base;
  const present = z.toJSONSchema(targetFileSchema, { io: 'input' }) as SchemaNode;
  return {
    $comment: [...HEAD, ...fieldGuide(present)],
    format,
    name: name.slice(0, LONGEST_NAME),
    description: `Started from ${from}: ${description}`,
    ...figures,
  };
}
