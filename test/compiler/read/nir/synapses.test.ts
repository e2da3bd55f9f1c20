/** States that never fire between neurons: each hearer keeps them itself, and computes what the graph does node by node. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readNetwork } from '../../../../compiler/index.ts';
import { PopulationRun } from '../../../../compiler/engines/population-run.ts';
import type { PopulationNetwork } from '../../../../compiler/ir/population.ts';
import type { NirOptions } from '../../../../compiler/read/nir/rules.ts';
import { writeNir } from '../../../../compiler/write/nir/write-nir.ts';
import { DiagnosticError } from '../../../../isa/index.ts';
import { seededRandom } from '../../../arbitraries/random.ts';
import { chainOf, type Graph, type Node, readGraph } from './graphs.ts';

const [STEPS, DT] = [25, 0.001];

interface Edge {
  readonly from: number;
  readonly weight: readonly (readonly number[])[];
  readonly bias: readonly number[];
  readonly delay: number;
  /** Whether the delay stands behind the weights, and holds up the bias, too. */
  readonly isBehind: boolean;
}

/** A node with what it hears; the first one is the input, the last one what is read. */
interface Drawn {
  readonly type: string;
  readonly size: number;
  readonly fields: Readonly<Record<string, readonly number[]>>;
  readonly edges: readonly Edge[];
}

const FIRING = ['IF', 'LIF', 'CubaLIF'];
const STATES = ['I', 'LI', 'CubaLI'];

/** Nodes in an order in which each hears others without delay only if they stand before it. */
function drawn(seed: number): { readonly nodes: readonly Drawn[]; readonly rules: NirOptions } {
  const random = seededRandom(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const hasConstants = random() < 0.5;
  const isLate = random() < 0.5;
  const sizes = Array.from({ length: 4 + below(3) }, () => 1 + below(3));
  const types = sizes.map((_, k) => (k === 0 ? 'Input' : pick(random() < 0.5 ? FIRING : STATES)));
  // What differs within a node takes a plane for each value where weights add it up.
  const of = (size: number, least: number, most: number): number[] => {
    const one = least + random() * (most - least);
    return Array.from({ length: size }, () => (random() < 0.8 ? one : least + random() * (most - least)));
  };
  const nodes = sizes.map((size, to): Drawn => {
    if (to === 0) return { type: 'Input', size, fields: {}, edges: [] };
    const type = types[to]!;
    const times = type.startsWith('Cuba') ? ['tau_mem', 'tau_syn'] : type.includes('L') ? ['tau'] : [];
    const fields: Record<string, readonly number[]> = { r: of(size, 20, 60) };
    for (const name of times) fields[name] = of(size, 0.002, 0.02);
    if (times.length > 0) fields.v_leak = hasConstants ? of(size, -0.2, 0.3) : new Array<number>(size).fill(0);
    if (type.startsWith('Cuba')) fields.w_in = of(size, 0.5, 2);
    if (FIRING.includes(type)) fields.v_threshold = of(size, 0.3, 1);
    if (FIRING.includes(type)) fields.v_reset = of(size, -0.1, 0.1);
    const sources = [to - 1 - below(Math.min(to, 2)), ...(random() < 0.5 ? [below(sizes.length)] : [])];
    const edges = sources.flatMap((from): Edge[] => {
      const isBack = from >= to;
      if (isBack && !FIRING.includes(types[from]!)) return [];
      const weight = Array.from({ length: size }, () => Array.from({ length: sizes[from]! }, () => random() * 2 - 0.7));
      const bias = Array.from({ length: size }, () => (hasConstants ? random() * 0.1 : 0));
      return [{ from, weight, bias, delay: (isBack ? 1 : 0) + (isLate ? below(3) : 0), isBehind: random() < 0.5 }];
    });
    return { type, size, fields, edges };
  });
  const decay = pick(['euler', 'exponential'] as const);
  const gain = pick(['euler', 'exponential', 'resistance', 'decayed', 'one'] as const);
  return { nodes, rules: { decay, gain, compare: 'gt', reset: 'value', resetTime: 'spike', spikes: 1, floor: 'none' } };
}

const name = (k: number): string => `n${k}`;

function graphOf(nodes: readonly Drawn[]): Graph {
  const made: Record<string, Node> = {};
  const edges: string[] = [];
  nodes.forEach(({ type, size, fields, edges: into }, k) => {
    made[name(k)] = type === 'Input' ? { type, shape: [size] } : { type, ...fields };
    into.forEach(({ from, weight, bias, delay, isBehind }, e) => {
      const [delayed, weighted] = [`d${k}_${e}`, `w${k}_${e}`];
      const { length } = weight[0]!;
      made[weighted] = { type: 'Affine', weight: { shape: [size, length], data: weight.flat() }, bias };
      const held = isBehind ? size : length;
      if (delay > 0) made[delayed] = { type: 'Delay', delay: new Array<number>(held).fill(delay * DT) };
      const between = delay === 0 ? [weighted] : isBehind ? [weighted, delayed] : [delayed, weighted];
      const path = [name(from), ...between, name(k)];
      edges.push(...path.slice(1).map((node, at) => `${path[at]!} ${node}`));
    });
  });
  made.output = { type: 'Output', shape: [nodes.at(-1)!.size] };
  return { nodes: made, edges: [...edges, `${name(nodes.length - 1)} output`] };
}

/** What nodes give, by step and node: the graph as it is drawn. */
function simulated(nodes: readonly Drawn[], { decay, gain }: NirOptions, input: readonly number[][]): number[][][] {
  const state = nodes.map(({ size }) => ({ v: new Float64Array(size), i: new Float64Array(size) }));
  const all: number[][][] = [];
  const rate = (tau: number): number => (decay === 'euler' ? DT / tau : 1 - Math.exp(-DT / tau));
  const gainOf = (taus: readonly number[], factors: readonly number[]): number => {
    const factor = factors.reduce((a, b) => a * b, 1);
    switch (gain) {
      case 'euler':
        return taus.reduce((a, tau) => (a * DT) / tau, factor) * (taus.length === 0 ? DT : 1);
      case 'exponential':
        return taus.reduce((a, tau) => a * (1 - Math.exp(-DT / tau)), factor) * (taus.length === 0 ? DT : 1);
      case 'resistance':
        return factor;
      case 'decayed':
        return taus.length === 0 ? 1 : 1 - rate(taus[0]!);
      default:
        return 1;
    }
  };
  for (const values of input) {
    const now: number[][] = [];
    all.push(now);
    nodes.forEach(({ type, size, fields, edges }, k) => {
      if (k === 0) {
        now.push([...values]);
        return;
      }
      const given: number[] = [];
      for (let n = 0; n < size; n++) {
        const x = edges.reduce((sum, { from, weight, bias, delay, isBehind }) => {
          const heard = all.at(-1 - delay)?.[from] ?? [];
          const added = isBehind && all.length <= delay ? 0 : bias[n]!;
          return weight[n]!.reduce((a, w, c) => a + w * (heard[c] ?? 0), sum + added);
        }, 0);
        const { v, i } = state[k]!;
        const field = (of: string): number => fields[of]![n]!;
        if (type.startsWith('Cuba')) {
          const [synapse, membrane] = [field('tau_syn'), field('tau_mem')];
          i[n] = i[n]! * (1 - rate(synapse)) + x * gainOf([synapse, membrane], [field('w_in'), field('r')]);
          v[n] = v[n]! + rate(membrane) * (field('v_leak') - v[n]!) + i[n]!;
        } else if (type.startsWith('L')) {
          const tau = field('tau');
          v[n] = v[n]! + rate(tau) * (field('v_leak') - v[n]!) + x * gainOf([tau], [field('r')]);
        } else v[n] = v[n]! + x * gainOf([], [field('r')]);
        const fires = FIRING.includes(type) && v[n]! > field('v_threshold');
        given.push(FIRING.includes(type) ? Number(fires) : v[n]!);
        if (fires) v[n] = field('v_reset');
      }
      now.push(given);
    });
  }
  return all;
}

/** So that what is heard in the same step has run before. */
function orderOf(populations: PopulationNetwork['populations']): number[] {
  const order = populations.map(() => 0);
  for (let round = 0; round < populations.length; round++)
    populations.forEach(({ connections }, p) => {
      for (const { source, delay } of connections)
        if (delay === 0 && source >= 0) order[p] = Math.max(order[p]!, order[source]! + 1);
    });
  return order;
}

/** What the populations of a network give, by step and name. */
function given(network: PopulationNetwork, input: readonly number[][]): Map<string, number[]>[] {
  const found: Map<string, number[]>[] = [];
  new PopulationRun({ ...network, counts: true }, orderOf(network.populations)).run(
    Float64Array.from(input.flat()),
    (step, view) => {
      found.push(
        new Map(
          network.populations.map(({ name: called, shape: [size], rule, program }, p) => {
            const isFiring = rule?.firing !== undefined || program.steps.some(({ op }) => op === 'FIREV');
            if (isFiring)
              return [called, Array.from({ length: size }, (_, k) => Number([...view.fired(p)].includes(k)))];
            // Before the last step, V has decayed for the next one already.
            return [called, step < STEPS - 1 ? [] : [...view.potentials(p)].slice(0, size)];
          }),
        ),
      );
    },
  );
  return found;
}

function inputOf(nodes: readonly Drawn[], seed: number): number[][] {
  const { size } = nodes[0]!;
  const random = seededRandom(seed + 1);
  return Array.from({ length: STEPS }, () => Array.from({ length: size }, () => Number(random() < 0.4)));
}

/** Populations that are compared; 0 where the graph is refused. */
function compared(seed: number): number {
  const { nodes, rules } = drawn(seed);
  const input = inputOf(nodes, seed);
  let network;
  try {
    ({ network } = readGraph(graphOf(nodes), STEPS, DT, rules));
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    expect(error.diagnostics.map(({ code }) => code)).toEqual(['E0207']);
    expect(error.message).toMatch(/states that differ/);
    return 0;
  }
  const expected = simulated(nodes, rules, input);
  given(network, input).forEach((populations, step) => {
    for (const [called, values] of populations) {
      // What sends late constants is no node.
      if (!called.startsWith('n')) continue;
      const wanted = expected[step]![Number(called.slice(1))]!;
      values.forEach((value, k) => {
        expect(Math.abs(value - wanted[k]!)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted[k]!)));
      });
    }
  });
  return network.populations.length;
}

describe('a graph with states between its neurons', () => {
  it('fires and reads as its nodes do one by one, by every decay and gain', () => {
    let [built, all] = [0, 0];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 30 }), (seed) => {
        all++;
        if (compared(seed) > 0) built++;
      }),
      { numRuns: 150 },
    );
    expect(built / all).toBeGreaterThan(0.6);
  });

  it('can be written, and read again as what it was', () => {
    let several = 0;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 30 }), (seed) => {
        const { nodes, rules } = drawn(seed);
        const input = inputOf(nodes, seed);
        let network;
        try {
          ({ network } = readGraph(graphOf(nodes), STEPS, DT, rules));
        } catch {
          // As above.
          return;
        }
        const { file, lost } = writeNir(network);
        // An integer rule of leaks, and that a list of weights becomes a matrix, change nothing here.
        expect(
          lost.filter((loss) => !/bits and rounding|whole matrix|not leak|one after the other/.test(loss)),
        ).toEqual([]);
        // A constant that no connection brings takes a state more.
        const most = Math.max(0, ...network.populations.map(({ synaptic }) => synaptic?.states.length ?? 0));
        if (most >= 6) return;
        const again = readNetwork(file, { fileName: 'again.nir', readSideFile: () => new Uint8Array() });
        if (again.kind !== 'populations') throw new Error('a NIR graph is one of populations');
        expect(again.populations.map(({ name: called }) => called)).toEqual(
          network.populations.map(({ name: called }) => called),
        );
        several += Number(network.populations.some(({ synaptic }) => (synaptic?.states.length ?? 0) > 1));
        const expected = given(network, input);
        given(again, input).forEach((populations, step) => {
          for (const [called, values] of populations)
            values.forEach((value, k) => {
              const wanted = expected[step]!.get(called)![k]!;
              expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)));
            });
        });
      }),
      { numRuns: 100 },
    );
    expect(several).toBeGreaterThan(5);
  });

  const linear = (rows: number, columns: number, weight: readonly number[]): Node => ({
    ...{ type: 'Affine', weight: { shape: [rows, columns], data: weight } },
    bias: new Array<number>(rows).fill(0),
  });
  const lowpass = (tau: readonly number[], rest = 0): Node => ({
    ...{ type: 'LI', tau, r: tau.map(() => 1), v_leak: tau.map(() => rest) },
  });
  const lif: Node = { type: 'LIF', tau: [0.02], r: [30], v_leak: [0], v_threshold: [1], v_reset: [0] };

  it('keeps a state behind another as a neuron with a current, which can be written again', () => {
    const nodes = { w: linear(1, 1, [2]), a: lowpass([0.005]), b: lowpass([0.01]) };
    const { network } = readGraph(chainOf([1], nodes), 3, DT);
    expect(network.populations).toHaveLength(1);
    expect(network.populations[0]!.rule).toMatchObject({ current: {}, firing: undefined });
    expect(writeNir(network).lost.filter((loss) => !loss.includes('bits and rounding'))).toEqual([]);
  });

  it('reads what weights make of states at the end, as they are in the last step', () => {
    const nodes = { w: linear(2, 1, [1, 1]), a: lowpass([0.005, 0.01]), d: linear(1, 2, [3, -1]) };
    const { network, said } = readGraph(chainOf([1], nodes), 2, DT, { gain: 'one' });
    const exponential = readGraph(chainOf([1], nodes), 2, DT, { origin: 'nengo' });
    expect(exponential.said.join()).not.toMatch(/forgets at once/);
    expect(said.join('\n')).toMatch(/what potentials give there in the last step is taken/);
    const found = given({ ...network, steps: STEPS }, [[1], ...new Array<number[]>(STEPS - 1).fill([0])]).at(-1)!;
    const kept = [0.8, 0.9].map((each) => each ** (STEPS - 1));
    expect(found.get('output')![0]).toBeCloseTo(3 * kept[0]! - kept[1]!, 12);
  });

  it('hears itself through a state one step later', () => {
    const nodes = { lif, back: linear(1, 1, [-1]), a: lowpass([0.005]), w: linear(1, 1, [3]) };
    const { edges, nodes: ends } = chainOf([1], { w: nodes.w, lif });
    const graph = { nodes: { ...ends, ...nodes }, edges: [...edges, 'lif back', 'back a', 'a lif'] };
    const { network, said } = readGraph(graph, STEPS, DT, { gain: 'one' });
    expect(said.join('\n')).toMatch(/what "\w+" sends to "\w+" closes a loop/);
    const input = Array.from({ length: STEPS }, (_, t) => [Number(t % 3 > 0)]);
    let [v, i, fired] = [0, 0, 0];
    const expected = input.map(([x]) => {
      i = 0.8 * i - fired;
      v = 0.95 * v + 3 * x! + i;
      fired = Number(v > 1);
      if (fired === 1) v = 0;
      return [fired];
    });
    expect(given(network, input).map((populations) => populations.get('lif'))).toEqual(expected);
    expect(new Set(expected.map(String)).size).toBe(2);
  });

  it('hears a synapse of Nengo a step late, as it is computed there', () => {
    const nodes = { w: linear(1, 1, [9]), a: lowpass([0.005]), d: linear(1, 1, [1]), lif };
    const { network, said } = readGraph(chainOf([1], nodes), STEPS, DT, { origin: 'nengo' });
    expect(said.join('\n')).toMatch(/delay 1 step before I, LI, CubaLI/);
    const random = seededRandom(4);
    const input = Array.from({ length: STEPS }, () => [Number(random() < 0.3)]);
    let [u, v] = [0, 0];
    const expected = input.map((_, t) => {
      u += (1 - Math.exp(-DT / 0.005)) * (9 * (input[t - 1]?.[0] ?? 0) - u);
      v = Math.max(0, v + (1 - Math.exp(-DT / 0.02)) * (30 * u - v));
      const fired = Number(v > 1);
      if (fired === 1) v = 0;
      return [fired];
    });
    expect(given(network, input).map((populations) => populations.get('lif'))).toEqual(expected);
    expect(new Set(expected.map(String)).size).toBe(2);
  });

  it('begins at rest where its simulator does', () => {
    const nodes = { w: linear(1, 1, [0]), a: lowpass([0.005], 0.7), d: linear(1, 1, [1]), lif };
    const { network } = readGraph(chainOf([1], nodes), 3, DT, { origin: 'norse' });
    const { parameters, program } = network.populations[0]!;
    expect(program.initial).toContainEqual({ plane: 1, parameter: 'initial 1' });
    const [start, step] = ['initial 1', 'constant 1'].map((called) => parameters[called]!.values[0]!);
    expect(start! + step!).toBeCloseTo(0.7 * 0.05 * 30, 12);
  });

  it('is heard with its rest and its start as late as a Delay says', () => {
    const late = { type: 'Delay', delay: [2 * DT] };
    const heardBy = (between: Readonly<Record<string, Node>>): number[] => {
      const nodes = {
        ...{ w: linear(1, 1, [1]), a: lowpass([0.005], 0.7) },
        ...{ ...between, d: linear(1, 1, [1]), i: { type: 'I', r: [1] } },
      };
      const { network } = readGraph(chainOf([1], nodes), 12, DT, { origin: 'norse' });
      const found: number[] = [];
      const p = network.populations.findIndex(({ name: called }) => called === 'i');
      new PopulationRun({ ...network, counts: true }, orderOf(network.populations)).run(
        Float64Array.from([1, 0, 1, 1, 0, 0, 0, 1, 0, 1, 1, 0]),
        (_step, view) => found.push(view.potentials(p)[0]!),
      );
      return found;
    };
    const [early, held] = [heardBy({}), heardBy({ late })];
    expect(held.slice(0, 2)).toEqual([0, 0]);
    held.slice(2).forEach((value, t) => {
      expect(value).toBeCloseTo(early[t]!, 12);
    });
  });

  it.each<[string, Readonly<Record<string, Node>>, readonly string[], RegExp]>([
    [
      'more states than planes',
      {
        w: linear(8, 1, [1, 1, 1, 1, 1, 1, 1, 1]),
        a: lowpass([2, 3, 4, 5, 6, 7, 8, 9].map((t) => t / 1000)),
        d: linear(1, 8, [1, 1, 1, 1, 1, 1, 1, 1]),
        lif,
      },
      [],
      /E0207 what it hears comes through more than 7 states that differ/,
    ],
    [
      'as many states one after the other as a graph can have nodes',
      { ...Object.fromEntries(Array.from({ length: 1900 }, (_, k) => [`a${k}`, lowpass([0.01])])), lif },
      [],
      /E0207 more than 8 states that never fire lie one after the other/,
    ],
    [
      'a loop of states',
      { w: linear(1, 1, [1]), a: lowpass([0.01]), b: lowpass([0.01]), lif },
      ['b a'],
      /E0207 it lies on a loop of states that never fire/,
    ],
  ])('%s is refused', (_what, nodes, more, message) => {
    const graph = chainOf([1], nodes);
    let said = '';
    try {
      readGraph({ ...graph, edges: [...graph.edges, ...more] }, 1, DT);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      said = error.diagnostics.map(({ code, message: text }) => `${code} ${text}`).join();
    }
    expect(said).toMatch(message);
  });
});
