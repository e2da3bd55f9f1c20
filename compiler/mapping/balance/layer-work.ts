/**
 * The work of any box of a layer, from tables: expected events of what it hears, halo included, and the synapses that they visit.
 * A box is looked up in constant time, so that many cuts can be tried.
 */
import { boxSize, type Box, type Target } from '../../../isa/index.ts';
import {
  INPUT,
  type LayerIndex,
  type QuantisedBranch,
  type QuantisedGraph,
  type QuantisedLayer,
} from '../../ir/layers.ts';
import type { PacketRates } from '../../ir/rates.ts';
import { branchAxons, connectionsTo } from '../../layout/axons.ts';
import { regionKey } from '../../layout/axon-groups.ts';
import { rateOf } from '../../layout/packet-rates.ts';
import { tickCode } from '../../layout/tick-code.ts';
import { activityOf, type Activity } from './activity.ts';
import { cyclesOfUnit, tapsAlong } from './event-cycles.ts';
import type { Phases, When } from './phases.ts';
import type { Hearing } from './piece.ts';
import { cyclesPerNeuron } from './update-cycles.ts';

/** Sums of a grid: `sum` of any rectangle in constant time. */
class AreaTable {
  readonly #width: number;
  readonly #sums: Float64Array;

  constructor(height: number, width: number, at: (y: number, x: number) => number) {
    this.#width = width + 1;
    this.#sums = new Float64Array((height + 1) * this.#width);
    for (let y = 0; y < height; y++) {
      let row = 0;
      for (let x = 0; x < width; x++) {
        row += at(y, x);
        this.#sums[(y + 1) * this.#width + x + 1] = this.#sums[y * this.#width + x + 1]! + row;
      }
    }
  }

  sum(y0: number, x0: number, height: number, width: number): number {
    const [top, bottom] = [y0 * this.#width, (y0 + height) * this.#width];
    const sums = this.#sums;
    return sums[bottom + x0 + width]! - sums[bottom + x0]! - sums[top + x0 + width]! + sums[top + x0]!;
  }
}

/** Events of all channels of a region. @param events of one channel */
const eventsIn = ({ channels, y0, x0, height, width }: Box, events: AreaTable): number =>
  channels * events.sum(y0, x0, height, width);

interface BranchWork {
  readonly branch: QuantisedBranch;
  readonly when: When;
  /** Events a channel by place of the pooled source; taps (entries) that they meet by place of the layer. */
  readonly events: AreaTable;
  readonly met: AreaTable;
}

/** Cycles of a tick in which something is heard or executed. */
export interface Share {
  readonly cycles: number;
  /** Packets that are delivered for it, in a tick. */
  readonly packets: number;
  readonly when: When;
}

export class LayerWork {
  readonly layer: QuantisedLayer;
  readonly #index: LayerIndex;
  readonly #target: Target;
  readonly #branches: readonly BranchWork[];
  readonly #updates: readonly { readonly when: When; readonly perNeuron: number }[];

  constructor(graph: QuantisedGraph, l: LayerIndex, rates: PacketRates, phases: Phases, target: Target) {
    this.layer = graph.layers[l]!;
    this.#index = l;
    this.#target = target;
    this.#branches = this.layer.branches.map((branch, b) => {
      const when = phases.heard[l]![b]!;
      const activity = activityOf(branch, rates, branch.source === INPUT ? 1 : when.ticks);
      const { height, width, events } = activity;
      const meets = metBy(this.layer, branch, activity);
      return {
        ...{ branch, when },
        events: new AreaTable(height, width, (y, x) => events[y * width + x]!),
        met: new AreaTable(this.layer.shape[1], this.layer.shape[2], meets),
      };
    });
    const firing = Math.max(1, ...phases.executed[l]!.map(({ ticks }) => ticks));
    const perNeuron = cyclesPerNeuron(tickCode(this.layer, graph), rateOf(rates, l), firing, target.timing);
    this.#updates = perNeuron.map((cycles, k) => ({ when: phases.executed[l]![k]!, perNeuron: cycles }));
  }

  /** Cycles of the ticks in which there is something to do for a box. */
  shares(box: Box): Share[] {
    const shares: Share[] = [];
    for (const work of this.#branches) {
      const { cycles, packets } = this.#heard(work, box);
      shares.push({ cycles, packets, when: work.when });
    }
    const neurons = boxSize(box);
    for (const { when, perNeuron } of this.#updates)
      if (when.ticks > 0) shares.push({ cycles: perNeuron * neurons, packets: 0, when });
    return shares;
  }

  /** Regions that a box hears, as far as others can share their axons. */
  hears(box: Box): Hearing[] {
    return this.#branches.flatMap(({ branch, when, events }): Hearing[] => {
      if (branch.operator.kind === 'sparse' || branch.operator.kind === 'diagonal') return [];
      const axons = branchAxons(branch, this.layer.shape, [box]);
      if (axons?.kind !== 'region') return [];
      const { eventCycles } = this.#target.timing;
      return [
        {
          ...{ key: regionKey(this.#index, this.layer, branch, axons.region), region: axons.region },
          phases: when.phases,
          fetchCycles: (part) => eventsIn(part, events) * eventCycles.value,
        },
      ];
    });
  }

  /** Cycles of an inference for a box. */
  total(box: Box): number {
    let sum = 0;
    for (const { cycles, when } of this.shares(box)) sum += cycles * when.ticks;
    return sum;
  }

  /** In proportion to what a place of the layer has to do, halo left out: what a cut goes by. */
  weightAt(y: number, x: number, height: number, width: number): number {
    const [channels] = this.layer.shape;
    // Where nothing is expected, places still count.
    let sum = 1e-6 * height * width;
    for (const { branch, met, when } of this.#branches) {
      const box = { c0: 0, y0: y, x0: x, channels, height, width };
      sum += when.ticks * met.sum(y, x, height, width) * this.#perTap(branch, box) * branch.pooled[0];
    }
    for (const { when, perNeuron } of this.#updates) sum += when.ticks * perNeuron * channels * height * width;
    return sum;
  }

  #perTap(branch: QuantisedBranch, box: Box): number {
    return branch.operator.kind === 'dense' ? 0 : cyclesOfUnit(branch, this.layer.shape, box, 1, this.#target.timing);
  }

  #heard({ branch, events, met }: BranchWork, box: Box): { readonly cycles: number; readonly packets: number } {
    const { timing } = this.#target;
    const { shape } = this.layer;
    const { operator } = branch;
    const places = met.sum(box.y0, box.x0, box.height, box.width);
    if (operator.kind === 'sparse') {
      const count = places * box.channels;
      return { cycles: count * (timing.eventCycles.value + timing.laneCycles.value), packets: count };
    }
    const axons = branchAxons(branch, shape, [box]);
    if (axons?.kind !== 'region') return { cycles: 0, packets: 0 };
    const { channels } = axons.region;
    const count = eventsIn(axons.region, events);
    const each = cyclesOfUnit(branch, shape, box, boxSize(box), timing);
    const visits = operator.kind === 'conv' ? channels * places : count;
    return { cycles: count * timing.eventCycles.value + visits * each, packets: count };
  }
}

/** Expected taps or list entries with an event, a channel of the source, by place of the layer. */
function metBy(
  { shape }: QuantisedLayer,
  { operator }: QuantisedBranch,
  { events, height, width }: Activity,
): (y: number, x: number) => number {
  switch (operator.kind) {
    case 'conv': {
      const rows = Array.from({ length: shape[1] }, (_, y) => tapsAlong(operator, 0, y, 1, 0, height));
      const columns = Array.from({ length: shape[2] }, (_, x) => tapsAlong(operator, 1, x, 1, 0, width));
      return (y, x) => {
        let sum = 0;
        rows[y]!.forEach((taps, sy) => {
          if (taps === 0) return;
          columns[x]!.forEach((across, sx) => (sum += taps * across * events[sy * width + sx]!));
        });
        return sum;
      };
    }
    case 'sparse': {
      const mean = events.reduce((a, b) => a + b, 0) / Math.max(1, events.length);
      const places = shape[1] * shape[2];
      return (y, x) => {
        let entries = 0;
        for (let c = 0; c < shape[0]; c++) {
          const [first, end] = connectionsTo(operator.post, c * places + y * shape[2] + x);
          entries += end - first;
        }
        return (mean * entries) / shape[0];
      };
    }
    default:
      return (y, x) => events[Math.min(events.length - 1, y * width + x)] ?? 0;
  }
}
