import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Chain } from '../../compiler/chain.ts';
import { PASSES } from '../../compiler/index.ts';
import { optionalPass, pass } from '../../compiler/pass.ts';
import { PassRunner } from '../../compiler/pass-runner.ts';
import { CONVENTIONAL, SPIKING } from '../../compiler/pipeline.ts';
import { DiagnosticError, fail } from '../../isa/index.ts';

const folder = new URL('../../compiler/passes/', import.meta.url);
const names = PASSES.map(({ name }) => name);

/** Adds one, and may not reach `limit`. */
const increment = pass({
  name: 'increment',
  says: 'one more',
  run: ({ count }: { readonly count: number }) => ({ count: count + 1 }),
  print: ({ count }) => `count ${count}`,
  verify: ({ count }) => {
    if (count >= 3) fail('E0405', 'the count is below 3', { layer: 'here' });
  },
});

const double = optionalPass({
  name: 'double',
  says: 'twice as many, where there are some',
  when: ({ count }: { readonly count: number }) => count > 0,
  run: ({ count }) => ({ count: 2 * count }),
  print: ({ count }) => String(count),
  verify: () => undefined,
});

describe('the pipeline', () => {
  it('names every pass once', () => {
    expect(new Set(names).size).toBe(names.length);
    for (const { says } of PASSES) expect(says).not.toBe('');
  });

  it.each(readdirSync(folder).filter((file) => file.endsWith('.ts')))(
    'has the pass of compiler/passes/%s in one of its chains',
    async (file) => {
      const exported = Object.entries((await import(`../../compiler/passes/${file}`)) as Record<string, unknown>);
      const passes = exported.filter(([name]) => name.endsWith('Pass')).map(([, value]) => value as { name: string });
      expect(passes).toHaveLength(1);
      expect(names).toContain(passes[0]!.name);
    },
  );

  it('goes by the same names at both entrances', () => {
    for (const stage of ['form', 'calibrate', 'setNeurons'] as const) {
      const conventional: string[] = CONVENTIONAL[stage].passes.map(({ name }) => name);
      for (const { name } of SPIKING[stage].passes) expect(conventional).toContain(name);
    }
  });

  it('does not compile where a pass finds no input', () => {
    const start = Chain.from<{ readonly other: number }>();
    // @ts-expect-error -- nothing has counted yet
    start.next(increment);
    const counted = Chain.from<{ readonly count: string }>();
    // @ts-expect-error -- the count is no number
    counted.next(increment);
    expect(Chain.from<{ readonly count: number }>().next(increment).passes).toHaveLength(1);
  });
});

describe('PassRunner', () => {
  const chain = Chain.from<{ readonly count: number; readonly kept: string }>().next(double).next(increment);

  it('runs what is wanted, times it and tells of it', async () => {
    let clock = 0;
    const told: string[] = [];
    const run = new PassRunner({ now: () => clock++, onPass: (name, text) => told.push(`${name}: ${text()}`) });
    expect(await run.through(chain, { count: 0, kept: 'k' })).toEqual({ count: 1, kept: 'k' });
    expect(run.seconds).toEqual({ increment: 1 });
    expect(await run.through(chain, { count: 4, kept: 'k' })).toEqual({ count: 9, kept: 'k' });
    expect(told).toEqual(['increment: count 1', 'double: 8', 'increment: count 9']);
  });

  it('stops where it is aborted', async () => {
    const controller = new AbortController();
    const run = new PassRunner({
      now: () => 0,
      signal: controller.signal,
      onPass: () => setImmediate(() => controller.abort(new Error('enough'))),
    });
    await expect(run.through(chain, { count: 1, kept: '' })).rejects.toThrow('enough');
    expect(Object.keys(run.seconds)).toEqual(['double']);
  });

  it('says which pass broke which rule, where it is asked to look', async () => {
    const start = { count: 4, kept: '' };
    expect(await new PassRunner({ now: () => 0 }).through(chain, start)).toMatchObject({ count: 9 });
    const failed = new PassRunner({ now: () => 0, verify: true }).through(chain, start);
    await expect(failed).rejects.toThrow(DiagnosticError);
    await expect(failed).rejects.toMatchObject({
      diagnostics: [
        { code: 'E0901', message: 'increment made what breaks a rule: the count is below 3', place: { layer: 'here' } },
      ],
    });
  });
});
