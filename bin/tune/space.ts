/** What a network is tuned over: a file, flags, or what is usual on its target. */
import { dirname } from 'node:path';
import { packetBitsOf, tuneSpace } from '../../isa/index.ts';
import { type Assignment, settingsOfPoint } from '../sweep/point-options.ts';
import { canonical, madeOf, type Parts, partsOfFile, partsOfFlags, type Plan, type SpaceFlags } from '../sweep/plan.ts';
import { readTarget } from '../ui/chip-file.ts';
import { pathOf } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { readRecord } from '../ui/records.ts';

const LARGEST_SPACE_BYTES = 2 ** 26;

const WINDOWS = [2, 4, 6, 8, 12, 16];
const WIDTHS = ['8', '4', 'auto:3', '2'];

/**
 * Packets with counts: what only the counts decide, since nothing that fires earlier was cheaper there
 * (compiler/choose/candidates.ts).
 */
const COUNTED = {
  list: [
    { mode: 'exact', code: 'graded', correct: 'none' },
    { mode: 'exact', code: 'graded', correct: 'bias' },
  ],
  grid: { T: WINDOWS, 'weight-bits': WIDTHS },
};

/** Packets without. */
const UNARY = {
  list: [
    { mode: 'exact', code: 'unary', correct: 'none' },
    { mode: 'exact', code: 'unary', correct: 'bias' },
    { mode: 'lead', code: 'unary', correct: 'none' },
    { mode: 'default', code: 'unary', correct: 'both' },
  ],
  grid: { T: [4, 8, 16, 32], 'weight-bits': WIDTHS },
};

interface SpaceValues extends SpaceFlags {
  readonly model: string;
  readonly space: string | undefined;
}

/**
 * The points of a space. What the command line says of all points is left out of the usual space.
 *
 * @param named options of points on the command line
 * @throws DiagnosticError E0107, E0109, E0101, E0104, E0108
 */
export async function readSpace(values: SpaceValues, named: Assignment, io: Io): Promise<Plan> {
  const { model: network, space, grid, range } = values;
  const given = canonical(named);
  const flags = partsOfFlags(values);
  const all = { network, folder: io.cwd, options: given };
  if (space === undefined) return madeOf(all, (grid ?? range) ? flags : await usual(given, io));
  const remedy = 'docs/tune.md shows spaces';
  const file = await readRecord(io, space, {
    kind: tuneSpace,
    what: 'space',
    remedy,
    largestBytes: LARGEST_SPACE_BYTES,
  });
  const parts = partsOfFile(file);
  // Files are named from the folder of the command, as the network is; those of a space from its own.
  const from = (name: string, value: string | boolean): string | boolean =>
    name === 'target' && typeof value === 'string' && value.includes('.')
      ? pathOf({ ...io, cwd: dirname(pathOf(io, space)) }, value)
      : value;
  const options = Object.fromEntries(
    Object.entries(canonical(file.options ?? {})).map(([name, value]) => [name, from(name, value)]),
  );
  return madeOf({ ...all, options: { ...options, ...given } }, joined(parts, flags));
}

/** A space of a file, and what flags vary beside. */
const joined = (file: Parts, flags: Parts): Parts => ({
  list: file.list,
  grid: new Map([...file.grid, ...flags.grid]),
  sampling: flags.sampling ?? file.sampling,
});

async function usual(given: Assignment, io: Io): Promise<Parts> {
  const { target } = await readTarget(io, String(given.target ?? 'edge'), settingsOfPoint(given));
  const { list, grid } = packetBitsOf(target) > 1 ? COUNTED : UNARY;
  const open = <V>(table: Readonly<Record<string, V>>): Record<string, V> =>
    Object.fromEntries(Object.entries(table).filter(([name]) => given[name] === undefined));
  const different = new Map(list.map(open).map((set) => [JSON.stringify(set), set]));
  return partsOfFile({ list: [...different.values()], grid: open(grid) });
}
