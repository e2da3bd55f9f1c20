/** Writes the memories of every core: programs, parameters, synapses, axon groups and sink tables. */
import {
  bitsNeeded,
  boxSize,
  encodeProgram,
  failMisfit,
  figureOf,
  signedRange,
  type AxonGroup,
  type Bounds,
  type Chip,
  type CoreImage,
  type InputEncoding,
  type MisfitReport,
  type SinkRow,
  type Target,
  type TargetFigure,
} from '../../isa/index.ts';
import { INPUT, type QuantisedGraph } from '../ir/layers.ts';
import type { Placed, SourceRun } from '../ir/mapped.ts';
import { axonCount } from '../ir/tile.ts';
import { LARGEST_INPUT_PAYLOAD } from './encode-input.ts';
import { emitProgram } from './emit/program.ts';
import { emitSink } from './emit/sinks.ts';
import { emitSynapses } from './emit/synapses.ts';
import type { Routed } from './route-trees.ts';

/** The parts of a chip that follow from the mapping. */
export type Emitted = Pick<Chip, 'cores' | 'routes' | 'input' | 'output' | 'layers' | 'placements'>;

export interface EmitOptions {
  readonly target: Target;
  readonly encoding: InputEncoding;
  readonly outputStep: number;
  readonly labels: readonly string[];
}

/** @throws DiagnosticError E0304, E0308, E0310 naming layer, core, limit and excess */
export function emitChip(graph: QuantisedGraph, placed: Placed, routed: Routed, options: EmitOptions): Emitted {
  const emitter = new Emitter(graph, placed, routed, options);
  const cores = placed.tiles.map((_, k) => emitter.core(k)).sort((a, b) => a.core - b.core);
  emitter.requireFit();
  const placements = placed.tiles
    .map((tile, k) => ({ layer: tile.layer, core: placed.coreOf[k]!, firstNeuron: 0, box: tile.box }))
    .sort((a, b) => a.layer - b.layer || a.core - b.core);
  const last = graph.layers.at(-1)!;
  return {
    cores,
    routes: routed.routes,
    input: {
      ...options.encoding,
      parts: routed.runs.filter((run) => run.layer === INPUT && run.tree >= 0).map(({ tree, box }) => ({ tree, box })),
    },
    output: {
      shape: last.shape,
      step: options.outputStep,
      parts: [...routed.readTrees].map(([tile, tree]) => ({ tree, box: placed.tiles[tile]!.box })),
      labels: options.labels,
    },
    layers: graph.layers.map(({ name, shape, depth, fires }) => ({ name, shape, depth, fires })),
    placements,
  };
}

class Emitter {
  private readonly graph: QuantisedGraph;
  private readonly placed: Placed;
  private readonly routed: Routed;
  private readonly options: EmitOptions;
  private readonly runsOfTile = new Map<number, SourceRun[]>();
  private readonly runsToTile = new Map<number, SourceRun[]>();
  /** Of the first limit that a core exceeds, the core that exceeds it most. */
  private worst: MisfitReport | undefined;

  constructor(graph: QuantisedGraph, placed: Placed, routed: Routed, options: EmitOptions) {
    this.graph = graph;
    this.placed = placed;
    this.routed = routed;
    this.options = options;
    for (const run of routed.runs) {
      append(this.runsOfTile, run.tile, run);
      for (const listener of run.listeners) append(this.runsToTile, listener, run);
    }
  }

  core(index: number): CoreImage {
    const { graph, placed } = this;
    const tile = placed.tiles[index]!;
    const layer = graph.layers[tile.layer]!;
    const core = placed.coreOf[index]!;
    const place = { layer: layer.name, core };
    // A branch that sees nothing but padding has no axons, and no group.
    const branches = layer.branches
      .map((branch, b) => ({ branch, axons: tile.axons[b]! }))
      .filter(({ axons }) => axonCount(axons) > 0);

    const synapses = emitSynapses(branches, layer.shape, tile.box, graph.weightBits);
    const program = emitProgram({
      graph,
      layer,
      box: tile.box,
      branches,
      addresses: synapses.addresses,
      runs: this.runsOfTile.get(index) ?? [],
      readTree: this.routed.readTrees.get(index),
    });
    const { words, addresses } = encodeProgram(program.operations);
    this.check('E0308', 'program words', 'limits.programWords', words.length, place);

    const groups = this.groups(
      branches,
      program.handlers.map((at) => addresses[at]!),
      place,
    );
    const sinks: SinkRow[] = [];
    const lists: number[] = [];
    for (const run of this.runsToTile.get(index) ?? [])
      branches.forEach(({ branch, axons }, group) => {
        if (branch.source !== run.layer) return;
        const shape = run.layer === INPUT ? graph.inputShape : graph.layers[run.layer]!.shape;
        const row = emitSink(run, branch, axons, group, shape, lists);
        if (row !== undefined) sinks.push(row);
      });
    this.check('E0310', 'sink rows', 'limits.sinkRows', sinks.length, place);
    this.check('E0310', 'words of sink lists', 'limits.sinkListWords', lists.length, place);
    return {
      core,
      neuronCount: boxSize(tile.box),
      axonCount: groups.reduce((sum, group) => sum + group.axonCount, 0),
      delaySlots: 1 + Math.max(0, ...branches.map(({ branch }) => branch.delay)),
      tickHandler: addresses[program.tickHandler]!,
      resetHandler: addresses[program.resetHandler]!,
      program: words,
      parameters: program.parameters,
      synapses: synapses.memory,
      groups,
      sinks,
      sinkLists: Uint32Array.from(lists),
    };
  }

  private groups(
    branches: readonly { branch: SourceBranch; axons: Parameters<typeof axonCount>[0] }[],
    handlers: readonly number[],
    place: { layer: string; core: number },
  ): AxonGroup[] {
    const { graph, options } = this;
    const [lowest, highest] = signedRange(options.target.widths.payloadBits);
    let firstAxon = 0;
    return branches.map(({ branch, axons }, b) => {
      const windows = branch.pool[0] * branch.pool[1];
      const [min, max] = branch.source === INPUT ? graph.inputRange : [0, 1];
      const group: AxonGroup = {
        firstAxon,
        axonCount: axonCount(axons),
        handler: handlers[b]!,
        payloadMin: min * windows,
        payloadMax: max * windows,
      };
      if (group.payloadMin < lowest || group.payloadMax > highest)
        this.misfit({
          code: 'E0304',
          message: `pooling windows of ${branch.pool.join('×')} need payloads ${group.payloadMin}..${group.payloadMax}; axon counters of ${options.target.name} hold ${lowest}..${highest}`,
          figure: 'widths.payloadBits',
          needed: bitsNeeded(widened(group, branch.source === INPUT ? highest : LARGEST_INPUT_PAYLOAD)),
          place,
          remedy: 'pool in smaller steps with a ReLU between them',
        });
      firstAxon += group.axonCount;
      return group;
    });
  }

  private check(
    code: 'E0308' | 'E0310',
    what: string,
    figure: TargetFigure,
    needed: number,
    place: { layer: string; core: number },
  ): void {
    const { target } = this.options;
    const limit = figureOf(target, figure);
    if (needed <= limit) return;
    this.misfit({
      code,
      message: `the core needs ${needed} ${what}; ${target.name} has ${limit}, ${needed - limit} too few`,
      figure,
      needed,
      place,
      remedy: 'use a smaller layer before this one',
    });
  }

  private misfit(report: MisfitReport): void {
    const { worst } = this;
    if (worst === undefined || (worst.figure === report.figure && worst.needed < report.needed)) this.worst = report;
  }

  /** @throws DiagnosticError E0304, E0308, E0310 where a core did not fit */
  requireFit(): void {
    if (this.worst !== undefined) failMisfit(this.options.target, this.worst);
  }
}

/** Payloads of a group on a target with wider counters: those of the input, cut to `highest` here, are wider there. */
function widened({ payloadMin, payloadMax }: AxonGroup, highest: number): Bounds {
  const scale = Math.max(1, LARGEST_INPUT_PAYLOAD / highest);
  return { min: Math.floor(payloadMin * scale), max: Math.ceil(payloadMax * scale) };
}

type SourceBranch = QuantisedGraph['layers'][number]['branches'][number];

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
