/** Lays out the memories of cores (core-plan.ts) for the tiles that they hold. */
import { boxElement, boxSize, packedBytes, type Box, type Shape, type StoredBits } from '../../isa/index.ts';
import { axonCount, branchAxons, connectionsTo, groupSplit, type BranchAxons } from './axons.ts';
import { groupBy } from './group-by.ts';
import { joinGroups } from './axon-groups.ts';
import type {
  CorePlan,
  PlannedCore,
  PlannedRun,
  PlannedStep,
  PlannedTile,
  PlannedWindow,
  SynapseBlock,
  SynapticUnit,
  TickStep,
} from './core-plan.ts';
import { type LayerIndex, type QuantisedBranch, type QuantisedGraph, widthOf } from '../ir/layers.ts';
import type { Placed, Tile } from '../ir/mapped.ts';
import type { ResetInstruction, TickInstruction } from '../ir/neuron.ts';
import { precedes, ticksOf } from '../ir/program-time.ts';
import { codeOf, isByEvent } from '../layer-neurons.ts';
import { ParameterRuns } from './parameter-runs.ts';
import { tickCode } from './tick-code.ts';

/** Plans cores of one graph. It remembers what does not depend on the core, so planning a core costs little. */
export class CorePlanner {
  readonly graph: QuantisedGraph;
  readonly #runs: ParameterRuns;

  constructor(graph: QuantisedGraph) {
    this.graph = graph;
    this.#runs = new ParameterRuns(graph);
  }

  /**
   * @param members tiles of one core, in any order; their boxes do not overlap
   * @throws Error where a box cuts through channel groups (see isTile)
   */
  plan(members: readonly Tile[]): CorePlan {
    const tiles = orderTiles(members);
    const neurons = tiles.reduce((sum, { box }) => sum + boxSize(box), 0);
    const layers = byLayer(tiles);
    const { units, stored, bytes } = this.#units(layers);
    const groups = joinGroups(units, this.graph);
    const allocation = this.#runs.allocate();
    const windows = this.#windows(layers, allocation, false);
    const isEventMode =
      layers.some(({ layer }) => isByEvent(this.graph.layers[layer]!)) ||
      units.some(({ branch }) => branch.clip !== undefined);
    const touch = isEventMode ? this.#windows(layers, allocation, true) : undefined;
    const resets = this.#resets(tiles, allocation);
    return {
      tiles,
      neurons,
      room: Math.ceil(tiles.reduce((sum, { layer, box }) => sum + boxSize(box) * this.#room(layer), 0)),
      axons: groups.reduce((sum, { axons }) => sum + axonCount(axons), 0),
      groups,
      stored,
      synapseBytes: bytes,
      windows,
      touch,
      resets,
      parameters: allocation.stored(),
    };
  }

  #room(layer: LayerIndex): number {
    return codeOf(this.graph.layers[layer]!).room ?? 1;
  }

  #units(layers: readonly LayerTiles[]) {
    const units: SynapticUnit[] = [];
    const stored: SynapticUnit[] = [];
    const blocks = new Map<string, SynapseBlock>();
    let bytes = 0;
    for (const { layer, tiles } of layers) {
      const { branches, shape } = this.graph.layers[layer]!;
      const whole = tiles.map((tile) => [tile]);
      branches.forEach((branch, b) => {
        const together = branch.operator.kind === 'dense' || branch.operator.kind === 'sparse';
        for (const part of together ? [tiles] : whole) {
          const boxes = part.map(({ box }) => box);
          const axons = branchAxons(branch, shape, boxes);
          if (axons === undefined) continue;
          const { c0, channels } = boxes[0]!;
          const key = `${layer} ${b} ${together ? '' : `${c0} ${channels}`}`;
          const known = blocks.get(key);
          const synapses = known ?? {
            address: bytes,
            ...synapseLayout(branch, shape, boxes, axons, widthOf(this.graph, branch)),
          };
          const neurons = boxes.reduce((sum, box) => sum + boxSize(box), 0);
          const unit = { layer, branch, tiles: part, firstNeuron: part[0]!.firstNeuron, neurons, axons, synapses };
          units.push(unit);
          if (known !== undefined) continue;
          blocks.set(key, synapses);
          stored.push(unit);
          bytes += synapses.bytes;
        }
      });
    }
    return { units, stored, bytes };
  }

  /** @param touched whether they are those of the touch handler, and not of the tick handler */
  #windows(layers: readonly LayerTiles[], allocation: Allocation, touched: boolean): PlannedWindow[] {
    const { graph } = this;
    const windows = new Map<string, { readonly start: number; readonly length: number; steps: Growing<TickStep>[] }>();
    const stepsIn = (start: number, length: number): Growing<TickStep>[] => {
      const key = `${start} ${length}`;
      let window = windows.get(key);
      if (window === undefined) windows.set(key, (window = { start, length, steps: [] }));
      return window.steps;
    };
    const last: Growing<TickStep>[] = [];
    for (const { layer: index, tiles } of layers) {
      const layer = graph.layers[index]!;
      const { depth } = layer;
      for (const instruction of tickCode(layer, graph)) {
        const { when } = instruction;
        if ((when === 'touched') !== touched) continue;
        const { start, length } = ticksOf(when, { depth, window: graph.window, ticks: graph.ticks });
        if (length > 0) addSteps(when === 'last' ? last : stepsIn(start, length), instruction, tiles, allocation);
      }
    }
    const { stepTicks = 1 } = graph;
    const planned: PlannedWindow[] = [...windows.values()]
      .filter(({ steps }) => steps.length > 0)
      .sort((a, b) => (precedes(a, b) ? -1 : Number(precedes(b, a))))
      .map(({ start, length, steps }) => ({
        start: Math.max(0, start),
        length: length + Math.min(0, start),
        stepTicks,
        steps,
      }));
    if (last.length > 0) planned.push({ start: graph.ticks - 1, length: 1, stepTicks: 1, steps: last });
    return planned;
  }

  #resets(tiles: readonly PlannedTile[], allocation: Allocation): PlannedStep<ResetInstruction>[] {
    const resets: Growing<PlannedStep<ResetInstruction>>[] = [];
    for (const tile of tiles)
      for (const instruction of codeOf(this.graph.layers[tile.layer]!).reset) {
        const step = stepOf(instruction, tile, allocation, false);
        if (step !== undefined) addStep(resets, 0, step);
      }
    return resets;
  }
}

type Allocation = ReturnType<ParameterRuns['allocate']>;

/** A step while its core is planned. */
type Growing<S extends PlannedStep<unknown>> = S & { count: number };

/** An instruction on the neurons of a tile; undefined where it would do nothing. */
function stepOf<I extends TickInstruction | ResetInstruction>(
  instruction: I,
  tile: PlannedTile,
  allocation: Allocation,
  idleAtZero: boolean,
): Growing<PlannedStep<I> & { readonly tile: PlannedTile }> | undefined {
  const { parameters } = instruction;
  const runs: PlannedRun[] = [];
  for (let k = 0; k < parameters.length; k++) {
    const run = allocation.run(parameters[k]!, tile, idleAtZero && k === 0);
    if (run === undefined) return undefined;
    runs.push(run);
  }
  return { instruction, first: tile.firstNeuron, count: boxSize(tile.box), runs, tile };
}

/** Adds an instruction on the tiles of a layer. */
function addSteps(
  steps: Growing<TickStep>[],
  instruction: TickInstruction,
  tiles: readonly PlannedTile[],
  allocation: Allocation,
): void {
  const own = steps.length;
  for (const tile of tiles) {
    const step = stepOf(instruction, tile, allocation, instruction.idleAtZero);
    if (step === undefined) continue;
    if (instruction.covers === 'neurons') addStep(steps, own, step);
    else steps.push(step);
  }
}

/** Adds a step; neighbouring ones with the same runs, from `own` on, become one: every step is a multiple of its runs. */
function addStep<S extends Growing<PlannedStep<unknown>>>(steps: S[], own: number, step: S): void {
  const last = steps.length > own ? steps.at(-1) : undefined;
  if (last !== undefined && continues(last, step)) last.count += step.count;
  else steps.push(step);
}

const continues = (last: PlannedStep<unknown>, { instruction, first, runs }: PlannedStep<unknown>): boolean =>
  last.instruction === instruction && last.first + last.count === first && runs.every((run, k) => last.runs[k] === run);

/** Plans every core that holds a tile, ascending. */
export function planCores(planner: CorePlanner, { tiles, coreOf }: Pick<Placed, 'tiles' | 'coreOf'>): PlannedCore[] {
  const members = groupBy(coreOf.keys(), (tile) => coreOf[tile]!);
  return [...members]
    .sort(([a], [b]) => a - b)
    .map(([core, held]) => ({ core, tiles: held, plan: planner.plan(held.map((tile) => tiles[tile]!)) }));
}

/** By layer, so that layers are together; by channels, so that tiles with equal parameters follow each other. */
function orderTiles(members: readonly Tile[]): PlannedTile[] {
  const order = members.map(({ layer, box }, member) => ({ layer, box, member }));
  order.sort(
    (a, b) =>
      a.layer - b.layer ||
      a.box.c0 - b.box.c0 ||
      a.box.channels - b.box.channels ||
      a.box.y0 - b.box.y0 ||
      a.box.x0 - b.box.x0,
  );
  let firstNeuron = 0;
  return order.map((tile) => {
    const planned = { ...tile, firstNeuron };
    firstNeuron += boxSize(tile.box);
    return planned;
  });
}

interface LayerTiles {
  readonly layer: LayerIndex;
  readonly tiles: readonly PlannedTile[];
}

function byLayer(tiles: readonly PlannedTile[]): LayerTiles[] {
  const layers: { layer: LayerIndex; tiles: PlannedTile[] }[] = [];
  for (const tile of tiles) {
    const last = layers.at(-1);
    if (last?.layer === tile.layer) last.tiles.push(tile);
    else layers.push({ layer: tile.layer, tiles: [tile] });
  }
  return layers;
}

const align = (bytes: number): number => 4 * Math.ceil(bytes / 4);

function synapseLayout(
  branch: QuantisedBranch,
  layer: Shape,
  boxes: readonly Box[],
  axons: BranchAxons,
  bits: StoredBits,
): Omit<SynapseBlock, 'address'> {
  const plain = (bytes: number) => ({ bytes: align(bytes), targetsAt: 0, weightsAt: 0 });
  const { operator } = branch;
  const box = boxes[0]!;
  switch (operator.kind) {
    case 'conv': {
      const split = groupSplit(operator, branch.pooled[0], layer[0], box)!;
      const run = packedBytes(box.channels / split.groups, bits);
      return plain(split.inputs * operator.kernel[0] * operator.kernel[1] * run);
    }
    case 'dense': {
      const count = boxes.reduce((sum, tile) => sum + boxSize(tile), 0);
      return plain(axonCount(axons) * packedBytes(count, bits));
    }
    case 'diagonal':
      return plain(packedBytes(box.channels, bits));
    case 'sparse': {
      let entries = 0;
      for (const tile of boxes)
        for (let k = 0; k < boxSize(tile); k++) {
          const [first, end] = connectionsTo(operator.post, boxElement(tile, layer, k));
          entries += end - first;
        }
      const targetsAt = 4 * (axonCount(axons) + 1);
      const weightsAt = align(targetsAt + 2 * entries);
      return { bytes: align(weightsAt + packedBytes(entries, bits)), targetsAt, weightsAt };
    }
  }
}
