/** Times in seconds: a network that says how long its step is, is the one with the factors and steps that follow from it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BuildOptions, buildChip } from '../../../compiler/index.ts';
import { convertToNir } from '../../../compiler/convert-to-nir.ts';
import { canonicalJson } from '../../../isa/container/json.ts';
import { builtinTargets, type Diagnostic, DiagnosticError } from '../../../isa/index.ts';
import { TEST_OPTIONS } from '../../arbitraries/builds.ts';

const OPTIONS = { ...TEST_OPTIONS, target: builtinTargets().get('edge')! };

interface Times {
  readonly leak: unknown;
  readonly currentLeak: unknown;
  readonly refractory?: unknown;
  readonly delay: unknown;
  readonly dt?: number | undefined;
}

const documentOf = ({ dt, delay, refractory, ...leaks }: Times): object => ({
  ...{ format: 'snn-net/1', name: 'times', ...(dt !== undefined && { dt }) },
  input: { shape: 2, steps: 12, payload: { min: 0, max: 1 } },
  populations: [
    {
      ...{ name: 'a', shape: 3, neuron: 'cubalif', ...leaks, ...(refractory !== undefined && { refractory }) },
      ...{ threshold: 1, compare: 'gt', reset: { kind: 'value', value: 0 } },
    },
  ],
  connections: [
    { from: 'input', to: 'a', op: 'dense', delay, weight: { shape: [3, 2], data: [0.7, 0.2, -0.4, 0.9, 0.5, 0.5] } },
  ],
  output: { population: 'a', decode: 'count' },
});

const requestOf = (source: Uint8Array, options: Partial<BuildOptions> = {}) => ({
  ...{ source, fileName: 'times.net.json', options: { ...OPTIONS, ...options } },
  readSideFile: () => new Uint8Array(),
});
const bytesOf = (document: object): Uint8Array => new TextEncoder().encode(JSON.stringify(document));
const HOOKS = { now: () => 0 };

async function built(source: Uint8Array, options: Partial<BuildOptions> = {}) {
  const { chip, warnings } = await buildChip(requestOf(source, options), HOOKS);
  const { provenance, graph: _, ...rest } = chip;
  return { chip: canonicalJson(rest), dt: provenance.options.dt, warnings };
}

async function faultsOf(document: object, options: Partial<BuildOptions> = {}): Promise<readonly Diagnostic[]> {
  try {
    await built(bytesOf(document), options);
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
  return [];
}

/** Of the steps and of the whole numbers: dt, tau of V and of I, steps of rest and of delay. */
const arbitraryTimes = fc.record({
  dt: fc.constantFrom(1, 0.001, 0.0003, 1 / 49),
  // From a step and an eighth on, so that no factor is nothing.
  steps: fc
    .tuple(fc.integer({ min: 9, max: 1600 }), fc.integer({ min: 9, max: 400 }))
    .map((eighths) => eighths.map((each) => each / 8)),
  decay: fc.constantFrom('exponential', 'euler'),
  refractory: fc.integer({ min: 0, max: 4 }),
  delay: fc.integer({ min: 0, max: 5 }),
});

describe('dt', () => {
  it('makes factors and steps of seconds', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryTimes, async ({ dt, steps, decay, refractory, delay }) => {
        const factor = (tau: number): number => (decay === 'euler' ? Math.max(0, 1 - 1 / tau) : Math.exp(-1 / tau));
        const [leak, currentLeak] = steps.map((tau) => ({ tau: tau * dt, decay }));
        const factors = steps.map(factor);
        const inSeconds = await built(
          bytesOf(
            documentOf({
              ...{ dt, leak, currentLeak },
              ...{ refractory: { seconds: refractory * dt }, delay: { seconds: delay * dt } },
            }),
          ),
        );
        const inSteps = await built(
          bytesOf(documentOf({ leak: factors[0], currentLeak: factors[1], refractory, delay })),
        );
        expect(inSeconds.chip).toBe(inSteps.chip);
        expect(inSeconds.warnings).toEqual([]);
        expect(inSeconds.dt).toBe(dt);
        expect(inSteps.dt).toBeUndefined();
      }),
      { numRuns: 12 },
    );
  });

  const seconds = { leak: { tau: 0.02 }, currentLeak: { tau: [0.005, 0.004, 0.01] }, delay: { seconds: 0.003 } };

  it('is that of --dt where it is asked for, and both are said', async () => {
    const wanted = await built(bytesOf(documentOf({ ...seconds, dt: 0.0005 })));
    const asked = await built(bytesOf(documentOf({ ...seconds, dt: 0.001 })), { dt: 0.0005 });
    expect(asked.chip).toBe(wanted.chip);
    expect(asked.dt).toBe(0.0005);
    expect(asked.warnings.map(({ code, message }) => `${code} ${message.split(':')[0]}`)).toEqual([
      'W0308 a step lasts 0.0005 s, as asked for with `dt`, not 0.001 s',
    ]);
    const without = await built(bytesOf(documentOf(seconds)), { dt: 0.0005 });
    expect(without).toEqual({ ...wanted, warnings: [] });
  });

  it('says what is rounded to steps, and a tau in another unit', async () => {
    const { warnings } = await built(bytesOf(documentOf({ ...seconds, dt: 0.001, delay: { seconds: 0.0027 } })));
    expect(warnings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'W0308 0.0027 s are 2.7 steps: 3 are taken',
    ]);
    const milliseconds = await built(bytesOf(documentOf({ ...seconds, dt: 0.001, leak: { tau: 20 } })));
    expect(milliseconds.warnings.map(({ code, place }) => `${code} ${place?.path}`)).toEqual([
      'W0315 populations[0].leak.tau',
    ]);
  });

  it('is asked for where seconds are given, and refused where it is of no use', async () => {
    const codes = async (times: Times, options: Partial<BuildOptions> = {}): Promise<string[]> =>
      (await faultsOf(documentOf(times), options)).map(({ code, place }) => `${code} ${place?.path ?? ''}`);
    expect(await codes(seconds)).toEqual(['E0202 populations[0].leak.tau', 'E0202 connections[0].delay.seconds']);
    const steps = { leak: 0.5, currentLeak: 0.5, delay: 1 };
    expect(await codes({ ...steps, delay: { seconds: 0.1 } })).toEqual(['E0202 connections[0].delay.seconds']);
    expect(await codes(steps, { dt: 0.001 })).toEqual(['E0103 ']);
    expect(await codes({ ...steps, dt: 0.001 }, { dt: 0.002 })).toEqual([]);
    expect(await codes({ ...seconds, dt: 0.001, leak: { tau: 0.0001, decay: 'euler' } })).toEqual([
      'E0208 populations[0].leak.tau',
    ]);
    expect(await codes({ ...seconds, dt: 0.001, leak: { tau: -1 } })).toEqual(['E0208 populations[0].leak.tau']);
    expect(await codes({ ...seconds, dt: 0.001, delay: { seconds: 1e9 } })).toEqual([
      'E0208 connections[0].delay.seconds',
    ]);
  });

  it('goes with the network through a NIR graph, without an option', async () => {
    const source = bytesOf(documentOf({ ...seconds, dt: 0.001, refractory: undefined }));
    const { file, lost } = await convertToNir(requestOf(source), HOOKS);
    expect(lost).toEqual([]);
    const [direct, back] = [await built(source), await built(file)];
    expect(back.chip).toBe(direct.chip);
    expect(back.dt).toBe(0.001);
  });
});
