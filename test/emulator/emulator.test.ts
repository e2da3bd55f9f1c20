import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Emulator } from '../../emulator/index.ts';
import { type Chip, type Counts, DiagnosticError, NO_TREE, SpikeDigest } from '../../isa/index.ts';
import { boxOf, CoreBuilder, plainSink, sampleChip, tinyTarget, treeRoutes } from '../isa/chips.ts';
import { arbitraryGrid, asGrid } from '../isa/grids.ts';
import { statement } from '../isa/program.ts';
import { inputMap, singleInstructionChip, splitDenseChip } from './chips.ts';
import { interpret } from './reference.ts';

const sampleInput = fc.array(fc.integer({ min: -3, max: 5 }), { minLength: 16, maxLength: 16 });

function run(chip: Chip, inputs: readonly (readonly number[])[], timing: 'cycle' | 'none') {
  const emulator = new Emulator(chip, { timing });
  const digest = new SpikeDigest();
  const answers = inputs.map((input) => {
    const { readout, predicted, spikes, timing: time } = emulator.infer(Int16Array.from(input));
    digest.add({ spikes });
    return {
      readout: [...readout],
      predicted,
      spikes: spikes.count,
      time: time && { ...time, tickCycles: [...time.tickCycles] },
    };
  });
  return { answers, digest: digest.hex(), counts: emulator.counts(), layers: emulator.layers() };
}

const functional = (counts: Counts): Counts => ({ ...counts, activeCoreCycles: null, idleCoreCycles: null });

describe('Emulator', () => {
  it('agrees with a second, naive emulator in results, spikes, potentials and counts', () => {
    const chip = sampleChip();
    fc.assert(
      fc.property(sampleInput, (values) => {
        const input = Int16Array.from(values);
        const reference = interpret(chip, input);
        const emulator = new Emulator(chip, { timing: 'none' });
        const spikes = new Set<string>();
        const inference = emulator.infer(input, {
          onTick: (tick, view) => {
            chip.layers.forEach((_, layer) => {
              for (const index of view.fired(layer)) spikes.add(`${layer}/${index}/${tick}`);
            });
            expect([...view.potential(3)]).toEqual(reference.potentials[tick]![1]!.slice(8));
          },
        });
        expect([...inference.readout]).toEqual(reference.readout);
        expect(spikes).toEqual(reference.spikes);
        const counts = emulator.counts();
        expect(counts).toEqual({
          synops: reference.synops,
          macs: reference.macs,
          neuronUpdatesActive: reference.active,
          neuronUpdatesIdle: reference.idle,
          spikes: reference.spikes.size,
          spikePayload: reference.spikes.size,
          packets: reference.spikes.size + 3,
          hostPackets: values.filter((value) => value !== 0).length + 3,
          deliveries: reference.deliveries,
          linkHops: reference.links,
          withinTile: reference.withinTile,
          routerTraversals: reference.routers,
          synapseBitsRead: reference.bits,
          barriers: chip.ticks + 1,
          resets: 51,
          activeCoreCycles: null,
          idleCoreCycles: null,
        });
        const perLayer = emulator.layers();
        const sum = (name: 'spikes' | 'spikePayload' | 'synops' | 'macs' | 'synapseBitsRead'): number =>
          perLayer.reduce((total, layer) => total + layer[name], 0);
        for (const name of ['spikes', 'spikePayload', 'synops', 'macs', 'synapseBitsRead'] as const)
          expect(sum(name)).toBe(counts[name]);
      }),
    );
  });

  it('the sample chip is not a trivial one: all layers fire and all kinds of events occur', () => {
    const { counts, layers } = run(sampleChip(), [Array<number>(16).fill(5), Array<number>(16).fill(3)], 'cycle');
    for (const layer of layers.slice(0, 3)) expect(layer.spikes).toBeGreaterThan(0);
    for (const name of ['synops', 'macs', 'neuronUpdatesActive', 'deliveries'] as const)
      expect(counts[name]).toBeGreaterThan(0);
  });

  it('gives the same answer, counts and cycles in whatever order the cores are run', () => {
    const chip = sampleChip();
    fc.assert(
      fc.property(
        fc.array(sampleInput, { minLength: 1, maxLength: 3 }),
        fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
        (inputs, order) => {
          const shuffled = { ...chip, cores: order.map((k) => chip.cores[k]!) };
          expect(run(shuffled, inputs, 'cycle')).toEqual(run(chip, inputs, 'cycle'));
        },
      ),
    );
  });

  it('timing changes neither results nor counts, and its cycles add up', () => {
    const chip = sampleChip(tinyTarget({ mesh: { width: 1, height: 1 }, coresPerTile: 4 }));
    fc.assert(
      fc.property(fc.array(sampleInput, { minLength: 1, maxLength: 3 }), (inputs) => {
        const timed = run(chip, inputs, 'cycle');
        const untimed = run(chip, inputs, 'none');
        expect(untimed.answers.map((answer) => answer.readout)).toEqual(timed.answers.map((answer) => answer.readout));
        expect(untimed.digest).toBe(timed.digest);
        expect(untimed.counts).toEqual(functional(timed.counts));
        let total = 0;
        for (const { time } of timed.answers) {
          const { resetCycles, inputCycles, tickCycles, readoutCycles, bound, cycles } = time!;
          total += cycles;
          const ticks = tickCycles.reduce((sum, tick) => sum + tick, 0);
          expect(resetCycles + inputCycles + ticks + readoutCycles).toBe(cycles);
          const { integrate, update, network, barrier, wait, host } = bound;
          expect(integrate + update + network + barrier + wait + host).toBe(cycles);
        }
        expect(timed.counts.activeCoreCycles! + timed.counts.idleCoreCycles!).toBe(3 * total);
      }),
    );
  });

  it('an inference does not depend on those before it', () => {
    const chip = sampleChip();
    fc.assert(
      fc.property(sampleInput, sampleInput, (first, second) => {
        const both = run(chip, [first, second], 'cycle').answers;
        expect(both[1]).toEqual(run(chip, [second], 'cycle').answers[0]);
      }),
    );
  });

  it('spikes, their digest and the answer do not depend on how neurons are spread over cores', () => {
    const target = tinyTarget({ mesh: { width: 3, height: 2 }, coresPerTile: 2 });
    const weight = fc.integer({ min: -20, max: 30 });
    const row = (length: number) => fc.array(weight, { minLength: length, maxLength: length });
    const networks = fc.record({
      hidden: fc.array(row(4), { minLength: 9, maxLength: 9 }),
      output: fc.array(row(9), { minLength: 3, maxLength: 3 }),
      input: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 4, maxLength: 4 }),
      cuts: fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { maxLength: 4 }),
      cores: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], { minLength: 6, maxLength: 6 }),
    });
    fc.assert(
      fc.property(networks, arbitraryGrid, ({ hidden, output, input, cuts, cores }, figures) => {
        const common = { inputs: 4, window: 6, hidden, output, threshold: 60, target };
        const bounds = [0, ...cuts.sort((a, b) => a - b), 9];
        const pieces = bounds.slice(1).map((end, k) => end - bounds[k]!);
        const whole = splitDenseChip({ ...common, pieces: [9], cores: [0, 1] });
        const split = splitDenseChip({ ...common, pieces, cores: cores.slice(0, pieces.length + 1) });
        const a = run(whole, [input, input], 'cycle');
        const b = run(split, [input, input], 'cycle');
        expect(b.digest).toBe(a.digest);
        expect(b.answers.map(({ readout }) => readout)).toEqual(a.answers.map(({ readout }) => readout));
        expect(b.layers).toEqual(a.layers);
        expect(b.counts.synops).toBe(a.counts.synops);
        // Where the packets go does depend on it; each of the two inferences sends the same ones.
        const reference = interpret(split, Int16Array.from(input));
        expect(b.counts).toMatchObject({
          deliveries: 2 * reference.deliveries,
          withinTile: 2 * reference.withinTile,
          routerTraversals: 2 * reference.routers,
        });
        // A grid of chips changes cycles and the count of crossings, and nothing else.
        const grid = run({ ...split, target: asGrid(target, figures) }, [input, input], 'cycle');
        const { activeCoreCycles: _, idleCoreCycles: __, linkHops, ...others } = grid.counts;
        expect(b.counts).toMatchObject(others);
        const { eastWest, northSouth } = reference.betweenChips;
        const crossings = interpret({ ...split, target: asGrid(target, figures) }, Int16Array.from(input)).betweenChips;
        expect([eastWest, northSouth]).toEqual([0, 0]);
        expect(linkHops).toEqual({
          ...b.counts.linkHops,
          betweenChips: { eastWest: 2 * crossings.eastWest, northSouth: 2 * crossings.northSouth },
        });
        expect(grid.digest).toBe(b.digest);
        expect(grid.answers.map(({ readout }) => readout)).toEqual(b.answers.map(({ readout }) => readout));
        for (const [k, { time }] of grid.answers.entries())
          expect(time!.bound.barrier).toBeGreaterThanOrEqual(b.answers[k]!.time!.bound.barrier);
      }),
    );
  });

  it('an axon whose graded inputs cancel is silent', () => {
    const target = tinyTarget({ mesh: { width: 1, height: 1 } });
    const core = new CoreBuilder(0, 1);
    const weights = core.weights(8, [7]);
    const dense = `DENSE destination=V width=w8 shift=0 first=0 count=1 weights=${weights}`;
    const group = core.group(1, -9, 9, dense);
    for (const tree of [0, 1]) core.sink(plainSink({ tree, group, delay: 0, sourceCount: 1 }));
    const zero = core.parameters(0);
    const image = core.build(
      ['WINDOW skip=@end start=0 length=1', 'READ first=0 count=1 tree=2', 'end:'],
      [`RESET first=0 count=1 address=${zero} period=1`],
    );
    const chip: Chip = {
      ...sampleChip(),
      target,
      ticks: 1,
      window: 1,
      cores: [image],
      routes: [0, 1].flatMap((tree) => treeRoutes(target, tree, 0, [0])).concat(treeRoutes(target, 2, 0, [], true)),
      input: inputMap(
        2,
        [0, 1].map((tree) => ({ tree, box: boxOf(1, 1, 1, tree) })),
        [-9, 9],
      ),
      output: { shape: [1, 1, 1], step: 1, parts: [{ tree: 2, box: boxOf(1, 1, 1) }], labels: [] },
      layers: [{ name: 'out', shape: [1, 1, 1], depth: 0, fires: false }],
      placements: [{ layer: 0, core: 0, firstNeuron: 0, box: boxOf(1, 1, 1) }],
    };
    const cancelled = run(chip, [[4, -4]], 'cycle');
    expect(cancelled.counts).toMatchObject({ macs: 0, synops: 0, hostPackets: 3 });
    expect(cancelled.answers[0]!.time!.bound.integrate).toBe(0);
    const heard = run(chip, [[4, -3]], 'cycle');
    expect(heard.counts).toMatchObject({ macs: 0, synops: 1 });
    expect(heard.answers[0]!.readout).toEqual([7]);
  });

  it('the lowest of equal accumulators is the answer', () => {
    const chip = singleInstructionChip(1, 4, (core) => {
      // The initial potentials are 3, -5, 3, -5.
      const weights = core.weights(8, [-3, 7, -1, 7]);
      return `DENSE destination=V width=w8 shift=0 first=0 count=4 weights=${weights}`;
    });
    expect(run(chip, [[1]], 'none').answers[0]).toMatchObject({ readout: [0, 2, 2, 2], predicted: 1 });
  });

  it('FIRE compares with > and resets to a value where the program says so', () => {
    const target = tinyTarget({ mesh: { width: 1, height: 1 } });
    const fired = (
      compare: 'ge' | 'gt',
      reset: 'subtract' | 'value',
      tree = 1,
    ): { spikes: number; potential: number[] } => {
      const core = new CoreBuilder(0, 2);
      const group = core.group(2, 0, 1);
      core.sink(plainSink({ tree: 0, group, delay: 0, sourceCount: 2 }));
      core.sink(plainSink({ tree: 1, group, sourceCount: 2 }));
      const address = core.parameters(10, 9);
      const initial = core.parameters(10, 12);
      const fire = statement('FIRE first=0 count=2 period=2 resetValue=-4', { compare, reset, address, tree });
      const image = core.build([fire], [`RESET first=0 count=2 address=${initial} period=2`]);
      const chip: Chip = {
        ...sampleChip(),
        target,
        ticks: 1,
        window: 1,
        cores: [image],
        routes: [0, 1].flatMap((tree) => treeRoutes(target, tree, 0, [0])),
        input: inputMap(2, [{ tree: 0, box: boxOf(2, 1, 1) }], [-1, 1]),
        output: { shape: [2, 1, 1], step: 1, parts: [], labels: [] },
        layers: [{ name: 'only', shape: [2, 1, 1], depth: 0, fires: true }],
        placements: [{ layer: 0, core: 0, firstNeuron: 0, box: boxOf(2, 1, 1) }],
      };
      let potential: number[] = [];
      const emulator = new Emulator(chip, { timing: 'cycle' });
      const { spikes } = emulator.infer(Int16Array.of(0, 0), {
        onTick: (_, view) => {
          potential = [...view.potential(0)];
        },
      });
      // A packet for each spike, unless nobody listens.
      expect(emulator.counts()).toMatchObject({ spikes: spikes.count, packets: tree === 1 ? spikes.count : 0 });
      return { spikes: spikes.count, potential };
    };
    expect(fired('ge', 'subtract')).toEqual({ spikes: 2, potential: [0, 3] });
    expect(fired('ge', 'subtract', NO_TREE)).toEqual({ spikes: 2, potential: [0, 3] });
    expect(fired('gt', 'subtract')).toEqual({ spikes: 1, potential: [10, 3] });
    expect(fired('ge', 'value')).toEqual({ spikes: 2, potential: [-4, -4] });
  });

  it('refuses an input of another size, or outside of the proven range', () => {
    const emulator = new Emulator(sampleChip(), { timing: 'none' });
    const codeOf = (action: () => unknown): string => {
      try {
        action();
      } catch (error) {
        if (error instanceof DiagnosticError) return error.diagnostics[0]!.code;
      }
      return 'nothing refused';
    };
    expect(codeOf(() => emulator.infer(new Int16Array(15)))).toBe('E0603');
    expect(codeOf(() => emulator.infer(new Int16Array(16).fill(6)))).toBe('E0701');
    expect(codeOf(() => emulator.infer(new Int16Array(16).fill(-4)))).toBe('E0701');
  });
});
