/** Rules of single nodes of a NIR graph, and how its output is read. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { NirOptions } from '../../../../compiler/read/nir/rules.ts';
import { writeNir } from '../../../../compiler/write/nir/write-nir.ts';
import { readNetwork } from '../../../../compiler/index.ts';
import { PopulationRun } from '../../../../compiler/engines/population-run.ts';
import { DiagnosticError } from '../../../../isa/index.ts';
import { seededRandom } from '../../../arbitraries/random.ts';
import { chainOf, type Graph, type Node, readGraph } from './graphs.ts';

const STEPS = 40;
const linear = (weight: number): Node => ({ type: 'Linear', weight: { shape: [1, 1], data: [weight] } });
const LIF: Node = { type: 'LIF', tau: [1e-3], r: [10], v_leak: [0], v_threshold: [1], v_reset: [0] };
const GRAPH = chainOf([1], { fc1: linear(0.7), lif1: LIF, fc2: linear(0.8), lif2: LIF });

/** A layer of snnTorch: what it sends and its membrane, as mem_out has it. */
function leaky(reset: 'subtract' | 'zero' | 'none', isDelayed: boolean): (x: number) => { fired: number; mem: number } {
  let mem = 0;
  return (x) => {
    const before = Number(mem > 1);
    mem = reset === 'zero' ? 0.9 * mem * (1 - before) + x : 0.9 * mem + x - (reset === 'none' ? 0 : before);
    const fired = Number(mem > 1);
    if (isDelayed || reset === 'none') return { fired, mem };
    mem -= (fired - before) * (reset === 'zero' ? mem : 1);
    return { fired, mem };
  };
}

/** Spikes of both layers, and the potential of the last step. */
function found(rules: NirOptions, input: readonly number[]) {
  const { network, said } = readGraph(GRAPH, input.length, undefined, { origin: 'snntorch', ...rules });
  const fired: number[][] = [];
  let mem = NaN;
  new PopulationRun({ ...network, counts: true }, [0, 1]).run(Float64Array.from(input), (_step, view) => {
    fired.push([0, 1].map((p) => view.fired(p).length));
    mem = view.potentials(1)[0]!;
  });
  return { fired, mem, said: said.join('\n'), network };
}

const failure = (rules: NirOptions, graph = GRAPH): string => {
  try {
    readGraph(graph, 1, undefined, rules);
  } catch (error) {
    if (error instanceof DiagnosticError)
      return error.diagnostics.map(({ code, message }) => `${code} ${message}`).join();
    throw error;
  }
  return '';
};

describe('nodes with rules of their own', () => {
  const resets = fc.constantFrom('subtract' as const, 'zero' as const, 'none' as const);

  it('fire and are read as the layers of snnTorch, whatever the reset of each', () => {
    fc.assert(
      fc.property(
        resets,
        resets,
        fc.boolean(),
        fc.nat(2 ** 30),
        fc.integer({ min: 5, max: STEPS }),
        (first, last, isLate, seed, steps) => {
          const random = seededRandom(seed);
          const input = Array.from({ length: steps }, () => Number(random() < 0.5));
          const resetTime = isLate ? ('next-step' as const) : ('added-back' as const);
          const rules: NirOptions = {
            reset: [
              { pattern: 'lif2', value: last },
              { pattern: '*', value: first },
            ],
            resetTime,
          };
          const [one, two] = [leaky(first, isLate), leaky(last, isLate)];
          const expected = input.map((x) => {
            const a = one(0.7 * x);
            return { ...two(0.8 * a.fired), first: a.fired };
          });
          const spikes = found(rules, input);
          expect(spikes.fired).toEqual(expected.map((step) => [step.first, step.fired]));
          const potentials = found({ ...rules, output: 'last' }, input);
          expect(potentials.fired.map(([fired]) => fired)).toEqual(expected.map((step) => step.first));
          // A reset to zero is the same at either time but where the membrane is looked at in between.
          if (last !== 'zero' || expected.at(-1)!.fired === 0)
            expect(potentials.mem).toBeCloseTo(expected.at(-1)!.mem, 10);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are told with their names, and kept for the record', () => {
    const { said, network } = found({ reset: [{ pattern: 'lif2', value: 'none' }], output: 'last' }, [1]);
    expect(said).toMatch(/LIF "lif1": [^;]*reset value[^;]*; LIF "lif2": [^;]*reset none/);
    expect(said).toMatch(/how its output is read: of "lif2", the potentials of the last step are taken \(asked for\)/);
    expect(network.taken).toMatchObject({ nirOutput: 'last' });
    expect(String(network.taken!.nirRule)).toContain('"lif2"');
  });

  it('are read again as they were written', () => {
    const { network } = found({ reset: 'value', output: 'max' }, [1, 1, 1]);
    const again = readNetwork(writeNir(network).file, { fileName: 'again.nir', readSideFile: () => new Uint8Array() });
    if (again.kind !== 'populations') throw new Error('a NIR graph is one of populations');
    expect(again.output).toEqual(network.output);
    expect(again.populations[1]!.rule!.firing).toMatchObject({ isSilent: true });
  });

  it.each<[string, NirOptions, RegExp]>([
    [
      'a name that no node has',
      { compare: [{ pattern: 'lif3', value: 'ge' }] },
      /E0103 `nirCompare: lif3=ge`: "lif3" decides for no layer; the layers are "lif1", "lif2"/,
    ],
    [
      'several spikes of one node without its rule',
      { spikes: [{ pattern: 'lif2', value: 4 }] },
      /E0103 `nirSpikes: 4` needs/,
    ],
  ])('%s is refused', (_what, rules, message) => {
    expect(failure(rules)).toMatch(message);
  });
});

describe('an output', () => {
  const li: Node = { type: 'LI', tau: [1e-3], r: [1], v_leak: [0] };

  it('that never fires has no spikes to be read', () => {
    expect(failure({ output: 'count' }, chainOf([1], { fc: linear(1), li }))).toMatch(/E0204 .*"li" never fires/);
  });

  it.each<[string, Graph]>([
    ['others', { nodes: { ...GRAPH.nodes, back: linear(-1) }, edges: [...GRAPH.edges, 'lif2 back', 'back lif1'] }],
    ['it itself', { nodes: { ...GRAPH.nodes, back: linear(-1) }, edges: [...GRAPH.edges, 'lif2 back', 'back lif2'] }],
  ])('whose spikes are heard by %s is there twice where its potentials are read', (_who, graph) => {
    const { network, said } = readGraph(graph, 8, 1e-4, { origin: 'none', output: 'last' });
    const names = network.populations.map(({ name }) => name);
    expect(names).toEqual(['lif1', 'lif2', 'lif2 read']);
    expect(network.output).toEqual({ population: 2, decoding: 'last' });
    expect(said).toContainEqual(expect.stringContaining('"lif2 read" hear the same, and are read'));
    const [sends, reads] = network.populations
      .slice(1)
      .map(({ connections }) => connections.map(({ source, delay }) => [source, delay]));
    expect(reads).toEqual(sends);
    const potentials: number[][] = [];
    let spikes = 0;
    new PopulationRun({ ...network, counts: true }, [0, 1, 1]).run(
      Float64Array.from([1, 1, 1, 1, 0, 1, 1, 1]),
      (step, view) => {
        spikes += [...view.fired(1)].length;
        expect([...view.fired(2)]).toEqual([]);
        // The last step is read before it would decay.
        if (step < 7) potentials.push([view.potentials(1)[0]!, view.potentials(2)[0]!]);
      },
    );
    expect(spikes).toBeGreaterThan(0);
    for (const [sender, reader] of potentials) expect(reader).toBe(sender);
  });
});
