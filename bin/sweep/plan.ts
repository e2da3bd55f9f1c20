/** From a plan, or a command line that stands for one, to its points. */
import { dirname } from 'node:path';
import { fail, MOST_POINTS, parseJsonFile, type SamplingMethod, sweepPlan, type SweepPlan } from '../../isa/index.ts';
import { pathOf, readInput } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { readRecord } from '../ui/records.ts';
import { suggestion } from '../../isa/suggest.ts';
import { type Assignment, POINT_OPTIONS, pointOption } from './point-options.ts';
import { drawSamples, type Sampling } from './samples.ts';

export interface Plan {
  /** File of the network. */
  readonly network: string;
  /** Folder that the files of the plan are named from. */
  readonly folder: string;
  /** Of all points. */
  readonly options: Assignment;
  /** What each point has beside, in the order of the plan. */
  readonly varied: readonly Assignment[];
}

/** What the command line says of the points. */
export interface SpaceFlags {
  readonly grid: readonly string[] | undefined;
  readonly range: readonly string[] | undefined;
  readonly samples: number | undefined;
  readonly sampling: SamplingMethod | undefined;
  readonly 'sampling-seed': number | undefined;
}

export interface SweepFlags extends SpaceFlags {
  readonly plan: string;
}

/** What varies. */
export interface Parts {
  readonly list: readonly Assignment[];
  readonly grid: ReadonlyMap<string, readonly string[]>;
  readonly sampling: Sampling | undefined;
}

const LARGEST_PLAN_BYTES = 2 ** 26;
const FLAGS = ['grid', 'range', 'samples', 'sampling', 'sampling-seed'] as const;
/** Names that the command line has for options with a short one. */
const ALIASES = new Map(
  [...POINT_OPTIONS].flatMap(([name, { kind }]) =>
    kind.row.alias === undefined ? [] : [kind.row.alias].flat().map((alias): [string, string] => [alias, name]),
  ),
);

/**
 * Reads the plan that the operand names, or makes one of the flags where it names a network.
 *
 * @param given options of points on the command line
 * @throws DiagnosticError E0107 where flags stand beside a plan or are missing, E0109 for what no plan says; E0101, E0108
 */
export async function readPlan(flags: SweepFlags, given: Assignment, io: Io): Promise<Plan> {
  if (await isPlan(flags.plan, io)) {
    const beside = [...FLAGS.filter((name) => flags[name] !== undefined), ...Object.keys(given)];
    if (beside[0] !== undefined)
      fail(
        'E0107',
        `--${beside[0]} stands beside a plan, which says what its points are`,
        { file: flags.plan },
        'write it into the plan',
      );
    return fromFile(flags.plan, io);
  }
  return madeOf({ network: flags.plan, folder: io.cwd, options: canonical(given) }, partsOfFlags(flags));
}

/** @throws DiagnosticError E0107, E0109 */
export function partsOfFlags(flags: SpaceFlags): Parts {
  const grid = new Map<string, readonly string[]>();
  for (const text of flags.grid ?? []) addOnce(grid, ...splitValues('grid', text));
  return { list: [{}], grid, sampling: samplingOf(flags) };
}

/** What varies by a file. @throws DiagnosticError E0109 */
export function partsOfFile({ list = [{}], grid = {}, sample }: Pick<SweepPlan, 'list' | 'grid' | 'sample'>): Parts {
  const sampling: Sampling | undefined = sample && {
    count: sample.count,
    method: sample.method ?? 'latin-hypercube',
    seed: sample.seed ?? 0,
    ranges: mapOf(sample.ranges, (range) => (typeof range === 'string' ? range : range.map(String))),
  };
  return { list: list.map(canonical), grid: mapOf(grid, (values) => values.map(String)), sampling };
}

/** A network in JSON has another format. */
async function isPlan(path: string, io: Io): Promise<boolean> {
  if (!path.toLowerCase().endsWith('.json')) return false;
  const parsed = parseJsonFile(await readInput(io, path));
  const value = 'value' in parsed ? parsed.value : undefined;
  if (typeof value !== 'object' || value === null || !('format' in value)) return false;
  return typeof value.format === 'string' && value.format.startsWith('snn-sweep-plan/');
}

async function fromFile(file: string, io: Io): Promise<Plan> {
  const remedy = 'docs/sweep.md shows plans';
  const plan: SweepPlan = await readRecord(io, file, {
    kind: sweepPlan,
    what: 'plan',
    remedy,
    largestBytes: LARGEST_PLAN_BYTES,
  });
  const { network, options = {} } = plan;
  const folder = dirname(pathOf(io, file));
  return madeOf({ network, folder, options: canonical(options) }, partsOfFile(plan));
}

function mapOf<V, R>(table: Readonly<Record<string, V>>, change: (value: V) => R): Map<string, R> {
  const map = new Map<string, R>();
  for (const [name, value] of Object.entries(table)) addOnce(map, optionNamed(name), change(value));
  return map;
}

function samplingOf(flags: SpaceFlags): Sampling | undefined {
  const { range, samples, sampling, 'sampling-seed': seed } = flags;
  if (range === undefined) {
    const beside = (['samples', 'sampling', 'sampling-seed'] as const).find((name) => flags[name] !== undefined);
    if (beside !== undefined) fail('E0107', `--${beside} says how --range is drawn, and there is none`);
    return undefined;
  }
  if (samples === undefined)
    fail('E0107', '--range without --samples', undefined, 'say how many points are drawn: --samples 20');
  const ranges = new Map<string, string | readonly string[]>();
  for (const text of range) {
    const [option, values] = splitValues('range', text);
    addOnce(ranges, option, values.length === 1 ? values[0]! : values);
  }
  return { ranges, count: samples, method: sampling ?? 'latin-hypercube', seed: seed ?? 0 };
}

/** `T=4,8,16`, or with `;` where values have commas. */
function splitValues(flag: string, text: string): [option: string, values: string[]] {
  const [, name, values] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (name === undefined || values === undefined)
    fail('E0109', `--${flag} ${JSON.stringify(text.slice(0, 60))} is not of the form option=value,value`);
  return [optionNamed(name), values.split(values.includes(';') ? ';' : ',')];
}

/** The name under which points have an option. */
function optionNamed(name: string): string {
  const known = ALIASES.get(name) ?? name;
  if (pointOption(known) !== undefined) return known;
  const apart = [`build.${name}`, `eval.${name}`];
  const hint = apart.every((other) => POINT_OPTIONS.has(other))
    ? `; build and evaluation have one each: ${apart.join(', ')}`
    : suggestion(name.slice(0, 64), POINT_OPTIONS.keys());
  return fail(
    'E0109',
    `points have no option ${JSON.stringify(name.slice(0, 64))}${hint}`,
    undefined,
    'options are named as those of `snnc build` and `snnemu eval` that change what comes out; `snnemu sweep --help` lists them',
  );
}

/** Options by the names that points have for them. @throws DiagnosticError E0109 */
export const canonical = (values: Readonly<Record<string, string | number | boolean | undefined>>): Assignment => {
  const texts = new Map<string, string | boolean>();
  for (const [name, value] of Object.entries(values))
    if (value !== undefined) addOnce(texts, optionNamed(name), typeOf(optionNamed(name), String(value)));
  return Object.fromEntries(texts);
};

/** A flag is there or not; all else is as it would be typed. */
function typeOf(option: string, text: string): string | boolean {
  if (pointOption(option)?.kind.row.type !== 'boolean') return text;
  if (text !== 'true' && text !== 'false')
    fail('E0109', `${option} ${JSON.stringify(text.slice(0, 60))} is neither true nor false`);
  return text === 'true';
}

function addOnce<V>(map: Map<string, V>, name: string, value: V): void {
  if (map.has(name)) twice(name);
  map.set(name, value);
}

const twice = (name: string): never =>
  fail(
    'E0109',
    `the plan says ${name} twice`,
    undefined,
    'an option is in one part of a plan: options, list, grid or sample',
  );

/** All points: of the list each, in it of the grid, in it of the samples. @throws DiagnosticError E0107, E0109 */
export function madeOf(all: Omit<Plan, 'varied'>, { list, grid, sampling }: Parts): Plan {
  const names = new Set(Object.keys(all.options));
  const parts = [new Set(list.flatMap((set) => Object.keys(set))), grid.keys(), sampling?.ranges.keys() ?? []];
  for (const part of parts)
    for (const name of part) {
      if (names.has(name)) twice(name);
      names.add(name);
    }
  let count = list.length * (sampling?.count ?? 1);
  for (const values of grid.values()) count *= values.length;
  if (count > MOST_POINTS)
    fail(
      'E0109',
      `the plan has ${count} points; there can be ${MOST_POINTS}`,
      undefined,
      'draw samples of ranges instead of a grid',
    );
  const samples = sampling === undefined ? [new Map<string, string>()] : drawSamples(sampling);
  const drawn = samples.map((sample) =>
    Object.fromEntries([...sample].map(([name, text]) => [name, typeOf(name, text)])),
  );
  let points: Assignment[] = [...list];
  for (const [name, values] of grid)
    points = points.flatMap((point) => values.map((value) => ({ ...point, [name]: typeOf(name, value) })));
  const varied = points.flatMap((point) => drawn.map((sample) => ({ ...point, ...sample })));
  if (!names.has('data'))
    fail(
      'E0107',
      'nothing says on which data the points are evaluated',
      undefined,
      'add --data, or "data" to the options of the plan',
    );
  return { ...all, varied };
}
