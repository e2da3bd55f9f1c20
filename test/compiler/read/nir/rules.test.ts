/** The rules of the simulators for a leaky neuron, against their steps as their authors write them, and what is guessed of a file. */
import { describe, expect, it } from '@jest/globals';
import { readNetwork } from '../../../../compiler/index.ts';
import { PopulationRun } from '../../../../compiler/engines/population-run.ts';
import { TypedGroup } from '../../../../compiler/read/hdf5/typed-group.ts';
import { traceOf } from '../../../../compiler/read/nir/origin.ts';
import type { NirOptions, NirOrigin } from '../../../../compiler/read/nir/rules.ts';
import { type Diagnostic, DiagnosticError } from '../../../../isa/index.ts';
import { seededRandom } from '../../../arbitraries/random.ts';
import { nirFile } from './files.ts';

const STEPS = 200;
const DT = 1e-4;

function read(file: Parameters<typeof nirFile>[0], rules: NirOptions, dt: number | undefined = DT) {
  const warnings: Diagnostic[] = [];
  const network = readNetwork(nirFile(file), {
    ...{ fileName: 'some.nir', readSideFile: () => new Uint8Array() },
    timing: { steps: STEPS, dt, rules },
    warn: (warning) => warnings.push(warning),
  });
  if (network.kind !== 'populations') throw new Error('a NIR graph is one of populations');
  return { network, said: warnings.map(({ code, message }) => `${code} ${message}`) };
}

/** A node as it stands in a file. */
function node(fields: Readonly<Record<string, string | number>>): TypedGroup {
  return new TypedGroup('node', {
    ...{ kind: 'group', names: Object.keys(fields), attribute: () => undefined },
    get: (name) => {
      const value = fields[name];
      if (value === undefined) return undefined;
      const elements = typeof value === 'number' ? 'number' : 'text';
      return {
        ...{ kind: 'dataset', shape: [], elements },
        numbers: () => Float64Array.of(Number(value)),
        texts: () => [String(value)],
      };
    },
  });
}

// Of lif.nir, with dt / tau = 0.1.
const [RATE, R, LEAK, THETA, RESET] = [0.1, 2, 0.25, 1, -0.5];
const WEIGHTS = [
  [8, 4, -2],
  [-8, 16, 4],
];
const BIASES = [0.5, -1];
const KEPT = Math.exp(-RATE);

interface Neuron {
  v: number;
  /** Of the step before. */
  fired: number;
}
/** One step of a neuron on weighted input; how often it fires. */
type Step = (neuron: Neuron, x: number) => number;

const once = (fires: boolean): number => (fires ? 1 : 0);
const euler = (v: number, x: number): number => v + RATE * (LEAK - v + R * x);

const toReset: Step = (neuron, x) => {
  const v = euler(neuron.v, x);
  const spike = once(v > THETA);
  neuron.v = spike === 1 ? RESET : v;
  return spike;
};

const STEPS_OF: Partial<Record<NirOrigin, Step>> = {
  norse: toReset,
  spikingjelly: (neuron, x) => {
    const v = euler(neuron.v, x);
    const spike = once(v >= THETA);
    neuron.v = spike === 1 ? RESET : v;
    return spike;
  },
  rockpool: (neuron, x) => {
    const v = KEPT * neuron.v + RATE * R * x + (1 - KEPT) * LEAK;
    const spikes = Math.max(0, Math.floor(v / THETA));
    neuron.v = v - spikes * THETA;
    return spikes;
  },
  sinabs: (neuron, x) => {
    const v = KEPT * neuron.v + R * x + (1 - KEPT) * LEAK;
    const spikes = Math.max(0, Math.floor(v / THETA));
    neuron.v = v - spikes * THETA;
    return spikes;
  },
  nengo: (neuron, x) => {
    const v = Math.max(0, KEPT * neuron.v + (1 - KEPT) * (LEAK + R * x));
    const spike = once(v > THETA);
    neuron.v = spike === 1 ? 0 : v;
    return spike;
  },
  spyx: (neuron, x) => {
    neuron.v = euler(neuron.v, x) - neuron.fired * THETA;
    neuron.fired = once(neuron.v > THETA);
    return neuron.fired;
  },
};

/** snnTorch subtracts by what V was, and corrects it by what V is then. */
const addingBack: Step = (neuron, x) => {
  const before = once(neuron.v > THETA);
  const v = euler(neuron.v, x) - before * THETA;
  const spike = once(v > THETA);
  neuron.v = v - (spike - before) * THETA;
  return spike;
};

function expectStep(rules: NirOptions, step: Step): void {
  const random = seededRandom(5);
  const input = Float64Array.from({ length: 3 * STEPS }, () => once(random() < 0.4));
  const { network } = read('lif', rules);
  // Norse begins at rest.
  const start = rules.origin === 'norse' ? LEAK : 0;
  const neurons = WEIGHTS.map((): Neuron => ({ v: start, fired: 0 }));
  const run = new PopulationRun({ ...network, counts: true }, [0]);
  let all = 0;
  run.run(input, (t, view) => {
    const expected = neurons.flatMap((neuron, n) => {
      const x = WEIGHTS[n]!.reduce((sum, weight, k) => sum + weight * input[3 * t + k]!, BIASES[n]!);
      const spikes = step(neuron, x);
      all += spikes;
      return spikes > 0 ? [n] : [];
    });
    expect([...view.fired(0)]).toEqual(expected);
  });
  expect(all).toBeGreaterThan(20);
}

describe('a leaky neuron', () => {
  it.each(Object.entries(STEPS_OF))('of %s fires as its step says', (origin, step) => {
    expectStep({ origin: origin as NirOrigin }, step);
  });

  it('that no origin is known of is that of the equations', () => {
    expectStep({}, toReset);
  });

  it('of snnTorch that subtracts without delay gives the threshold back', () => {
    expectStep({ origin: 'snntorch', reset: 'subtract' }, addingBack);
  });

  it('hears all a step later where the simulator does', () => {
    for (const [origin, delays] of [
      ['lava', [1]],
      ['spyx', [0]],
      ['norse', [0]],
    ] as const)
      expect(read('lif', { origin }).network.populations[0]!.connections.map(({ delay }) => delay)).toEqual(delays);
    expect(read('lif', { delay: 3 }).network.populations[0]!.connections[0]!.delay).toBe(3);
  });
});

describe('the origin of a graph', () => {
  it.each([
    ['image', /as in SpikingJelly \(r of IF is 1 \/ 0\.0001/],
    ['lif', /as in the equations \(nothing tells another\)/],
  ] as const)('of %s is told by its numbers, or is not', (file, message) => {
    expect(read(file, {}).said).toContainEqual(expect.stringMatching(message));
  });

  it.each([
    ['snntorch', 1e-4, { type: 'LIF', tau: 1e-3, r: 10 }],
    ['snntorch', 1e-4, { type: 'CubaLIF', tau_mem: 1e-3, tau_syn: 2e-4, r: 10, w_in: 2 }],
    ['rockpool', 1e-3, { type: 'CubaLIF', tau_mem: 0.02, tau_syn: 0.01, r: 20 * Math.exp(-1 / 20) }],
    ['spyx', 1, { type: 'LIF', tau: 5, r: 0.8 }],
    ['sinabs', 1, { type: 'LIF', tau: 20, r: 1 }],
    ['spikingjelly', 1e-4, { type: 'IF', r: 1e4 }],
    [undefined, undefined, { type: 'IF', r: 1 }],
    [undefined, undefined, { type: 'LIF', tau: 2.5e-3, r: 1 }],
    [undefined, undefined, { type: 'CubaLIF', tau_mem: 1e-3, tau_syn: 2e-4, r: 10, w_in: 1 }],
  ] as const)('is %s with a step of %p for such numbers', (origin, dt, fields) => {
    expect(traceOf([node(fields)])).toEqual(origin && expect.objectContaining({ origin, dt }));
    // A second neuron of another kind spoils it.
    expect(traceOf([node(fields), node({ type: 'LI', tau: 0.3, r: 7 })])).toBeUndefined();
  });

  it('that is asked for goes before what the numbers tell, and single parts before both', () => {
    const { said, network } = read('recurrent', { origin: 'norse', compare: 'ge' });
    expect(said).toContainEqual(expect.stringMatching(/as in Norse \(asked for; asked for: compare\): .*compare ge/));
    expect(network.taken).toMatchObject({ nirOrigin: 'norse (asked for)', dt: DT });
  });

  it('leaves one spike a step where several were not asked for and what was does not allow them', () => {
    expect(read('lif', { origin: 'sinabs', reset: 'zero' }).said.join()).toMatch(/reset zero \(spike\), spikes 1/);
    expect(() => read('lif', { origin: 'norse', spikes: 4 })).toThrow(DiagnosticError);
  });
});

describe('a step in another unit than tau', () => {
  it('is told with its numbers', () => {
    expect(read('lif', {}, 1e-9).said).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/W0315 "lif": a step of 1e-9 keeps 0\.999999 .*never leaks/),
        expect.stringMatching(/W0315 "lif": inputs of 1 lift its V to .* its threshold is 1: it never fires/),
      ]),
    );
    expect(read('lif', { decay: 'exponential' }, 1).said.join()).toMatch(
      /W0315 "lif": a step of 1 keeps 0 .*forgets at once/,
    );
    expect(read('lif', {}).said.join()).not.toContain('W0315');
  });
});
