/** The budget of counted work: what it counts, and what it lets pass. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import binaryen from 'assemblyscript/binaryen';
import fc from 'fast-check';
import { type Budget, compareWork, TOLERANCE } from '../../bench/budget/compare.ts';
import { countKernels } from '../../bench/budget/counting.ts';

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => {
    readonly exports: Readonly<Record<string, (n: number) => number>>;
  };
};

const root = fileURLToPath(new URL('../../', import.meta.url));
const committed = join(root, 'bench/budget/budget.json');

/** Runs the tool for one chip on another budget; its exit code and what it says. */
function check(only: string, budget: Budget): { readonly exit: number | null; readonly text: string } {
  const folder = mkdtempSync(join(tmpdir(), 'snnc-budget-'));
  try {
    const file = join(folder, 'budget.json');
    writeFileSync(file, JSON.stringify(budget));
    const line = ['--import', './test/typescript.mjs', 'bench/budget/budget.ts', '--budget', file, '--only', only];
    const { status, stdout, stderr } = spawnSync(process.execPath, line, { cwd: root, encoding: 'utf8' });
    return { exit: status, text: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const figures = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 1_000_000 }), { minKeys: 1 });
const budgets = fc.dictionary(fc.constantFrom('x', 'y'), fc.record({ results: figures, work: figures }), {
  minKeys: 1,
});

/** The same with one figure changed. */
function changed(budget: Budget, kind: 'results' | 'work', change: (value: number) => number): Budget {
  const [name = '', run] = Object.entries(budget)[0]!;
  const [what = '', value] = Object.entries(run[kind])[0]!;
  return { ...budget, [name]: { ...run, [kind]: { ...run[kind], [what]: change(value) } } };
}

describe('budget', () => {
  it('the same work passes', () => {
    fc.assert(fc.property(budgets, (budget) => expect(compareWork(budget, budget)).toEqual([])));
  });

  it('more work than the tolerance is found, less is told, other results are found', () => {
    fc.assert(
      fc.property(budgets, fc.integer({ min: 1, max: 1000 }), (budget, by) => {
        const kinds = (measured: Budget) => compareWork(budget, measured).map(({ kind }) => kind);
        expect(kinds(changed(budget, 'work', (value) => value * (1 + TOLERANCE) + by))).toEqual(['more']);
        expect(kinds(changed(budget, 'work', (value) => value - by / 2000))).toEqual(['less']);
        expect(kinds(changed(budget, 'results', (value) => value + by))).toEqual(['changed']);
        expect(kinds(changed(budget, 'results', (value) => value - by))).toEqual(['changed']);
      }),
    );
  });

  it('kernels and runs without a budget, and runs that are gone, are found', () => {
    const run = { results: { spikes: 3 }, work: { 'calls of integrate': 2 } };
    const more = { ...run, work: { ...run.work, 'calls of another': 1 } };
    expect(compareWork({ a: run }, { a: more })).toMatchObject([{ kind: 'more' }]);
    expect(compareWork({ a: run }, { a: run, b: run })).toMatchObject([{ kind: 'changed' }]);
    expect(compareWork({ a: run, b: run }, { a: run })).toMatchObject([{ kind: 'changed' }]);
  });

  it('every turn of every loop is counted, and every call', () => {
    const { newTally, end } = countKernels();
    // n turns outside, n (n + 1) / 2 inside.
    const module = binaryen.parseText(`(module (export "nested" (func $f))
      (func $f (param $n i32) (result i32) (local $k i32)
        (loop $outer
          (local.set $k (local.get $n))
          (loop $inner (br_if $inner (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))
          (br_if $outer (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (local.get $k)))`);
    const tally = newTally();
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.emitBinary()), {});
    end();
    for (const n of [1, 5, 10]) exports.nested!(n);
    const turns = (n: number): number => n + (n * (n + 1)) / 2;
    expect(tally).toEqual({ calls: { nested: 3 }, turns: { nested: turns(1) + turns(5) + turns(10) }, memoryPages: 0 });
    expect(newTally().calls).toEqual({});
  });

  it('the tool refuses a kernel that does more than its budget and names it', () => {
    const budget = JSON.parse(readFileSync(committed, 'utf8')) as Budget;
    const what = 'loop turns in integrate';
    const dense = budget['dense, none']!;
    const work = { ...dense.work, [what]: Math.floor(dense.work[what]! / (1 + 2 * TOLERANCE)) };
    const { exit, text } = check('dense', { ...budget, 'dense, none': { ...dense, work } });
    expect(exit).toBe(1);
    expect(text).toContain(`dense, none: ${what}: ${dense.work[what]!}`);
    expect(text).toContain('npm run budget -- --accept');
  });
});
