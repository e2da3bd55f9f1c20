/** The options of a point: those of a build and of an evaluation that can change what comes out. */
import { BUILD_OPTIONS } from '../commands/options.ts';
import { EVENT_OPTIONS } from '../commands/data-options.ts';
import { EVAL_OPTIONS } from '../commands/eval-options.ts';
import { flag, type OptionKind, text } from '../ui/option-kinds.ts';

const omit = <T extends object, const K extends keyof T>(table: T, names: readonly K[]): Omit<T, K> =>
  Object.fromEntries(Object.entries(table).filter(([name]) => !(names as readonly string[]).includes(name))) as Omit<
    T,
    K
  >;

/**
 * Options that name outputs, or say what of a result is shown: a point has neither. Fields of the target have names of their
 * own, `target.limits.neurons`, in place of --set.
 */
const BUILD_LEFT_OUT = ['set', 'json', 'wide', 'quiet', 'dump-after', 'verify', 'ledger-samples'] as const;
const EVAL_LEFT_OUT = [
  ...([
    'json',
    'csv',
    'wide',
    'html',
    'raster',
    'build',
    'probe',
    'probe-out',
    'samples',
    'neurobench',
    'workers',
    'per-tick',
    'energy-budget',
    'curve',
    'top-k',
  ] as const),
] as const;

const BUILD_OF_POINT = {
  ...omit(BUILD_OPTIONS, BUILD_LEFT_OUT),
  'no-self-test': flag('embed no calibration samples with their right answers'),
};
const EVAL_OF_POINT = omit(EVAL_OPTIONS, EVAL_LEFT_OUT);

/** Option → value as it is typed; of a flag, whether it is there. */
export type Assignment = Readonly<Record<string, string | boolean>>;

/** Where an option of a point goes. */
export interface PointOption {
  readonly kind: OptionKind<unknown>;
  /** Its name in `snnc build`, in `snnemu eval`, or both. */
  readonly build?: string;
  readonly eval?: string;
}

/**
 * Options by the names that they have in a sweep. Where build and evaluation have the same option, it goes to both; where
 * two are only called the same, they are told apart as build.dt and eval.dt.
 */
export const POINT_OPTIONS: ReadonlyMap<string, PointOption> = pointOptions(BUILD_OF_POINT, EVAL_OF_POINT);

function pointOptions(
  build: Readonly<Record<string, OptionKind<unknown>>>,
  evaluation: Readonly<Record<string, OptionKind<unknown>>>,
): Map<string, PointOption> {
  const options = new Map<string, PointOption>();
  for (const [name, kind] of Object.entries(build)) {
    const other = evaluation[name];
    if (other === undefined) options.set(name, { kind, build: name });
    else if (other === kind) options.set(name, { kind, build: name, eval: name });
    else options.set(`build.${name}`, { kind, build: name }).set(`eval.${name}`, { kind: other, eval: name });
  }
  for (const [name, kind] of Object.entries(evaluation)) if (!(name in build)) options.set(name, { kind, eval: name });
  return options;
}

/** `target.limits.neurons`: a field of the target, as --set names it. */
export const TARGET_FIELD = /^target\.([a-z]+(?:\.[a-z]+)*)$/i;
const FIELD_OF_TARGET: PointOption = {
  kind: text({ describe: 'a field of the target, as --set changes it' }),
  build: 'set',
};

/** What is known of an option of points, by its name; undefined where there is none. */
export const pointOption = (name: string): PointOption | undefined =>
  POINT_OPTIONS.get(name) ?? (TARGET_FIELD.test(name) ? FIELD_OF_TARGET : undefined);

/** The fields of the target among the options of a point, as --set takes them; undefined where there are none. */
export function settingsOfPoint(options: Assignment): readonly string[] | undefined {
  const settings = Object.entries(options).flatMap(([name, value]) => {
    const path = TARGET_FIELD.exec(name)?.[1];
    return path === undefined ? [] : [`${path}=${String(value)}`];
  });
  return settings.length === 0 ? undefined : settings;
}

/** What a row says of its command, and not of the option. */
const OF_A_COMMAND: ReadonlySet<string> = new Set(['default', 'demandOption']);

/** The rows of the command line: a value is taken as it was typed, and read when its points are made. */
export const POINT_ROWS: Readonly<Record<string, OptionKind<string | boolean | undefined>>> = Object.fromEntries(
  [...POINT_OPTIONS].map(([name, { kind }]) => {
    // The defaults come in where points are made, so that what was named is told from what was not.
    const row = Object.fromEntries(Object.entries(kind.row).filter(([key]) => !OF_A_COMMAND.has(key)));
    return [name, { row, read: (given: unknown) => given as string | boolean | undefined }];
  }),
);

/** Options of points that `snnc tune` does not have: they have another meaning there, or none. */
export const NOT_TUNED = ['max-loss', 'objective', 'deadline', 'timing', 'no-float', 'targets', 'heads'] as const;
export const TUNED_ROWS = omit(POINT_ROWS, NOT_TUNED);

/** A point without latency has no place on the front: so cycles are counted unless a plan says otherwise. */
const STANDARDS: Assignment = { timing: 'cycle' };

/** All options of a point that have a value, those that were not named too. */
export function withStandards(named: Assignment): Assignment {
  const values: Record<string, string | boolean> = {};
  for (const [name, { kind }] of POINT_OPTIONS) {
    const value = named[name] ?? STANDARDS[name] ?? (kind.row.default as string | boolean | undefined);
    if (value !== undefined && value !== false) values[name] = value;
  }
  for (const [name, value] of Object.entries(named)) if (TARGET_FIELD.test(name)) values[name] = value;
  return values;
}

/** How data become input: of a build, those that it is calibrated with. */
const OF_DATA: ReadonlySet<string> = new Set(['layout', ...Object.keys(EVENT_OPTIONS)]);

/** What the parser would make of the options of a point for one of the two commands. */
export function givenFor(
  side: 'build' | 'eval',
  table: Readonly<Record<string, OptionKind<unknown>>>,
  options: Assignment,
): Record<string, unknown> {
  const given = Object.fromEntries(Object.entries(table).map(([name, { row }]) => [name, row.default as unknown]));
  for (const [name, option] of POINT_OPTIONS) {
    const own = option[side];
    if (side === 'build' && options.calibrate === undefined && option.eval !== undefined && OF_DATA.has(name)) continue;
    if (own !== undefined && options[name] !== undefined) given[own] = options[name];
  }
  if (side === 'build') given.set = settingsOfPoint(options);
  return given;
}
