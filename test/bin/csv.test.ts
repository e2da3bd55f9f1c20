/** `--csv`: the table of a command as data, with the figures of its record. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { snnc } from '../../bin/commands/snnc.ts';
import { snnemu } from '../../bin/commands/snnemu.ts';
import { csvText } from '../../report/data-table.ts';
import { type World, worldWithChip } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await worldWithChip();
  await world.run('snnemu run chip.bin --json run.json');
  await world.run('snnemu eval chip.bin --data images.npy --limit 2 --part 1/1 -o part.gz');
});
afterAll(() => world.remove());

type Row = Readonly<Record<string, string>>;

/** Command → a line of it, and a figure of its record beside the one that the table has. */
const LINES: Readonly<Record<string, readonly [line: string, same: (record: never, rows: readonly Row[]) => void]>> = {
  'snnc build': [
    'net.json --calibrate images.npy -o built.bin',
    ({ layers }: { layers: { weightBits: number }[] }, rows) =>
      expect(rows.map(({ weightBits }) => Number(weightBits))).toEqual(layers.map(({ weightBits }) => weightBits)),
  ],
  'snnc tune': [
    'net.json --data images.npy --labels labels.txt --calibrate images.npy --grid T=4,8 --max-loss 99 -o tuned.bin',
    ({ points }: { points: { energyJ: { mean: number } }[] }, rows) => {
      expect(rows.map(({ energyJ }) => Number(energyJ))).toEqual(points.map(({ energyJ }) => energyJ.mean));
      expect(rows.map((row) => row['option:T'])).toEqual(['4', '8']);
    },
  ],
  'snnc inspect': [
    'chip.bin',
    ({ cores }: { cores: { synapseBits: number }[] }, rows) =>
      expect(rows.map(({ synapseBits }) => Number(synapseBits))).toEqual(cores.map(({ synapseBits }) => synapseBits)),
  ],
  'snnemu run': [
    'chip.bin',
    ({ perLayer }: { perLayer: { synops: number }[] }, rows) =>
      expect(rows.map(({ synops }) => Number(synops))).toEqual(perLayer.map(({ synops }) => synops)),
  ],
  'snnemu eval': [
    'chip.bin --data images.npy --labels labels.txt --limit 2',
    ({ perLayer }: { perLayer: { name: string }[] }, rows) =>
      expect(rows.map(({ layer }) => layer)).toEqual(perLayer.map(({ name }) => name)),
  ],
  'snnemu merge': [
    'chip.bin part.gz',
    ({ perLayer }: { perLayer: { synops: number }[] }, rows) =>
      expect(rows.map(({ synops }) => Number(synops))).toEqual(perLayer.map(({ synops }) => synops)),
  ],
  'snnemu report': ['run.json', (_: never, rows) => expect(rows.length).toBeGreaterThan(1)],
  'snnemu compare': [
    'run.json run.json',
    ({ runs }: { runs: { energy: { joulePerInference: number } }[] }, rows) =>
      expect(rows.map(({ energyJ }) => Number(energyJ))).toEqual(runs.map(({ energy }) => energy.joulePerInference)),
  ],
  'snnemu noc': [
    '--mesh 3x3 --cycles 200',
    ({ latencyMean }: { latencyMean: number }, rows) =>
      expect(rows.map(({ latencyMeanCycles }) => Number(latencyMeanCycles))).toEqual([latencyMean]),
  ],
};

describe('--csv', () => {
  it('is of the commands whose table is data; that of a sweep has its own test', () => {
    const having = [snnc, snnemu].flatMap(({ name, commands }) =>
      commands.filter(({ options }) => 'csv' in options).map((command) => `${name} ${command.name}`),
    );
    expect(having.filter((name) => name !== 'snnemu sweep').sort()).toEqual(Object.keys(LINES).sort());
  });

  it.each(Object.keys(LINES))('%s', async (command) => {
    const [line, same] = LINES[command]!;
    const { exit, stderr } = await world.run(`${command} ${line} --json made.json --csv made.csv`);
    expect({ exit, error: /^error.*/m.exec(stderr)?.[0] }).toEqual({ exit: 0, error: undefined });
    const rows: Row[] = parse(Buffer.from(world.read('made.csv')), { columns: true });
    same(JSON.parse(Buffer.from(world.read('made.json')).toString()) as never, rows);
  });

  it('is not written over an input', async () => {
    expect((await world.run('snnemu report run.json --csv run.json')).exit).toBe(2);
  });

  it('quotes what would break a line or a column', () => {
    const texts = ['a,b', 'say "x"', 'two\nlines', '', 'plain'];
    const table = {
      columns: [
        { name: 'x,y', type: 'text' as const },
        { name: 'n', type: 'text' as const },
      ],
      rows: texts.map((each, k) => [each, k]),
    };
    expect(parse(csvText(table))).toEqual([['x,y', 'n'], ...texts.map((each, k) => [each, String(k)])]);
  });
});
