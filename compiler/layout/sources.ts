/** Finds out who hears whom. Consecutive rows of a source tile with the same listeners share a tree. */
import { fires } from '../layer-neurons.ts';
import { boxSize, wholeBox, type Box } from '../../isa/index.ts';
import { INPUT, type LayerIndex } from '../ir/layers.ts';
import type { Assigned, SourceRun } from '../ir/mapped.ts';
import type { PacketRates } from '../ir/rates.ts';
import type { PlannedCore } from './core-plan.ts';
import { joinRuns } from './join-runs.ts';
import { Listeners } from './listeners.ts';
import { rateOf } from './packet-rates.ts';
import { type CorePlanner, planCores } from './plan-cores.ts';

/** Who sends what to whom, wherever it will be placed: cores are numbered as assigned. */
export interface Sources {
  readonly assigned: Assigned;
  /** Used cores, ascending. */
  readonly cores: readonly PlannedCore[];
  /** Every firing tile's rows and the input's rows, cut where the listeners change; tile by tile, the input first. */
  readonly runs: readonly SourceRun[];
  /** Tree of the read-out of each tile of the last layer, by tile index. */
  readonly readTrees: ReadonlyMap<number, number>;
  readonly trees: number;
}

/** Numbers the trees: those of the runs that somebody hears, and those of the read-outs. */
export function findSources(planner: CorePlanner, assigned: Assigned): Sources {
  const { graph } = planner;
  const cores = planCores(planner, assigned);
  const listeners = new Listeners(graph, cores);
  const runs: SourceRun[] = [];
  let trees = 0;
  const addRuns = (layer: LayerIndex, tile: number, box: Box): void => {
    const found = [...listeners.runsOf(layer, box)];
    for (const run of tile < 0 ? found : joinRuns(found, assigned.mostRuns))
      runs.push({ layer, tile, ...run, tree: run.listeners.length === 0 ? -1 : trees++ });
  };
  addRuns(INPUT, -1, wholeBox(graph.inputShape));
  const readTrees = new Map<number, number>();
  assigned.tiles.forEach(({ layer, box }, k) => {
    // Without an end the last layer sends its spikes where others send their potentials at the end.
    const isOutput = graph.endless === true && layer === graph.layers.length - 1;
    if (fires(graph.layers[layer]!) && !isOutput) addRuns(layer, k, box);
    else readTrees.set(k, trees++);
  });
  return { assigned, cores, runs, readTrees, trees };
}

/** The runs that each assigned core sends, and those that it hears. */
export function runsByCore({ assigned, runs }: Sources): { sent: SourceRun[][]; heard: SourceRun[][] } {
  const empty = (): SourceRun[][] => Array.from({ length: assigned.cores }, () => []);
  const [sent, heard] = [empty(), empty()];
  for (const run of runs) {
    if (run.layer !== INPUT) sent[assigned.coreOf[run.tile]!]!.push(run);
    for (const core of run.listeners) heard[core]!.push(run);
  }
  return { sent, heard };
}

/** Mean packets per inference of each tree. A read-out sends one packet per neuron. */
export function packetsPerTree({ assigned, runs, readTrees, trees }: Sources, rates: PacketRates): Float64Array {
  const packets = new Float64Array(trees);
  for (const { tree, layer, box } of runs) if (tree >= 0) packets[tree] = boxSize(box) * rateOf(rates, layer);
  for (const [tile, tree] of readTrees) packets[tree] = boxSize(assigned.tiles[tile]!.box);
  return packets;
}
