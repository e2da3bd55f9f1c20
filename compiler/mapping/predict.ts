/**
 * What an inference is expected to take on a mapping: cycles of every core in every phase, from its planned memories, and energy. What
 * an event costs is exact (balance/event-cycles.ts); how many there are follows from the packet rates.
 */
import { barrierCycles, coreCount, shapeSize, type EnergyEvent, type Target } from '../../isa/index.ts';
import { INPUT, type QuantisedGraph } from '../ir/layers.ts';
import type { PacketRates } from '../ir/rates.ts';
import { rateOf } from '../layout/packet-rates.ts';
import { packetsPerTree, type Sources } from '../layout/sources.ts';
import type { CorePlan } from '../layout/core-plan.ts';
import { activityOf } from './balance/activity.ts';
import { cyclesOfEvents } from './balance/event-cycles.ts';
import { phasesOf, type Phases } from './balance/phases.ts';
import { cyclesPerNeuron } from './balance/update-cycles.ts';
import { tickCode } from '../layout/tick-code.ts';

export interface Prediction {
  readonly cores: number;
  /** Of an inference, input and barriers included. */
  readonly cycles: number;
  readonly energyJ: number;
}

/** Core-cycles of an inference, and of the core of each phase with most. */
interface Work {
  readonly phases: Phases;
  /** [core][phase], cycles of a tick. */
  readonly loads: readonly Float64Array[];
}

/** The busiest link carries about twice what the mean one does while all wait for the last packets. */
const BUSIEST_LINK = 2;
/** Links that a packet crosses for each core that hears it. */
const HOPS = 1.5;

export function predictMapping(
  graph: QuantisedGraph,
  sources: Sources,
  rates: PacketRates,
  target: Target,
): Prediction {
  const work = expectedWork(graph, sources, rates, target);
  const packets = packetsPerTree(sources, rates);
  const deliveries = sources.runs.reduce(
    (sum, { tree, listeners }) => sum + (tree < 0 ? 0 : packets[tree]! * listeners.length),
    0,
  );
  const { phases, loads } = work;
  let working = 0;
  let cycles = hostCycles(graph, rates) + graph.ticks * barrierCycles(target) + deliveries * linkCycles(target);
  for (let p = 0; p < phases.count; p++) {
    let most = 0;
    for (const load of loads) {
      most = Math.max(most, load[p]!);
      working += phases.ticks[p]! * load[p]!;
    }
    cycles += phases.ticks[p]! * most;
  }
  const { cores } = sources.assigned;
  const price = (event: EnergyEvent): number => target.energy[event]?.value ?? 0;
  const perDelivery = price('delivery') + HOPS * (price('linkHopEastWest') + price('routerTraversal'));
  const energyJ =
    networkEnergyJ(graph, rates, phases, price) +
    deliveries * perDelivery +
    working * price('activeCoreCycle') +
    Math.max(0, cores * cycles - working) * price('idleCoreCycle');
  return { cores, cycles, energyJ };
}

/** What cores are expected to do, tick by tick alike. */
export function expectedWork(graph: QuantisedGraph, { cores }: Sources, rates: PacketRates, target: Target): Work {
  const phases = phasesOf(graph);
  const perNeuron = graph.layers.map((layer, l) => {
    const firing = Math.max(1, ...phases.executed[l]!.map(({ ticks }) => ticks));
    return cyclesPerNeuron(tickCode(layer, graph), rateOf(rates, l), firing, target.timing);
  });
  const loads = cores.map(({ plan }) => {
    const load = new Float64Array(phases.count);
    addEvents(plan, graph, rates, phases, target, load);
    for (const { layer, box } of plan.tiles)
      perNeuron[layer]!.forEach((cycles, k) => {
        const neurons = box.channels * box.height * box.width;
        for (const phase of phases.executed[layer]![k]!.phases) load[phase]! += cycles * neurons;
      });
    return load;
  });
  return { phases, loads };
}

function addEvents(
  plan: CorePlan,
  graph: QuantisedGraph,
  rates: PacketRates,
  phases: Phases,
  { timing }: Target,
  load: Float64Array,
): void {
  for (const group of plan.groups) {
    const { layer, branch } = group.units[0]!;
    const when = phases.heard[layer]![graph.layers[layer]!.branches.indexOf(branch)]!;
    const { events, width } = activityOf(branch, rates, branch.source === INPUT ? 1 : when.ticks);
    const each = cyclesOfEvents(group, graph, timing);
    const { axons } = group;
    let cycles = 0;
    if (axons.kind === 'region') {
      const { region } = axons;
      each.forEach((cost, k) => {
        const x = k % region.width;
        cycles += region.channels * cost * events[(region.y0 + (k - x) / region.width) * width + region.x0 + x]!;
      });
    } else axons.sources.forEach((source, k) => (cycles += each[k]! * events[source % events.length]!));
    for (const phase of when.phases) load[phase]! += cycles;
  }
}

/** What no mapping changes: synapses visited and neurons updated. */
function networkEnergyJ(
  graph: QuantisedGraph,
  rates: PacketRates,
  phases: Phases,
  price: (event: EnergyEvent) => number,
): number {
  let joule = 0;
  graph.layers.forEach(({ shape, branches }, l) => {
    const neurons = shapeSize(shape);
    branches.forEach((branch, b) => {
      const { source, pool, operator } = branch;
      const inputs = operator.kind === 'dense' || operator.kind === 'conv' ? operator.weight.length / shape[0] : 1;
      const fan = operator.kind === 'dense' ? operator.weight.length / neurons : inputs;
      const { ticks } = phases.heard[l]![b]!;
      const { events } = activityOf(branch, rates, source === INPUT ? 1 : ticks);
      const visits = (neurons * fan * ticks * events.reduce((sum, each) => sum + each, 0)) / events.length;
      const adds = source === INPUT || pool[0] * pool[1] > 1 ? price('mac') : price('synop');
      joule += visits * (adds + graph.weightBits * price('synapseBitRead'));
    });
    const updates = Math.max(0, ...phases.executed[l]!.map(({ ticks }) => ticks));
    joule += neurons * (updates * price('neuronUpdateActive') + price('reset'));
  });
  return joule;
}

/** The input, a packet a cycle; the read-out, too. */
const hostCycles = ({ inputShape, layers }: QuantisedGraph, rates: PacketRates): number =>
  shapeSize(inputShape) * rates.input + shapeSize(layers.at(-1)!.shape);

const linkCycles = (target: Target): number => BUSIEST_LINK / Math.max(1, 4 * coreCount(target));
