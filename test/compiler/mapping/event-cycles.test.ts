/** What the mapper takes an event to cost is what the emulator counts. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ReferenceInterpreter } from '../../../compiler/index.ts';
import { INPUT, type QuantisedBranch, type QuantisedGraph } from '../../../compiler/ir/layers.ts';
import { fires } from '../../../compiler/layer-neurons.ts';
import { pooledIndex } from '../../../compiler/layout/axons.ts';
import { sourceShape } from '../../../compiler/layout/core-needs.ts';
import type { PlannedGroup } from '../../../compiler/layout/core-plan.ts';
import { assumedRates } from '../../../compiler/layout/packet-rates.ts';
import { CorePlanner } from '../../../compiler/layout/plan-cores.ts';
import { cyclesOfEvents } from '../../../compiler/mapping/balance/event-cycles.ts';
import { mapBalanced } from '../../../compiler/mapping/map-balanced.ts';
import { expectedWork } from '../../../compiler/mapping/predict.ts';
import { assignTiles } from '../../../compiler/passes/assign-tiles.ts';
import { Emulator, type PhaseListener } from '../../../emulator/index.ts';
import { boxElement, boxSize, livingCoreCount, readChip, shapeSize, type Chip } from '../../../isa/index.ts';
import { buildThatFits, quantisedGraph, TEST_OPTIONS } from '../../arbitraries/builds.ts';
import { arbitraryNetwork } from '../../arbitraries/networks.ts';
import { arbitraryTarget } from '../../arbitraries/targets.ts';
import { randomInput } from '../../differential/states.ts';

/** Cycles in which each core integrates, by tick: as the emulator counts them. */
function emulated(chip: Chip, input: Int16Array): number[][] {
  const ticks: number[][] = [];
  const listener: PhaseListener = {
    beginInference: () => undefined,
    beginTick: () => undefined,
    beginPhase: () => false,
    onHop: () => undefined,
    onDelivery: () => undefined,
    endPhase: ({ kind, cores }) => {
      if (kind === 'tick')
        ticks.push(cores.map(({ layerCycles }) => layerCycles.integrate.reduce((sum, cycles) => sum + cycles, 0)));
    },
    endInference: () => undefined,
  };
  new Emulator(chip, { timing: 'cycle', listener }).infer(input);
  return ticks;
}

/** Sum of what a source sent in each tick, by pooled index: what the counter of an axon holds. */
function heard(graph: QuantisedGraph, input: Int16Array): (branch: QuantisedBranch, tick: number) => Int32Array {
  const sent: Int32Array[][] = [];
  new ReferenceInterpreter(graph).run(input, (_, view) => {
    sent.push(
      graph.layers.map(({ shape }, l) =>
        Int32Array.from({ length: shapeSize(shape) }, (__, k) => Number(view.spikes(l)[k] ?? 0)),
      ),
    );
  });
  return (branch, tick) => {
    const shape = sourceShape(graph, branch.source);
    const counters = new Int32Array(shapeSize(branch.pooled));
    const from = tick - branch.delay;
    const packets = branch.source === INPUT ? (from === 0 ? input : []) : (sent[from]?.[branch.source] ?? []);
    packets.forEach((payload, k) => {
      const at = pooledIndex(branch, shape, k);
      if (at >= 0) counters[at]! += payload;
    });
    return counters;
  };
}

/** Cycles of the events of a group. */
function cyclesOf(group: PlannedGroup, graph: QuantisedGraph, chip: Chip, counters: Int32Array): number {
  const each = cyclesOfEvents(group, graph, chip.target.timing);
  const { axons } = group;
  const { pooled } = group.units[0]!.branch;
  let cycles = 0;
  if (axons.kind === 'list') axons.sources.forEach((source, k) => (cycles += counters[source] === 0 ? 0 : each[k]!));
  else
    for (let k = 0; k < boxSize(axons.region); k++)
      if (counters[boxElement(axons.region, pooled, k)] !== 0) cycles += each[Math.floor(k / axons.region.channels)]!;
  return cycles;
}

describe('the cycles of events', () => {
  it('are those that the emulator counts, core by core and tick by tick', async () => {
    let busy = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, async (net, tiny) => {
        const options = { ...TEST_OPTIONS, placement: { method: 'sequential', seed: 0 } } as const;
        const result = await buildThatFits(net, tiny, options);
        const chip = readChip(result.bytes);
        const graph = quantisedGraph(result);
        const rates = assumedRates(graph.layers.map(fires));
        const planner = new CorePlanner(graph);
        const { sources } = assignTiles(planner, chip.target, rates, { by: 'layers', seed: 0 });
        const input = randomInput(chip, net.seed);
        const countersOf = heard(graph, input);
        const expected = emulated(chip, input);
        expect(expected).toHaveLength(graph.ticks);
        expected.forEach((cores, tick) => {
          const predicted = sources.cores.map(({ plan }) =>
            plan.groups.reduce(
              (sum, group) => sum + cyclesOf(group, graph, chip, countersOf(group.units[0]!.branch, tick)),
              0,
            ),
          );
          expect(predicted).toEqual(cores);
          busy += cores.filter((cycles) => cycles > 0).length;
        });
      }),
      { numRuns: 15 },
    );
    expect(busy).toBeGreaterThan(150);
  });
});

describe('a mapping by work', () => {
  it('covers every layer once, on no more cores than there are, and each has work', async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, async (net, tiny) => {
        const result = await buildThatFits(net, tiny);
        const { target } = readChip(result.bytes);
        const graph = quantisedGraph(result);
        const rates = assumedRates(graph.layers.map(fires));
        const cores = livingCoreCount(target);
        const planner = new CorePlanner(graph);
        const mapped = mapBalanced(planner, target, rates, cores);
        // Where there is none, what was found instead is named.
        if (mapped === undefined) {
          expect(assignTiles(planner, target, rates, { by: 'work', seed: 0 }).by).not.toBe('work');
          return;
        }
        found++;
        const { tiles, cores: used } = mapped.sources.assigned;
        expect(used).toBeLessThanOrEqual(cores);
        graph.layers.forEach(({ shape }, l) => {
          const times = new Uint8Array(shapeSize(shape));
          for (const { layer, box } of tiles)
            if (layer === l) for (let k = 0; k < boxSize(box); k++) times[boxElement(box, shape, k)]!++;
          expect(times.every((n) => n === 1)).toBe(true);
        });
        const { loads } = expectedWork(graph, mapped.sources, rates, target);
        expect(loads).toHaveLength(used);
        expect(loads.every((load) => load.some((cycles) => cycles > 0))).toBe(true);
      }),
      { numRuns: 15 },
    );
    expect(found).toBeGreaterThan(8);
  });
});
