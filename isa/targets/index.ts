/** The targets that are built in, and the reader of a user's own. */
import type { ZodType } from 'zod';
import { issuePath } from '../container/json.ts';
import { DiagnosticError, diagnostic, fail, type Place } from '../diagnostics.ts';
import { targetChangesSchema, targetFileSchema, type Target } from '../target.ts';
import type { EnergyFigure } from '../target-energy.ts';
import { changedTarget } from './changed.ts';
import { edge, edgeAreaText } from './edge.ts';
import { loihiFitted } from './loihi-fitted.ts';
import { loihi } from './loihi.ts';
import { speckLike } from './speck-like.ts';
import { tinyodin } from './tinyodin.ts';
import { isTree, merged, type Tree } from './tree.ts';
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

/** A target, and where it is another one with some fields changed, which. */
export interface LoadedTarget {
  readonly target: Target;
  readonly base?: Target;
}

/** Who is told of faults: a file, or what was set on the command line. */
interface Source {
  readonly code: 'E0103' | 'E0105';
  readonly place: Place;
  readonly remedy: string;
}

const fileSource = (file: string | undefined): Source => ({
  code: 'E0105',
  place: file === undefined ? {} : { file },
  remedy:
    'start from a target that is valid: `snnc targets --new -o my.json` writes one; the schema is spec/target.schema.json',
});

const SETTINGS: Source = {
  code: 'E0103',
  place: {},
  remedy: '`snnc targets --new` writes a file with all fields, their ranges and what they mean',
};

/**
 * Checks a parsed target file.
 *
 * @param json the parsed JSON: a whole target, or `base` and what differs from it
 * @param file name of the file, for messages
 * @throws DiagnosticError E0105, one diagnostic per fault with its path; E0110 where figures cannot follow
 */
export const parseTarget = (json: unknown, file?: string): Target => loadTarget({ json, file }).target;

/**
 * The target of a file, or a built-in one, with what was set of it.
 *
 * @param settings fields as in a target file, and stronger than those of the file
 * @throws DiagnosticError as {@link parseTarget}; E0103 for faults of the settings
 */
export function loadTarget(
  from: { readonly json: unknown; readonly file?: string | undefined } | { readonly builtin: Target },
  settings?: Tree,
): LoadedTarget {
  const foreign = Object.keys(settings ?? {}).find((name) => name === 'base' || name.startsWith('$'));
  if (foreign !== undefined)
    fail('E0103', 'it is a member of target files, not a field of a target', { path: foreign }, SETTINGS.remedy);
  if ('builtin' in from)
    return settings === undefined ? { target: from.builtin } : changed(from.builtin, settings, SETTINGS);
  const { json } = from;
  const source = fileSource(from.file);
  if (!isTree(json) || json.base === undefined) {
    const target = checked(targetFileSchema, json, source);
    return settings === undefined ? { target } : changed(target, settings, SETTINGS);
  }
  const base = typeof json.base === 'string' ? BUILTIN.get(json.base) : undefined;
  if (base === undefined)
    fail(
      source.code,
      'there is no such built-in target',
      { ...source.place, path: 'base' },
      `base is one of ${[...BUILTIN.keys()].join(', ')}`,
    );
  const loaded = changed(base, json, source);
  return settings === undefined ? loaded : changed(base, merged(json, settings), SETTINGS);
}

function changed(base: Target, changes: Tree, source: Source): LoadedTarget {
  checked(targetChangesSchema, { base: base.name, ...changes }, source);
  const tree = changedTarget(base, changes, base === edge, source.place);
  return { target: checked(targetFileSchema, tree, source), base };
}

function checked<T>(schema: ZodType<T>, json: unknown, { code, place, remedy }: Source): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new DiagnosticError(
    result.error.issues
      .slice(0, SHOWN_ISSUES)
      .map((issue) => diagnostic(code, issue.message, { ...place, path: issuePath(issue) }, remedy)),
  );
}

/** A figure that a changed target does not have from its base. */
export interface FigureChange {
  readonly path: string;
  /** Absent where the base has no such figure. */
  readonly before?: number | null;
  readonly after: number | null;
  readonly unit: string;
  readonly kind: string;
  readonly source: string;
}

type Figure = Pick<EnergyFigure, 'value' | 'kind' | 'source'> & { readonly unit: string };

const figuresOf = (group: string, fields: Readonly<Record<string, number | Figure | undefined>>) =>
  Object.entries(fields).flatMap(([name, field]) =>
    typeof field === 'object' ? [[group + name, field] as const] : [],
  );

/** Figures whose value, kind or source is not that of the base, in the order of target files. */
export function figureChanges(base: Target, target: Target): FigureChange[] {
  const figures = ({ timing, chips, energy, staticPower }: Target) => [
    ...figuresOf('timing.', timing),
    ...figuresOf('chips.', chips ?? {}),
    ...figuresOf('energy.', energy),
    ...figuresOf('', { staticPower }),
  ];
  const before = new Map(figures(base));
  return figures(target).flatMap(([path, { value, unit, kind, source }]) => {
    const old = before.get(path);
    if (old?.value === value && old.kind === kind && old.source === source) return [];
    return [{ path, ...(old !== undefined && { before: old.value }), after: value, unit, kind, source }];
  });
}

/** Area and pitch of the tiles of a changed `edge`, with the arithmetic; undefined for other targets. */
export const areaText = ({ target, base }: LoadedTarget): string | undefined =>
  base === edge ? edgeAreaText(target) : undefined;
