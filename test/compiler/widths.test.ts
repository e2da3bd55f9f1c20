import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chooseWidths, type LayerSensitivity } from '../../compiler/passes/quantise/sensitivity.ts';
import { byName } from '../../compiler/ir/named-rules.ts';
import { type AverageOf, namedWidths, widthsText } from '../../compiler/widths.ts';
import { builtinTargets, type StoredBits } from '../../isa/index.ts';
import { buildThatFits, TEST_OPTIONS } from '../arbitraries/builds.ts';
import { arbitraryNetwork } from '../arbitraries/networks.ts';

const edge = builtinTargets().get('edge')!;
const WIDTHS: readonly StoredBits[] = [1, 2, 4, 8];

/** Losses that fall with the width, or now and then do not. */
const arbitraryLayer = fc.record({
  weights: fc.integer({ min: 0, max: 1000 }),
  reads: fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.double({ min: 0, max: 1e7, noNaN: true })),
  losses: fc
    .tuple(...WIDTHS.map(() => fc.double({ min: 0, max: 1, noNaN: true })))
    .map((losses) => losses.map((loss, k) => ({ bits: WIDTHS[k]!, loss }))),
});

const lost = (layers: readonly LayerSensitivity[], bits: readonly StoredBits[]): number =>
  layers.reduce((sum, { losses }, l) => sum + losses.find((each) => each.bits === bits[l])!.loss, 0);
const counted = (layers: readonly LayerSensitivity[], bits: readonly StoredBits[], of: AverageOf): number =>
  layers.reduce((sum, { weights, reads }, l) => sum + (of === 'stored' ? weights : reads) * bits[l]!, 0);

describe('widths by what they cost', () => {
  it('stay within the average, lose no more than equal ones, and leave nothing that one layer could still gain', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryLayer, { minLength: 1, maxLength: 6 }),
        fc.double({ min: 1, max: 9, noNaN: true }),
        fc.constantFrom('stored', 'read'),
        (layers, average, of) => {
          const bits = chooseWidths(layers, average, of);
          const ones = layers.map(() => 1 as const);
          const limit = average * counted(layers, ones, of) * (1 + 1e-12);
          expect(counted(layers, bits, of)).toBeLessThanOrEqual(limit);
          for (const width of WIDTHS.filter((each) => each <= average))
            expect(lost(layers, bits)).toBeLessThanOrEqual(
              lost(
                layers,
                layers.map(() => width),
              ) + 1e-12,
            );
          layers.forEach((_, l) => {
            for (const wider of WIDTHS.filter((each) => each > bits[l]!)) {
              const other = bits.with(l, wider);
              if (counted(layers, other, of) <= limit / (1 + 1e-9))
                expect(lost(layers, other)).toBeGreaterThanOrEqual(lost(layers, bits) - 1e-12);
            }
          });
        },
      ),
    );
  });

  it('give most bits to the layer that needs them', () => {
    const layer = (weights: number, losses: readonly number[], reads = weights): LayerSensitivity => ({
      ...{ weights, reads },
      losses: losses.map((loss, k) => ({ bits: WIDTHS[k]!, loss })),
    });
    const layers = [layer(100, [0.9, 0.5, 0.1, 0]), layer(100, [0.1, 0.01, 0.001, 0])];
    expect(chooseWidths(layers, 3)).toEqual([4, 2]);
    expect(chooseWidths(layers, 1)).toEqual([1, 1]);
    expect(chooseWidths(layers, 100)).toEqual([8, 8]);
    // Few weights that are read often are what energy goes by, many that are read once what memory does.
    const kernels = [layer(10, [0.9, 0.5, 0.1, 0], 1000), layer(1000, [0.9, 0.5, 0.1, 0], 10)];
    expect(chooseWidths(kernels, 2.1, 'stored')).toEqual([8, 2]);
    expect(chooseWidths(kernels, 2.1, 'read')).toEqual([2, 8]);
  });
});

describe('widths by name', () => {
  it('are those of the first rule that matches, and of the network where none does', () => {
    const names = ['conv1', 'conv2', 'conv12', 'fc', 'a=b'];
    const rules = [
      { pattern: 'conv1', value: 8 },
      { pattern: 'conv*2', value: 4 },
      { pattern: '*=*', value: 1 },
    ] as const;
    expect(namedWidths(names, rules, 2)).toEqual([8, 4, 4, 2, 1]);
    expect(widthsText({ kind: 'named', rules })).toBe('conv1=8,conv*2=4,*=*=1');
  });

  it('match as a search that tries everything does', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 7 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 6 });
    fc.assert(
      fc.property(name, pattern, (text, asked) => {
        const naive = new RegExp(`^${asked.replaceAll('*', '.*')}$`).test(text);
        const found = byName([text, asked], [{ pattern: asked, value: 1 }], 'x')[0] === 1;
        expect(found).toBe(naive);
      }),
      { numRuns: 2000 },
    );
    // Many stars take no longer.
    expect(() => byName(['a'.repeat(5000)], [{ pattern: `${'*a'.repeat(500)}*b`, value: 1 }], 'x')).toThrow('no layer');
  });

  it('are refused where a rule decides for no layer', () => {
    expect(() =>
      namedWidths(
        ['a', 'b'],
        [
          { pattern: '*', value: 4 },
          { pattern: 'b', value: 8 },
        ],
        8,
      ),
    ).toThrow('"b" decides for no layer; the layers are "a", "b"');
  });
});

describe('a build with widths of its layers', () => {
  it('stores each in its own, and says so', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, fc.constantFrom(1, 2, 4, 16), async (net, bits) => {
        const plain = await buildThatFits(net, edge, { ...TEST_OPTIONS, weightBits: bits });
        const rules = [{ pattern: '*', value: bits }];
        const named = await buildThatFits(net, edge, { ...TEST_OPTIONS, layerWidths: { kind: 'named', rules } });
        expect(named.chip.cores).toEqual(plain.chip.cores);
        expect(named.record.layers.map(({ weightBits }) => weightBits)).toEqual(plain.record.layers.map(() => bits));
        expect(named.chip.provenance.options.weightBits).toBe(`*=${bits}`);
      }),
      { numRuns: 12 },
    );
  });
});
