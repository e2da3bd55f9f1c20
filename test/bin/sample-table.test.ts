/** `snnemu eval --samples` */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunRecord } from '../../isa/index.ts';
import { markdownTable } from '../markdown.ts';
import { type World, worldWithChip } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await worldWithChip();
});
afterAll(() => world.remove());

type Row = Record<string, number | boolean | null>;
const textOf = (name: string): string => Buffer.from(world.read(name)).toString();
const total = (rows: readonly Row[], name: string): number => rows.reduce((sum, row) => sum + Number(row[name]), 0);

async function listed(name: string, more = ''): Promise<{ record: RunRecord; rows: Row[] }> {
  const line = `snnemu eval chip.bin --data images.npy --labels labels.txt --samples ${name} --json -${more}`;
  const { exit, stdout, stderr } = await world.run(line);
  expect({ exit, stderr }).toMatchObject({ exit: 0 });
  const record = JSON.parse(stdout) as RunRecord;
  const lines = textOf(name).trimEnd().split('\n');
  if (name.endsWith('.ndjson')) return { record, rows: lines.map((each) => JSON.parse(each) as Row) };
  const names = lines[0]!.split(',');
  const valueOf = (cell: string): Row[string] => (cell === '' ? null : (JSON.parse(cell) as number | boolean));
  return {
    record,
    rows: lines
      .slice(1)
      .map((each) => Object.fromEntries(each.split(',').map((cell, k) => [names[k]!, valueOf(cell)]))),
  };
}

describe('snnemu eval --samples', () => {
  it('lists every sample, and the lines add up to the record', async () => {
    const { record, rows } = await listed('out.csv', ' --timing cycle');
    expect(rows.map(({ sample }) => sample)).toEqual([...new Array(record.inferences).keys()]);
    for (const name of ['spikes', 'packets', 'synops', 'macs'] as const)
      expect(total(rows, name)).toBe(record.counts[name]);
    expect(total(rows, 'energyJ') / record.energy.jouleTotal).toBeCloseTo(1, 9);
    expect(rows.filter(({ right }) => right === true).length).toBe(record.accuracy!.correct);
    expect(rows.every(({ label, answer, right }) => right === (label === answer))).toBe(true);
    const float = rows.filter(({ label, conventionalAnswer }) => label === conventionalAnswer).length;
    expect(float / rows.length).toBeCloseTo(record.accuracy!.floatTop1!, 12);
    const cycles = rows.map(({ latencyCycles }) => Number(latencyCycles));
    expect(Math.max(...cycles)).toBe(record.latency!.cyclesPerInference.max);
    expect(Math.max(...rows.map(({ latencySeconds }) => Number(latencySeconds)))).toBe(
      record.latency!.secondsPerInference.max,
    );
    expect(rows.some(({ margin }) => Number(margin) > 0)).toBe(true);
    expect(rows.every(({ energyPartial }) => energyPartial === false)).toBe(true);
  });

  it('has the same in lines of JSON, whatever the number of workers; without timing there is no latency', async () => {
    const { rows } = await listed('one.ndjson', ' --no-float --timing none --workers 1');
    const again = await listed('two.csv', ' --no-float --timing none --workers 2');
    expect(again.rows).toEqual(rows);
    for (const row of rows)
      expect(row).toMatchObject({
        conventionalAnswer: null,
        latencyCycles: null,
        latencySeconds: null,
        energyPartial: true,
      });
  });

  it('has the columns that the specification lists', async () => {
    const { rows } = await listed('three.ndjson', ' --limit 1');
    const table = markdownTable(readFileSync(new URL('../../spec/samples.md', import.meta.url), 'utf8'), 'column');
    const names = table.flatMap(([cell]) => [...cell!.matchAll(/`(\w+)`/g)].map((match) => match[1]!));
    expect(Object.keys(rows[0]!)).toEqual(names);
  });

  it('writes nothing where the run fails, or the name says no format', async () => {
    const wrong = await world.run('snnemu eval chip.bin --data images.npy --samples out.txt');
    expect(wrong).toMatchObject({ exit: 2 });
    expect(wrong.stderr).toContain('error[E0103]: --samples: the extension names no format');
    world.write('wrong.txt', '0\n1\n9\n'.padEnd(24, '0\n'));
    const failed = await world.run('snnemu eval chip.bin --data images.npy --labels wrong.txt --samples left.csv');
    expect(failed.exit).toBe(3);
    const late = await world.run('snnemu eval chip.bin --data images.npy --samples left.csv --deadline soon');
    expect(late.exit).toBe(2);
    expect(world.files().filter((name) => name.includes('left'))).toEqual([]);
    const heads = await world.run(
      'snnemu eval chip.bin --data images.npy --labels labels.txt --heads 1,2 --samples heads.csv',
    );
    expect(heads.stderr).toContain('--heads and --samples cannot both be given');
  });
});
