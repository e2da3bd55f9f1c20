/** Faults of a JSON document against its schema: one line each, with the path. */
import type { z } from 'zod';

export interface SchemaFault {
  /** Such as `layers[2].weight.shape`; `(document)` for the whole. */
  readonly path: string;
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

export function schemaFaults(error: z.ZodError): SchemaFault[] {
  return error.issues.flatMap((issue) => expand(issue, []));
}

/** Of a choice of forms, the faults of the form that the value comes nearest to. */
function expand(issue: Issue, prefix: readonly PropertyKey[]): SchemaFault[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = issue.errors.reduce((best, errors) => (distance(errors) < distance(best) ? errors : best));
    return nearest.flatMap((inner) => expand(inner, path));
  }
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    return [{ path: formatPath(path), message: 'is missing or none of the known values' }];
  }
  return [{ path: formatPath(path), message: issue.message }];
}

const FURTHEST = 1000;

/**
 * A fault at the root of a form means another type altogether, so that form is further away than any other. Otherwise
 * the faults of its own fields count; those deeper inside say nothing about which form was meant.
 */
function distance(issues: readonly Issue[]): number {
  if (issues.some((issue) => issue.path.length === 0 && issue.code === 'invalid_type')) return FURTHEST;
  return Math.min(FURTHEST - 1, issues.filter((issue) => issue.path.length <= 1).length);
}

function formatPath(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text.replace(/^\./, '') || '(document)';
}
