/** Documents of populations with faults: each is a numbered diagnostic that says where. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readNetwork } from '../../../compiler/index.ts';
import { DiagnosticError } from '../../../isa/index.ts';
import { buildPopulations } from '../../arbitraries/populations/build.ts';
import { arbitraryMixed } from '../../arbitraries/populations/mixed.ts';
import { arbitraryPopulations } from '../../arbitraries/populations/networks.ts';
import { Draws } from '../../arbitraries/random.ts';
import { cases } from '../../cases.ts';

type Json = Record<string, unknown>;

const lif = { neuron: 'lif', leak: 0.5, threshold: 1, compare: 'ge', reset: { kind: 'subtract' } };
const own = {
  neuron: 'program',
  program: ['COMPAREP flag=f0 op=ge combine=set plane=V when=always values=threshold', 'EMIT when=f0'],
  parameters: { threshold: { values: 1, unit: 'potential' } },
};

interface Parts {
  readonly input?: Json;
  readonly a?: Json;
  readonly b?: Json;
  readonly ab?: Json;
  readonly more?: readonly Json[];
  readonly output?: Json;
  readonly top?: Json;
}

/** input → a (4) → b (2), decoded by count. */
const documentOf = ({ input, a, b, ab, more = [], output, top }: Parts): object => ({
  format: 'snn-net/1',
  input: { shape: 3, steps: 4, payload: { min: 0, max: 1 }, ...input },
  populations: [
    { name: 'a', shape: 4, ...(a !== undefined && 'neuron' in a ? a : { ...lif, ...a }) },
    { name: 'b', shape: 2, ...(b !== undefined && 'neuron' in b ? b : { ...lif, ...b }) },
  ],
  connections: [
    { from: 'input', to: 'a', op: 'dense', weight: { shape: [4, 3], data: Array<number>(12).fill(0.5) } },
    { from: 'a', to: 'b', op: 'dense', weight: { shape: [2, 4], data: Array<number>(8).fill(0.5) }, ...ab },
    ...more,
  ],
  output: { population: 'b', decode: 'count', ...output },
  ...top,
});

async function faultsOf(document: object): Promise<string[]> {
  try {
    await buildPopulations(document);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return error.diagnostics.map(({ code, place }) => `${code} ${place?.path ?? place?.layer ?? ''}`);
  }
  return [];
}

const one = { from: 'b', to: 'b', op: 'one-to-one', weight: 0.5, delay: 1 };

const FAULTS: readonly (readonly [what: string, parts: Parts, ...faults: string[]])[] = [
  ['nothing', {}],
  ['own neurons', { a: own }],
  [
    'a name twice',
    { b: { name: 'a' } },
    'E0202 populations[1].name',
    'E0202 connections[1].to',
    'E0202 output.population',
  ],
  [
    'a name of the input',
    { input: { name: 'b' } },
    'E0202 populations[1].name',
    'E0202 connections[0].from',
    'E0202 connections[1].to',
    'E0202 output.population',
  ],
  ['an unknown source', { ab: { from: 'c' } }, 'E0202 connections[1].from'],
  ['an unknown target', { ab: { to: 'c' } }, 'E0202 connections[1].to'],
  ['the input as a target', { ab: { to: 'input' } }, 'E0202 connections[1].to'],
  ['an unknown output', { output: { population: 'c' } }, 'E0202 output.population'],
  ['an unknown decoding', { output: { decode: 'mean' } }, 'E0202 output.decode'],
  ['potentials of neurons that fire', { output: { decode: 'last' } }, 'E0202 output.decode'],
  ['spikes of neurons that do not', { b: { neuron: 'li', leak: 0.5 } }, 'E0202 output.decode'],
  ['silent neurons that are not read', { a: { neuron: 'li', leak: 0.5 } }, 'E0202 a'],
  ['a threshold of 0', { a: { threshold: 0 } }, 'E0208 populations[0].threshold'],
  ['a negative threshold', { b: { threshold: [1, -1] } }, 'E0208 populations[1].threshold'],
  ['too many values', { a: { threshold: [1, 1, 1] } }, 'E0205 populations[0].threshold'],
  ['a leak above 1', { a: { leak: 1.5 } }, 'E0208 populations[0].leak'],
  ['a factor above 1', { a: { leak: { factor: 2 } } }, 'E0208 populations[0].leak.factor'],
  ['a shift of 0', { a: { leak: { kind: 'shift', shift: 0 } } }, 'E0208 populations[0].leak.shift'],
  ['a negative step', { a: { leak: { kind: 'linear', step: -1 } } }, 'E0208 populations[0].leak.step'],
  ['a positive floor', { a: { floor: 1 } }, 'E0208 populations[0].floor'],
  ['17 bits', { a: { leak: { factor: 0.5, bits: 17 } } }, 'E0202 populations[0].leak.bits'],
  ['no steps', { input: { steps: 0 } }, 'E0202 input.steps'],
  ['payloads above 0', { input: { payload: { min: 1, max: 2 } } }, 'E0202 input.payload.min'],
  ['a payload step of 0', { input: { payload: { min: 0, max: 1, step: 0 } } }, 'E0202 input.payload.step'],
  ['a negative delay', { ab: { delay: -1 } }, 'E0202 connections[1].delay'],
  [
    'weights of another size',
    { ab: { weight: { shape: [2, 3], data: Array<number>(6).fill(1) } } },
    'E0205 connections[1]',
  ],
  ['a tensor that lacks numbers', { ab: { weight: { shape: [2, 4], data: [1] } } }, 'E0205 connections[1].weight'],
  ['pools that are too large', { ab: { pool: 2 } }, 'E0205 connections[1]'],
  ['a plane of neurons that have none', { ab: { plane: 'I' } }, 'E0202 connections[1].plane'],
  ['an unknown field', { a: { tau: 3 } }, 'E0202 populations[0]'],
  ['a cycle without delay', { more: [{ ...one, delay: 0 }] }, 'E0318 b'],
  ['a long delay', { more: [{ ...one, delay: 50 }] }, 'E0313 '],
  ['an unknown instruction', { a: { ...own, program: 'ADD' } }, 'E0202 populations[0].program'],
  ['no instruction', { a: { ...own, program: '; nothing' } }, 'E0202 populations[0].program'],
  ['a plane twice', { a: { ...own, planes: [plane('x', 'P2'), plane('y', 'P2')] } }, 'E0202 populations[0].planes'],
  ['a name twice', { a: { ...own, planes: [plane('x', 'P2'), plane('x', 'P3')] } }, 'E0202 populations[0].planes'],
  [
    'an unknown start',
    { a: { ...own, planes: [{ ...plane('x', 'P2'), initial: 'y' }] } },
    'E0202 populations[0].planes',
  ],
  [
    'a parameter of three words',
    { a: { ...own, parameters: { ...own.parameters, 'a b c': { values: 1, unit: 'number' } } } },
    'E0202 populations[0].parameters.a b c',
  ],
  [
    'a factor of nothing',
    { a: { ...own, parameters: { ...own.parameters, f: { values: 1, unit: 'factor' } } } },
    'E0202 populations[0].parameters.f',
  ],
  ['an unknown plane to be fed', { a: { ...own, input: 'x' } }, 'E0202 connections[0].plane'],
  ['a plane that is not held', { a: { ...own, input: 'P5' } }, 'E0202 connections[0].plane'],
  [
    'a plane that saturates',
    { a: { ...own, planes: [{ ...plane('x', 'P2'), policy: 'saturate', bits: 8 }], input: 'x' } },
    'E0202 connections[0].plane',
  ],
  [
    '40 bits that saturate',
    { a: { ...own, planes: [{ ...plane('x', 'P2'), policy: 'saturate', bits: 32 }] } },
    'E0202 populations[0].planes',
  ],
  [
    'two instructions that send',
    { a: { ...own, program: [...own.program, 'EMIT when=f0'] } },
    'E0202 populations[0].program',
  ],
  [
    'spikes in all steps but the last',
    { a: { ...own, program: ['.carrying', ...own.program] } },
    'E0202 populations[0].program',
  ],
  [
    'a plane that no instruction has',
    { a: { ...own, program: ['ALU function=add plane=P3 when=always source=V', ...own.program] } },
    'E0202 populations[0].program',
  ],
  [
    'all planes, and one more wanted',
    {
      b: {
        ...own,
        program: 'ALU function=add plane=V when=always source=I',
        planes: [2, 3, 4, 5, 6, 7].map((k) => plane(`x${k}`, `P${k}`)),
      },
      output: { decode: 'max' },
    },
    'E0202 output.decode',
  ],
];

function plane(name: string, number: string): Json {
  return { name, plane: number };
}

describe('faults of a document of populations', () => {
  it.each(FAULTS)('%s', async (_, parts, ...expected) => {
    expect(await faultsOf(documentOf(parts))).toEqual(expected);
  });

  it('are all named at once', async () => {
    const parts = { a: { threshold: 0 }, b: { floor: 1 }, ab: { from: 'c' } };
    expect(await faultsOf(documentOf(parts))).toEqual([
      ...['E0208 populations[0].threshold', 'E0208 populations[1].floor', 'E0202 connections[1].from'],
    ]);
  });
});

/** Puts something else somewhere into a document. */
function changed(json: string, draws: Draws): unknown {
  const document: unknown = JSON.parse(json);
  const places: { readonly of: Json; readonly key: string }[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      places.push({ of: value as Json, key });
      visit((value as Json)[key]);
    }
  };
  visit(document);
  const { of, key } = draws.pick(places.filter((place) => !/^\d+$/.test(place.key) || draws.chance(0.1)));
  const values = [
    0,
    -1,
    1,
    3,
    0.5,
    1e9,
    -1e9,
    1e-9,
    1e300,
    '',
    'V',
    'P7',
    'input',
    'population0',
    [],
    {},
    null,
    true,
    [1, 2],
    40,
  ];
  const replaced = draws.pick(values);
  if (draws.chance(0.15)) Reflect.deleteProperty(of, key);
  else of[key] = replaced;
  return document;
}

describe('a document of populations with something else in it', () => {
  it('is built, or refused with a numbered diagnostic that is none of the compiler itself', async () => {
    let [built, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.oneof(arbitraryPopulations, arbitraryMixed), fc.integer(), async ({ json }, seed) => {
        const document = changed(json, new Draws(seed)) as object;
        try {
          await buildPopulations(document);
          built++;
        } catch (error) {
          if (!(error instanceof DiagnosticError)) throw error;
          if (error.diagnostics.some(({ code }) => code === 'E0901')) throw error;
          refused++;
        }
      }),
      { numRuns: cases(150) },
    );
    expect(built).toBeGreaterThan(cases(10));
    expect(refused).toBeGreaterThan(cases(50));
  });

  it('names the file of every fault', () => {
    const bytes = new TextEncoder().encode(JSON.stringify(documentOf({ a: { threshold: 0 } })));
    const readSideFile = (): Uint8Array => new Uint8Array();
    expect(() => readNetwork(bytes, { fileName: 'some.json', readSideFile })).toThrow(/some\.json/);
  });
});
