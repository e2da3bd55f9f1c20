/** Steps that last several ticks: loops with little delay, and that the answer of a network does not depend on it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildChip, decodeGraphFile, type QuantisedGraph, ReferenceInterpreter } from '../../../compiler/index.ts';
import { Emulator } from '../../../emulator/index.ts';
import { type Chip, DiagnosticError, readChip, verifyChip } from '../../../isa/index.ts';
import { edge } from '../../../isa/targets/edge.ts';
import { requestOf, TEST_OPTIONS } from '../../arbitraries/builds.ts';
import { inputOf } from '../../arbitraries/inputs.ts';
import { arbitraryEventPopulations, arbitraryPopulations } from '../../arbitraries/populations/networks.ts';
import { Draws } from '../../arbitraries/random.ts';
import { emulatorTicks, referenceTicks } from '../../differential/states.ts';

const TARGET = { ...edge, limits: { ...edge.limits, delaySlots: 64 } };

interface Built {
  readonly chip: Chip;
  readonly graph: QuantisedGraph;
}

async function built(json: string, stepTicks: number | undefined): Promise<Built | DiagnosticError> {
  const net = { json, inputShape: [1, 1, 1] as const, seed: 1 };
  const options = { ...TEST_OPTIONS, target: TARGET, stepTicks, selfTestSamples: 0 };
  try {
    const { bytes } = await buildChip(
      { ...requestOf(net, options), calibration: undefined },
      { now: () => 0, verify: true },
    );
    const chip = readChip(bytes);
    return { chip, graph: decodeGraphFile(chip.graph!).quantised };
  } catch (error) {
    if (error instanceof DiagnosticError) return error;
    throw error;
  }
}

async function mustBuild(json: string, stepTicks: number | undefined): Promise<Built> {
  const made = await built(json, stepTicks);
  if (made instanceof DiagnosticError) throw made;
  return made;
}

type Course = ReturnType<typeof referenceTicks>;

/** What layer `l` did, step by step. */
function stepsOf({ ticks }: Course, { window, layers, stepTicks = 1 }: QuantisedGraph, l: number) {
  const { depth } = layers[l]!;
  return Array.from({ length: window }, (_, step) => {
    const { fired, potentials } = ticks[depth + step * stepTicks]!;
    return { fired: fired[l]!, potentials: potentials[l]! };
  });
}

describe('steps of several ticks', () => {
  const STEPS = 9;
  const NEURONS = 3;
  const FLOOR = -20;

  interface Ring {
    /** Delay of the connection from the last population to the first; the others have none. */
    readonly delay: number;
    /** By population, neuron, source. */
    readonly weights: readonly (readonly (readonly number[])[])[];
    readonly back: readonly (readonly number[])[];
    readonly thresholds: readonly number[];
    readonly input: readonly number[];
  }

  const drawnRing = (draws: Draws): Ring => {
    const populations = draws.between(2, 5);
    const matrix = () => Array.from({ length: NEURONS }, () => draws.numbers(NEURONS, -3, 7));
    return {
      delay: draws.between(1, 2),
      weights: Array.from({ length: populations }, matrix),
      back: matrix(),
      thresholds: draws.numbers(populations, 3, 9),
      input: draws.numbers(STEPS * NEURONS, 0, 1),
    };
  };

  function documentOf({ delay, weights, back, thresholds }: Ring): string {
    const dense = (rows: readonly (readonly number[])[]) => ({
      ...{ op: 'dense', weight: { shape: [NEURONS, NEURONS], data: rows.flat() } },
    });
    const last = weights.length - 1;
    return JSON.stringify({
      format: 'snn-net/1',
      input: { shape: NEURONS, steps: STEPS, payload: { min: 0, max: 1 } },
      populations: thresholds.map((threshold, p) => ({
        ...{ name: `p${p}`, shape: NEURONS, neuron: 'if', scale: 1, threshold, compare: 'ge', floor: FLOOR },
        reset: { kind: 'value', value: 0 },
      })),
      connections: [
        ...weights.map((rows, p) => ({ from: p === 0 ? 'input' : `p${p - 1}`, to: `p${p}`, ...dense(rows) })),
        { from: `p${last}`, to: 'p0', delay, ...dense(back) },
      ],
      output: { population: `p${last}`, decode: 'count' },
    });
  }

  /** By population, then step: what fires and V after it. */
  function plainRing({ delay, weights, back, thresholds, input }: Ring) {
    const states = weights.map(() => new Array<number>(NEURONS).fill(0));
    const courses = weights.map((): { fired: number[]; potentials: number[] }[] => []);
    for (let step = 0; step < STEPS; step++)
      weights.forEach((rows, p) => {
        const came = input.slice(step * NEURONS, (step + 1) * NEURONS);
        const heard = p === 0 ? [...came.keys()].filter((s) => came[s] !== 0) : courses[p - 1]![step]!.fired;
        const returned = p === 0 ? (courses.at(-1)![step - delay]?.fired ?? []) : [];
        const fired: number[] = [];
        const potentials = states[p]!.map((v, n) => {
          const sum = heard.reduce((all, s) => all + rows[n]![s]!, v);
          const reached = returned.reduce((all, s) => all + back[n]![s]!, sum);
          if (reached < thresholds[p]!) return Math.max(FLOOR, reached);
          fired.push(n);
          return 0;
        });
        states[p] = potentials;
        courses[p]!.push({ fired, potentials });
      });
    return courses;
  }

  it('give loops with little delay the time they need, and no less would do', async () => {
    const lengths = new Set<number>();
    let spikes = 0;
    const property = fc.asyncProperty(fc.integer(), async (seed) => {
      const ring = drawnRing(new Draws(seed));
      const json = documentOf(ring);
      const populations = ring.weights.length;
      const least = Math.ceil(populations / ring.delay);
      for (const stepTicks of least === 1 ? [] : [undefined, least - 1]) {
        const refused = await built(json, stepTicks);
        if (!(refused instanceof DiagnosticError)) throw new Error('it was built');
        expect(refused.diagnostics.map(({ code }) => code)).toEqual(['E0318']);
        expect(refused.diagnostics[0]!.remedy).toContain(`\`stepTicks: ${least}\``);
      }
      const expected = plainRing(ring);
      for (const stepTicks of [least, least + 1]) {
        const { chip, graph } = await mustBuild(json, stepTicks);
        const input = Int16Array.from(ring.input);
        const courses = [
          referenceTicks(new ReferenceInterpreter(graph), chip, input),
          emulatorTicks(new Emulator(chip, { timing: 'none' }), chip, input),
        ];
        for (const course of courses) {
          expected.forEach((steps, p) => {
            expect(stepsOf(course, graph, p)).toEqual(steps);
          });
          const counts = Array.from({ length: NEURONS }, (_, n) =>
            expected.at(-1)!.reduce((sum, { fired }) => sum + Number(fired.includes(n)), 0),
          );
          expect(course.readout).toEqual(counts);
        }
      }
      lengths.add(least);
      spikes += expected.flat().reduce((sum, { fired }) => sum + fired.length, 0);
    });
    await fc.assert(property, { numRuns: 12 });
    expect(lengths.size).toBeGreaterThan(2);
    expect(spikes).toBeGreaterThan(300);
  });

  it('change nothing in a network that needs none', async () => {
    let run = 0;
    const net = fc.oneof({ weight: 2, arbitrary: arbitraryPopulations }, arbitraryEventPopulations);
    const arbitrary = fc.record({ net, stepTicks: fc.constantFrom(2, 3), seed: fc.integer() });
    const property = fc.asyncProperty(arbitrary, async ({ net, stepTicks, seed }) => {
      // What is drawn by lot is drawn anew in each tick.
      fc.pre(!net.json.includes('RANDOM'));
      const [short, long] = [await built(net.json, undefined), await built(net.json, stepTicks)];
      if (short instanceof DiagnosticError) return;
      if (long instanceof DiagnosticError) throw long;
      const input = inputOf(short.chip, { density: 0.5, seed });
      const courses = [short, long].map(({ chip, graph }) =>
        referenceTicks(new ReferenceInterpreter(graph), chip, input),
      );
      expect(courses[1]!.readout).toEqual(courses[0]!.readout);
      short.graph.layers.forEach((_, l) => {
        expect(stepsOf(courses[1]!, long.graph, l)).toEqual(stepsOf(courses[0]!, short.graph, l));
      });
      run++;
    });
    await fc.assert(property, { numRuns: 25 });
    expect(run).toBeGreaterThan(15);
  });

  it('stand in the file, and the loader sees that what sends keeps them', async () => {
    const ring = drawnRing(new Draws(3));
    const stepTicks = ring.weights.length;
    const { chip } = await mustBuild(documentOf(ring), stepTicks);
    expect(chip.input).toMatchObject({ ticks: STEPS, stepTicks });
    const { stepTicks: _, ...without } = chip.input;
    const faultOf = (changed: Chip): string => verifyChip(changed)[0]!.message;
    expect(faultOf({ ...chip, input: without })).toMatch(/outside of a WINDOW/);
    expect(faultOf({ ...chip, window: STEPS - 1 })).toMatch(/outside of an EVERY of 1 tick in periods/);
    expect(faultOf({ ...chip, input: { ...chip.input, stepTicks: stepTicks + 50 } })).toMatch(/window is 9/);
  });
});
