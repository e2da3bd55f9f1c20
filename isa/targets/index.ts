/** The targets that are built in, and the reader of a user's own. */
import { issuePath } from '../container/json.ts';
import { DiagnosticError, diagnostic } from '../diagnostics.ts';
import { targetFileSchema, type Target } from '../target.ts';
import { edge } from './edge.ts';
import { loihiFitted } from './loihi-fitted.ts';
import { loihi } from './loihi.ts';
import { speckLike } from './speck-like.ts';
import { tinyodin } from './tinyodin.ts';
import { truenorthLike } from './truenorth-like.ts';
import { xyloLike } from './xylo-like.ts';

/** Freezes an object with all that is in it: a change by anybody would reach everybody who builds for that target. */
function frozen<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) frozen(part as object);
  return Object.freeze(value);
}

const BUILTIN: ReadonlyMap<string, Target> = new Map(
  [edge, loihi, loihiFitted, truenorthLike, tinyodin, speckLike, xyloLike].map((target) => [
    target.name,
    frozen(target),
  ]),
);

/** The built-in targets by name; the first one is the default. */
export const builtinTargets = (): ReadonlyMap<string, Target> => BUILTIN;

const SHOWN_ISSUES = 20;

/**
 * Checks a parsed target file.
 *
 * @param json the parsed JSON
 * @param file name of the file, for messages
 * @throws DiagnosticError E0105, one diagnostic per fault with its path
 */
export function parseTarget(json: unknown, file?: string): Target {
  const result = targetFileSchema.safeParse(json);
  if (result.success) return result.data;
  const remedy =
    'start from a target that is valid: `snnc targets --new -o my.json` writes one; the schema is spec/target.schema.json';
  throw new DiagnosticError(
    result.error.issues
      .slice(0, SHOWN_ISSUES)
      .map((issue) =>
        diagnostic('E0105', issue.message, { ...(file !== undefined && { file }), path: issuePath(issue) }, remedy),
      ),
  );
}
