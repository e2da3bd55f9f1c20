/** The targets that are built in, and the reader of a user's own. */
import { issuePath } from '../container/json.ts';
import { DiagnosticError, diagnostic } from '../diagnostics.ts';
import { targetSchema, type Target } from '../target.ts';
import { edge } from './edge.ts';
import { loihi } from './loihi.ts';

const BUILTIN: ReadonlyMap<string, Target> = new Map([edge, loihi].map((target) => [target.name, target]));

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
  const result = targetSchema.safeParse(json);
  if (result.success) return result.data;
  const remedy =
    'start from a target that is valid: `snnc targets edge` prints one; the schema is spec/target.schema.json';
  throw new DiagnosticError(
    result.error.issues
      .slice(0, SHOWN_ISSUES)
      .map((issue) =>
        diagnostic('E0105', issue.message, { ...(file !== undefined && { file }), path: issuePath(issue) }, remedy),
      ),
  );
}
