/** From a plan to points with all of their options, inputs and keys. */
import type { SweepInput, SweepRecord } from '../../isa/index.ts';
import { readTarget } from '../ui/chip-file.ts';
import { dataFile } from '../ui/data.ts';
import type { Io } from '../ui/io.ts';
import { settingsOf } from '../ui/settings.ts';
import { FILE_OPTIONS, type InputFile, Inputs, keyOf } from './inputs.ts';
import type { Plan } from './plan.ts';
import { type Assignment, POINT_OPTIONS, pointOption, settingsOfPoint, withStandards } from './point-options.ts';

export interface Point {
  readonly record: Omit<SweepRecord, 'outcome'>;
  /** Of compiler, inputs and options of the build: points that have the same one have the same chip. */
  readonly buildKey: string;
  /** Of its inputs, the files of each. */
  readonly files: readonly (readonly InputFile[])[];
}

/**
 * Options of points on the command line.
 *
 * @throws DiagnosticError E0103 where --set names no field with a value
 */
export function namedOptions(values: Readonly<Record<string, unknown>>): Assignment {
  const named: Record<string, string | boolean> = {};
  for (const name of POINT_OPTIONS.keys()) {
    const value = values[name];
    if (typeof value === 'string' || typeof value === 'boolean') named[name] = value;
  }
  const settings = (values.set ?? []) as readonly string[];
  settingsOf(settings);
  for (const setting of settings) {
    const at = setting.indexOf('=');
    named[`target.${setting.slice(0, at).trim()}`] = setting.slice(at + 1);
  }
  return named;
}

/**
 * Every point with all of its options and inputs, and its keys. Values that no option takes are named before anything is
 * computed.
 *
 * @param io whose folder is that of the plan
 * @param tool that makes the points
 * @throws DiagnosticError E0103 for a value, E0101, E0104, E0105, E0110 for an input
 */
export async function preparePoints(plan: Plan, tool: string, io: Io): Promise<Point[]> {
  const inputs = new Inputs(io);
  const known = new Map<string, unknown>();
  const once = async (typed: string, read: () => unknown): Promise<unknown> => {
    if (!known.has(typed)) known.set(typed, await read());
    return known.get(typed);
  };
  const points: Point[] = [];
  for (const [k, varied] of plan.varied.entries()) {
    io.signal.throwIfAborted();
    const options = withStandards({ ...plan.options, ...varied });
    const meant = new Map<string, unknown>();
    const own: SweepInput[] = [await inputs.network(plan.network, textOf(options['output-name']))];
    for (const [name, given] of Object.entries(options))
      if (FILE_OPTIONS.has(name)) own.push(await inputs.of(name, String(given)));
      else meant.set(name, await once(`${name}=${String(given)}`, () => pointOption(name)!.kind.read(given, name)));
    const settings = settingsOfPoint(options);
    const target = String(options.target);
    if (settings !== undefined) await once([target, ...settings].join('\n'), () => readTarget(io, target, settings));
    const key = keyOf({ tool, folder: plan.folder, inputs: own, options: meant });
    points.push({
      record: { format: 'snn-sweep/1', tool, point: k + 1, key, varied, options, inputs: own },
      // Whoever asks for it, the compiler makes it.
      buildKey: keyOf({
        ...{ tool: `snnc ${io.version}`, folder: plan.folder },
        inputs: own.filter(({ option }) => isOfBuild(option)),
        options: new Map([...meant].filter(([name]) => isOfBuild(name))),
      }),
      files: own.map((input) => inputs.filesOf(input)),
    });
  }
  return points;
}

const isOfBuild = (name: string): boolean => name === 'network' || pointOption(name)?.build !== undefined;

const textOf = (value: string | boolean | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** The files that points are made from, which no output may be. */
export const inputPaths = (points: readonly Point[], io: Io): string[] => [
  ...new Set(
    points.flatMap(({ record: { inputs } }) =>
      inputs.filter(({ files }) => files > 0).map(({ name }) => dataFile(io, name)),
    ),
  ),
];
