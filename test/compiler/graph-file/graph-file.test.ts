import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeGraphFile, encodeGraphFile, ReferenceInterpreter } from '../../../compiler/index.ts';
import { builtinTargets, DiagnosticError } from '../../../isa/index.ts';
import { buildThatFits, TEST_OPTIONS } from '../../arbitraries/builds.ts';
import { arbitraryNetwork, type RandomNetwork } from '../../arbitraries/networks.ts';
import { arbitraryPopulations } from '../../arbitraries/populations/networks.ts';
import { Draws } from '../../arbitraries/random.ts';
import { cases } from '../../cases.ts';

const edge = builtinTargets().get('edge')!;

/** Converted networks, and networks of populations. */
const arbitraryAny = fc.oneof(arbitraryNetwork, arbitraryPopulations);

/** Functions are made anew from what is written: they are left out. */
const written = (value: unknown): unknown => structuredClone(withoutFunctions(value));

function withoutFunctions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutFunctions);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  const members = Object.entries(value).filter(([, member]) => typeof member !== 'function');
  return Object.fromEntries(members.map(([name, member]) => [name, withoutFunctions(member)]));
}

/** Bytes of the section; undefined where the network is refused. */
async function sectionOf(net: RandomNetwork): Promise<Uint8Array | undefined> {
  try {
    // Layers of converted networks have widths of their own.
    const isConverted = !net.json.includes('"populations"');
    const layerWidths = isConverted ? ({ kind: 'named', rules: [{ pattern: '*', value: 4 }] } as const) : undefined;
    return (await buildThatFits(net, edge, { ...TEST_OPTIONS, layerWidths })).chip.graph!;
  } catch (error) {
    if (error instanceof DiagnosticError && error.diagnostics.every(({ code }) => code.startsWith('E03')))
      return undefined;
    throw error;
  }
}

describe('the graph section', () => {
  it('comes back as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryAny, async (net) => {
        const bytes = await sectionOf(net);
        if (bytes === undefined) return;
        const file = decodeGraphFile(bytes);
        expect(encodeGraphFile(file)).toEqual(bytes);
        expect(written(decodeGraphFile(encodeGraphFile(file)))).toEqual(written(file));
      }),
      { numRuns: cases(20) },
    );
  });

  it('damaged bytes are refused with a diagnostic, or still a consistent graph', async () => {
    let refused = 0;
    const change = fc.record({ at: fc.nat(), byte: fc.nat({ max: 255 }), cut: fc.option(fc.nat(), { freq: 5 }) });
    await fc.assert(
      fc.asyncProperty(arbitraryAny, fc.array(change, { minLength: 20, maxLength: 40 }), async (net, changes) => {
        const bytes = await sectionOf(net);
        if (bytes === undefined) return;
        for (const { at, byte, cut } of changes) {
          const damaged = bytes.slice(0, cut === null ? bytes.length : cut % bytes.length);
          if (damaged.length > 0) damaged[at % damaged.length] = byte;
          try {
            decodeGraphFile(damaged);
          } catch (error) {
            expect(error).toBeInstanceOf(DiagnosticError);
            refused++;
          }
        }
      }),
      { numRuns: cases(20) },
    );
    expect(refused).toBeGreaterThan(cases(50));
  });

  it('with other digits in it is refused with a diagnostic, or a graph that can be run', async () => {
    let [refused, run] = [0, 0];
    await fc.assert(
      fc.asyncProperty(arbitraryPopulations, fc.integer(), async (net, seed) => {
        const bytes = await sectionOf(net);
        if (bytes === undefined) return;
        const draws = new Draws(seed);
        const end = 4 + Buffer.from(bytes).readUInt32LE();
        const digits = [...bytes.subarray(0, end).keys()].filter(
          (at) => at >= 4 && bytes[at]! >= 48 && bytes[at]! <= 57,
        );
        for (let k = 0; k < 20; k++) {
          const changed = bytes.slice();
          changed[draws.pick(digits)] = draws.between(48, 57);
          try {
            const { quantised } = decodeGraphFile(changed);
            run++;
            if (quantised.ticks > 100) continue;
            const [channels, height, width] = quantised.inputShape;
            const size = channels * height * width * (quantised.inputTicks ?? 1);
            new ReferenceInterpreter(quantised).run(new Int16Array(size).fill(1));
          } catch (error) {
            expect(error).toBeInstanceOf(DiagnosticError);
            refused++;
          }
        }
      }),
      { numRuns: cases(10) },
    );
    expect(refused).toBeGreaterThan(cases(50));
    expect(run).toBeGreaterThan(cases(50));
  });

  it('arrays that share their bytes are refused: a small file must not become large in memory', () => {
    const size = 1 << 20;
    const reference = JSON.stringify({ array: 'i8', offset: 0, length: size });
    const section = (references: number): Uint8Array => {
      const json = Buffer.from(`[${Array<string>(references).fill(reference).join()}]`);
      const start = 8 * Math.ceil((4 + json.length) / 8);
      const bytes = Buffer.alloc(start + size);
      bytes.writeUInt32LE(json.length);
      json.copy(bytes, 4);
      return bytes;
    };
    expect(() => decodeGraphFile(section(1))).toThrow(/malformed/);
    expect(() => decodeGraphFile(section(1000))).toThrow(/same bytes/);
  });
});
