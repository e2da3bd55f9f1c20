/** The rows of the modes: what follows from one must follow from it alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CONVERSION_OPTIONS } from '../../bin/commands/options.ts';
import { CONVERSION_MODES, CONVERSIONS, isMode, modesThat } from '../../compiler/conversions.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** First ticks of sources, ascending in no way. */
const arbitraryCase = fc.record({
  sources: fc.array(fc.nat(200), { minLength: 1, maxLength: 5 }),
  window: fc.integer({ min: 1, max: 64 }),
  lead: fc.integer({ min: 1, max: 64 }),
  reads: fc.boolean(),
});

describe.each(CONVERSION_MODES)('mode %s', (mode) => {
  const { order, presets } = CONVERSIONS[mode];
  const ticksOf = (window: number, lead: number) => ({
    window,
    lead: order.choosesLead ? Math.min(lead, window) : order.lead(window),
    hearsInput: true,
  });
  const windowsOf = (sources: readonly number[], window: number) => sources.map((start) => ({ start, window }));

  it('hears every spike of the window of a source before its own window ends, and none before it was sent', () => {
    fc.assert(
      fc.property(arbitraryCase, ({ sources, window, reads, lead }) => {
        const start = order.start(windowsOf(sources, window), ticksOf(window, lead), reads);
        for (const from of sources) {
          const delay = order.delay(from, start);
          expect(delay).toBeGreaterThanOrEqual(1);
          if (order.delaysOfOne) expect(delay).toBe(1);
          const last = from + window - 1 + delay;
          expect(last).toBeLessThan(start + window);
          if (order.integratesFirst && !reads) expect(last).toBeLessThanOrEqual(start);
        }
      }),
    );
  });

  it('adds the current as often as the window is long before the window ends, some of it in tick 0 at once', () => {
    fc.assert(
      fc.property(arbitraryCase, ({ sources, window, reads, lead }) => {
        for (const heard of [sources, []]) {
          const start = order.start(windowsOf(heard, window), ticksOf(window, lead), reads);
          const current = order.currentStart(start, window);
          expect(current).toBeGreaterThan(-window);
          expect(current).toBeLessThanOrEqual(start);
          if (order.integratesFirst && !reads) expect(current + window - 1).toBeLessThanOrEqual(start);
        }
      }),
    );
  });

  it('is told in the help, with its presets where they are its own', () => {
    expect(CONVERSION_OPTIONS.mode.row.describe).toContain(mode);
    const others = modesThat((rules) => rules.presets.rule.kind === presets.rule.kind);
    const text = (name: 'threshold' | 'per') => CONVERSION_OPTIONS[name].row.describe;
    const own = others.length < CONVERSION_MODES.length / 2;
    expect(text('threshold')).toContain(own ? `${mode}: ${presets.rule.kind}` : `${presets.rule.kind} if absent`);
    expect(text('per')).toContain(own ? `${mode}: ${presets.per}` : `${presets.per} if absent`);
  });
});

it('nothing but the rows asks which mode it is', () => {
  const names = CONVERSION_MODES.filter((mode) => mode !== 'default').join('|');
  const asks = new RegExp(`[!=]==? '(${names}|default)'|'(${names}|default)' [!=]==?|case '(${names})'`);
  const files = ['bin', 'compiler', 'report'].flatMap((folder) =>
    readdirSync(root + folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  );
  const asking = files.filter((file) => file.endsWith('.ts') && asks.test(readFileSync(root + file, 'utf8')));
  expect(asking).toEqual([]);
});

it('a name is a mode only if it has a row', () => {
  fc.assert(fc.property(fc.anything(), (value) => isMode(value) === CONVERSION_MODES.includes(value as never)));
  for (const mode of CONVERSION_MODES) expect(isMode(mode)).toBe(true);
  expect(isMode('toString')).toBe(false);
});
