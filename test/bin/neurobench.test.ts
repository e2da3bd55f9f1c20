/** `snnemu eval --neurobench` */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunRecord } from '../../isa/index.ts';
import type { NeuroBenchResults } from '../../library/index.ts';
import { markdownTable } from '../markdown.ts';
import { type World, worldWithChip } from './world.ts';

const LINE = 'snnemu eval chip.bin --data images.npy';

let world: World;
beforeAll(async () => {
  world = await worldWithChip();
});
afterAll(() => world.remove());

const textOf = (name: string): string => Buffer.from(world.read(name)).toString();

async function resultsOf(name: string, more: string): Promise<NeuroBenchResults & { readonly record: RunRecord }> {
  const { exit, stdout, stderr } = await world.run(`${LINE} --neurobench ${name} --json - --timing none${more}`);
  expect({ exit, stderr }).toMatchObject({ exit: 0 });
  return { ...(JSON.parse(textOf(name)) as NeuroBenchResults), record: JSON.parse(stdout) as RunRecord };
}

describe('snnemu eval --neurobench', () => {
  it('writes what the record says, whatever the number of workers and the kernels', async () => {
    const { record, ...results } = await resultsOf('one.json', ' --labels labels.txt --workers 1');
    expect(results.ClassificationAccuracy).toBe(record.accuracy!.top1);
    expect([results.Samples, results.ExecutionsPerSample]).toEqual([record.inferences, record.chip.window]);
    const { SynapticOperations: perSample, SynapticOperationsPerExecution: perExecution } = results;
    expect(perExecution.Dense * results.ExecutionsPerSample).toBeCloseTo(perSample.Dense, 9);
    expect(results.ZeroWeights / results.Weights).toBeCloseTo(results.ConnectionSparsity, 4);
    const firing = record.perLayer.slice(0, -1);
    expect(Object.keys(results.ActivationSparsityByLayer)).toEqual(firing.map(({ name }) => name));
    for (const { name, rate } of firing) expect(results.ActivationSparsityByLayer[name]).toBeCloseTo(1 - rate, 12);
    for (const [name, more] of [
      ['two.json', '--workers 2'],
      ['three.json', '--kernel ts'],
      ['four.json', '--no-float'],
    ] as const) {
      await resultsOf(name, ` --labels labels.txt ${more}`);
      expect(textOf(name)).toBe(textOf('one.json'));
    }
  });

  it('has the keys that the specification lists, and no accuracy without labels', async () => {
    const spec = readFileSync(new URL('../../spec/neurobench.md', import.meta.url), 'utf8');
    const rows = [...markdownTable(spec, 'key'), ...markdownTable(spec, 'key beside them')];
    const listed = rows.flatMap(([cell]) => [...cell!.matchAll(/`(\w+)[`.]/g)].map((match) => match[1]!));
    const { record: _, ...results } = await resultsOf('labelled.json', ' --labels labels.txt');
    const known = [...new Set(listed)];
    expect(known).toEqual(expect.arrayContaining(Object.keys(results)));
    const { record: _record, ...bare } = await resultsOf('bare.json', '');
    const { ClassificationAccuracy: _accuracy, ...others } = results;
    expect(bare).toEqual(others);
  });

  it('has the errors of quantities', async () => {
    const rows = Array.from({ length: 12 }, (_, k) => `${k % 3},${k % 5},1`).join('\n');
    world.write('targets.csv', `${rows}\n`);
    const { record, MSE: mse, R2: r2 } = await resultsOf('targets.json', ' --targets targets.csv');
    expect(mse).toBeCloseTo(record.regression!.rmse ** 2, 12);
    expect(r2).toBeUndefined();
  });

  it('says what is wrong, and writes nothing', async () => {
    const { exit } = await world.run('snnc strip chip.bin -o bare.bin');
    expect(exit).toBe(0);
    const runs = [
      ['E0407', LINE.replace('chip.bin', 'bare.bin'), 'left.json'],
      ['E0103', LINE, '-'],
      ['E0103', LINE, 'chip.bin'],
      ['E0103', `${LINE} --json same.json`, 'same.json'],
    ] as const;
    for (const [code, line, name] of runs) {
      const before = world.files();
      const run = await world.run(`${line} --neurobench ${name}`);
      expect(run.exit).not.toBe(0);
      expect(run.stderr).toContain(`error[${code}]`);
      expect(world.files()).toEqual(before);
    }
  });
});
