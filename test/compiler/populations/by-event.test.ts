/** Neurons that are looked at behind every event, from net.json to what the chip does; and what is refused. */
import { describe, expect, it } from '@jest/globals';
import { ReferenceInterpreter } from '../../../compiler/index.ts';
import { Emulator } from '../../../emulator/index.ts';
import { builtinTargets, type Chip, DiagnosticError, verifyChip } from '../../../isa/index.ts';
import { Draws } from '../../arbitraries/random.ts';
import { buildPopulations, type BuiltPopulations } from '../../arbitraries/populations/build.ts';

const EDGE = builtinTargets().get('edge')!;

type Fields = Record<string, unknown>;

const neuron = (fields: Fields): Fields => ({
  ...{ neuron: 'if', shape: 1, threshold: 10, compare: 'ge', reset: { kind: 'subtract' }, update: 'event' },
  ...fields,
});

const dense = (data: readonly number[], rows = 1): Fields => ({
  op: 'dense',
  weight: { shape: [rows, data.length / rows], data },
});

/** One neuron that hears elements with these weights. */
const alone = (weights: readonly number[], fields: Fields = {}): Fields => ({
  format: 'snn-net/1',
  name: 'alone',
  input: { shape: weights.length, steps: 3, payload: { min: 0, max: 20 } },
  populations: [{ name: 'neuron', ...neuron(fields) }],
  connections: [{ from: 'input', to: 'neuron', ...dense(weights) }],
  output: { population: 'neuron', decode: 'count' },
});

/** V of the neuron behind the first step, and its spikes, where this comes in the first step. */
function firstStep({ chip, graph }: BuiltPopulations, events: readonly number[]) {
  const input = new Int16Array(3 * events.length);
  input.set(events);
  let v: number | undefined;
  const emulator = new Emulator(chip, { timing: 'none' });
  const { readout } = emulator.infer(input, { onTick: (tick, view) => (v = tick === 0 ? view.potential(0)[0] : v) });
  expect(Array.from(new ReferenceInterpreter(graph).run(input).readout)).toEqual(Array.from(readout));
  return { v, spikes: readout[0]!, lost: emulator.counts().lostEvents };
}

describe('a neuron that is looked at behind every event', () => {
  it('hears axons in their order', async () => {
    expect(firstStep(await buildPopulations(alone([10, -10])), [1, 1])).toMatchObject({ v: -10, spikes: 1 });
    expect(firstStep(await buildPopulations(alone([-10, 10])), [1, 1])).toMatchObject({ v: 0, spikes: 0 });
  });

  it('fires as often as events of one axon reach its threshold', async () => {
    expect(firstStep(await buildPopulations(alone([10])), [3])).toMatchObject({ v: 0, spikes: 3 });
    expect(firstStep(await buildPopulations(alone([25])), [3])).toMatchObject({ v: 45, spikes: 3 });
  });

  it('saturates event by event', async () => {
    const never = { threshold: 127, compare: 'gt', bits: 8 };
    expect(firstStep(await buildPopulations(alone([100, 100, -100], never)), [1, 1, 1])).toMatchObject({ v: 27 });
    expect(firstStep(await buildPopulations(alone([100, -100, 100], never)), [1, 1, 1])).toMatchObject({ v: 100 });
  });

  it('hears connections in the order of the file', async () => {
    const two = (weights: readonly number[]): Fields => ({
      ...alone([1]),
      connections: weights.map((weight) => ({ from: 'input', to: 'neuron', ...dense([weight]) })),
    });
    expect(firstStep(await buildPopulations(two([10, -10])), [1])).toMatchObject({ spikes: 1 });
    expect(firstStep(await buildPopulations(two([-10, 10])), [1])).toMatchObject({ spikes: 0 });
  });

  it('is lifted by a bias at the end of a step, and fires at the next event', async () => {
    const built = await buildPopulations(alone([1], { bias: 12 }));
    expect(firstStep(built, [1])).toMatchObject({ v: 13, spikes: 0 });
  });

  it('is a program with lines behind .touched', async () => {
    const program = {
      ...{ neuron: 'program', shape: 1, threshold: undefined, compare: undefined, reset: undefined, update: undefined },
      program: [
        '.touched',
        'COMPAREP flag=f0 op=ge plane=V values=ten',
        'EMIT when=f0',
        'ALUP function=set plane=V when=f0 values=two',
      ],
      planes: [{ name: 'V', plane: 'V', policy: 'wrap', bits: 8 }],
      parameters: { ten: { values: 10, unit: 'potential' }, two: { values: 2, unit: 'potential' } },
    };
    expect(firstStep(await buildPopulations(alone([9], program)), [4])).toMatchObject({ v: 2, spikes: 3 });
  });
});

describe('counters', () => {
  const chain = {
    ...alone([10]),
    populations: [
      { name: 'first', ...neuron({}) },
      { name: 'second', ...neuron({}) },
    ],
    connections: [
      { from: 'input', to: 'first', ...dense([10]) },
      { from: 'first', to: 'second', ...dense([10]) },
    ],
    output: { population: 'second', decode: 'count' },
  };
  const narrow = { ...EDGE, widths: { ...EDGE.widths, payloadBits: 6 } };

  it('are cut to what they hold, and what is lost is counted', async () => {
    const fits = await buildPopulations(chain);
    expect(firstStep(fits, [20])).toMatchObject({ spikes: 20, lost: 0 });
    // Two neurons that are pooled fire 40 times together.
    const pooled = await buildPopulations(
      {
        ...chain,
        populations: [
          { name: 'first', ...neuron({ shape: [1, 1, 2] }) },
          { name: 'second', ...neuron({}) },
        ],
        connections: [
          { from: 'input', to: 'first', ...dense([10, 10], 2) },
          { from: 'first', to: 'second', pool: [1, 2], ...dense([10]) },
        ],
      },
      { target: narrow },
    );
    expect(firstStep(pooled, [20])).toMatchObject({ spikes: 31, lost: 9 });
  });

  it('and a fault that is planted in one of them shows', async () => {
    const { chip, graph } = await buildPopulations(chain);
    const damaged: Chip = {
      ...chip,
      cores: chip.cores.map((core) => ({
        ...core,
        groups: core.groups.map((group) => ({ ...group, payloadMax: Math.min(19, group.payloadMax) })),
      })),
    };
    const input = Int16Array.of(20, 0, 0);
    const expected = new ReferenceInterpreter(graph).run(input).readout[0];
    const found = new Emulator(damaged, { timing: 'none' }).infer(input).readout[0];
    expect([expected, found]).toEqual([20, 19]);
    // With the mode such a group is one that loses events, and no fault of the file.
    expect(verifyChip(damaged)).toEqual([]);
  });
});

describe('a loop of two such populations with one step of delay', () => {
  const [STEPS, NEURONS, THRESHOLD, MOST] = [8, 3, 9, 2 ** 7 - 1];
  type Matrix = readonly (readonly number[])[];

  interface Loop {
    readonly forwards: Matrix;
    readonly between: Matrix;
    readonly back: Matrix;
    /** Events by step and element. */
    readonly input: Matrix;
  }

  const drawnLoop = (draws: Draws): Loop => {
    const matrix = (rows: number, least: number, most: number): Matrix =>
      Array.from({ length: rows }, () => draws.numbers(NEURONS, least, most));
    return {
      ...{ forwards: matrix(NEURONS, -2, 8), between: matrix(NEURONS, -2, 8), back: matrix(NEURONS, -5, 5) },
      input: matrix(STEPS, 0, 3),
    };
  };

  const documentOf = ({ forwards, between, back }: Loop): Fields => ({
    format: 'snn-net/1',
    input: { shape: NEURONS, steps: STEPS, payload: { min: 0, max: 3 } },
    populations: ['a', 'b'].map((name) => ({
      ...{ name, ...neuron({ shape: NEURONS, threshold: THRESHOLD, scale: 1, bits: 8 }) },
    })),
    connections: [
      { from: 'input', to: 'a', ...dense(forwards.flat(), NEURONS) },
      { from: 'b', to: 'a', delay: 1, ...dense(back.flat(), NEURONS) },
      { from: 'a', to: 'b', ...dense(between.flat(), NEURONS) },
    ],
    output: { population: 'b', decode: 'count' },
  });

  /** Spikes by neuron, where so many events come of every source in turn. */
  function hear(v: number[], events: readonly (readonly [counts: readonly number[], weights: Matrix])[]): number[] {
    const spikes = v.map(() => 0);
    for (const [counts, weights] of events)
      counts.forEach((count, source) => {
        for (let event = 0; event < count; event++)
          for (let n = 0; n < NEURONS; n++) {
            v[n] = Math.max(-MOST - 1, Math.min(MOST, v[n]! + weights[n]![source]!));
            if (v[n]! < THRESHOLD) continue;
            v[n]! -= THRESHOLD;
            spikes[n]!++;
          }
      });
    return spikes;
  }

  function plainLoop({ forwards, between, back, input }: Loop): number[] {
    const [a, b] = [new Array<number>(NEURONS).fill(0), new Array<number>(NEURONS).fill(0)];
    const all = b.map(() => 0);
    let returned = b.map(() => 0);
    for (const came of input) {
      const sent = hear(a, [
        [came, forwards],
        [returned, back],
      ]);
      returned = hear(b, [[sent, between]]);
      returned.forEach((count, n) => (all[n]! += count));
    }
    return all;
  }

  it('is built where a step lasts two ticks or more, and says the same', async () => {
    let spikes = 0;
    for (let seed = 0; seed < 8; seed++) {
      const loop = drawnLoop(new Draws(seed));
      const expected = plainLoop(loop);
      const { chip, graph } = await buildPopulations(documentOf(loop), { stepTicks: 2 + (seed % 2) });
      const input = Int16Array.from(loop.input.flat());
      expect(Array.from(new ReferenceInterpreter(graph).run(input).readout)).toEqual(expected);
      expect(Array.from(new Emulator(chip, { timing: 'none' }).infer(input).readout)).toEqual(expected);
      spikes += expected.reduce((sum, count) => sum + count, 0);
    }
    expect(spikes).toBeGreaterThan(100);
  });

  it('is refused where a step is a tick, and so is a touch handler that does not keep the steps', async () => {
    const document = documentOf(drawnLoop(new Draws(1)));
    await expect(buildPopulations(document)).rejects.toThrow(/a cycle of 2 takes at least 2/);
    const { chip } = await buildPopulations(document, { stepTicks: 2 });
    const { stepTicks: _, ...input } = chip.input;
    const faults = (changed: Chip): string[] => verifyChip(changed).map(({ message }) => message);
    expect(faults({ ...chip, input })).toContain('EMIT outside of a WINDOW');
    expect(faults({ ...chip, input: { ...input, stepTicks: 3 } }).join()).toMatch(
      /EMIT outside of an EVERY of 1 tick in periods of 3, 8 times|window is 8/,
    );
  });
});

describe('what such neurons do not have is refused', () => {
  const refused = async (document: Fields): Promise<string> => {
    try {
      await buildPopulations(document);
    } catch (error) {
      if (error instanceof DiagnosticError)
        return error.diagnostics.map(({ code, message, remedy }) => `${code} ${message}: ${remedy}`).join();
      throw error;
    }
    return 'built';
  };
  const program = (lines: readonly string[], policy?: string): Fields => ({
    ...{ neuron: 'program', threshold: undefined, compare: undefined, reset: undefined, update: undefined },
    program: lines,
    planes: [{ name: 'V', plane: 'V', ...(policy && { policy, bits: 12 }) }],
    parameters: { ten: { values: 10, unit: 'potential' } },
  });

  it.each<[string, Fields, string]>([
    ['a refractory period', alone([1], { refractory: 2 }), 'E0202 a neuron with "update": "event" has no refractory'],
    ['several spikes a step', alone([1], { spikesPerStep: 3 }), 'has no limit of spikes'],
    ['a late reset', alone([1], { reset: { kind: 'subtract', time: 'after decay' } }), 'is reset with the event'],
    ['bits without events', alone([1], { update: 'step', bits: 8 }), 'E0202 bits of V are those'],
    ['a threshold beyond its bits', alone([1], { bits: 4, threshold: 500 }), 'E0303'],
    ['a threshold beyond its bits in units', alone([1], { bits: 8, threshold: 20, scale: 10 }), 'or a scale below 10'],
    [
      'negative events',
      { ...alone([1]), input: { shape: 1, steps: 3, payload: { min: -1, max: 1 } } },
      'E0202 neuron takes input event by event, and there are no -1 events',
    ],
    [
      'what takes several passes',
      alone([1], program(['.touched', 'DECAY plane=V kind=linear values=ten', 'EMIT when=always'], 'saturate')),
      'E0202 DECAY stands behind .touched, where ALU, ALUP, COMPARE, COMPAREP, EMIT can',
    ],
    [
      'what only a proof would bound',
      alone([1], program(['.touched', 'EMIT when=always', 'ALUP function=set plane=V values=ten'])),
      'E0202 ALUP behind .touched writes V, which is held by prove',
    ],
    [
      'payloads behind events',
      alone([1], program(['.touched', 'EMIT payload=plane plane=V when=always'], 'saturate')),
      'E0202 EMIT behind .touched sends a plane',
    ],
  ])('%s', async (_, document, message) => {
    expect(await refused(document)).toContain(message);
  });
});
