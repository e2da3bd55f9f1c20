/** Writes the memories of every core: programs, parameters, synapses, axon groups and sink tables. */
import {
  bitsNeeded,
  boxSize,
  encodeProgram,
  failMisfit,
  shapeSize,
  signedRange,
  type AxonGroup,
  type Bounds,
  type Chip,
  type CoreImage,
  type Finishing,
  type InputEncoding,
  type MisfitReport,
  option,
  type Place,
  type Shape,
  type SinkRow,
  type Target,
} from '../../isa/index.ts';
import { axonCount } from '../layout/axons.ts';
import { fires, payloadsOf } from '../layer-neurons.ts';
import { coreNeeds, firstExcess, hearingGroups, sendingWords, sourceShape } from '../layout/core-needs.ts';
import type { PlannedCore, PlannedGroup } from '../layout/core-plan.ts';
import { groupBy } from '../layout/group-by.ts';
import { INPUT, type QuantisedGraph } from '../ir/layers.ts';
import type { Placed, SourceRun } from '../ir/mapped.ts';
import { checkLabels } from '../labels.ts';
import type { Mapped } from '../mapping/map-network.ts';
import type { Orders } from '../mapping/renumber.ts';
import type { BuildOptions } from '../options.ts';
import { pass } from '../pass.ts';
import { printJson } from '../print/print-json.ts';
import { must } from '../verify/rules.ts';
import { LARGEST_INPUT_PAYLOAD } from './encode-input.ts';
import { placementsOf } from './emit/placements.ts';
import { planesOf } from './emit/planes.ts';
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
  readonly after: readonly Finishing[];
}

/** The network as the cores hold it, and what its neurons are called outside. */
export interface LaidOut {
  readonly graph: QuantisedGraph;
  /** Layers whose neurons have new numbers. */
  readonly orders: Orders;
  /** Of all layers, before some were laid out as columns. */
  readonly shapes: readonly Shape[];
}

interface Needs {
  /** Names of the classes, where the network brings them. */
  readonly ann: { readonly labels?: readonly string[]; readonly after?: readonly Finishing[] };
  /** Absent where the network comes as populations. */
  readonly formed?: { readonly after: readonly Finishing[] };
  readonly encoding: InputEncoding;
  readonly quantised: { readonly graph: QuantisedGraph; readonly outputStep: number };
  readonly mapped: Mapped;
  readonly placed: Placed;
  readonly routed: Routed;
  readonly options: BuildOptions;
}

/**
 * @throws DiagnosticError E0103 where there are not as many class names as outputs; E0304..E0310, E0314, E0315 for what
 *   does not fit
 */
export const emitChipPass = pass({
  name: 'emit-chip',
  says: 'programs, parameters, synapses, sink tables',
  run: ({ ann, formed, encoding, quantised, mapped, placed, routed, options }: Needs) => {
    const { graph, outputStep } = quantised;
    const labels = options.labels ?? ann.labels ?? [];
    checkLabels(labels, shapeSize(graph.layers.at(-1)!.shape));
    const after = [...(formed?.after ?? []), ...(ann.after ?? [])];
    const shapes = graph.layers.map(({ shape }) => shape);
    const laidOut = { graph: mapped.planner.graph, orders: mapped.orders, shapes };
    return {
      emitted: emitChip(laidOut, placed, routed, { target: options.target, encoding, outputStep, labels, after }),
    };
  },
  print: ({ emitted }) => printJson(emitted),
  verify: ({ emitted: { cores, layers, placements } }, { routed }) => {
    const numbers = cores.map(({ core }) => core);
    must(String(numbers) === String(routed.cores.map(({ core }) => core)), 'every used core is written, and no other');
    const placed = layers.map(() => 0);
    for (const { layer, box } of placements) placed[layer]! += boxSize(box);
    layers.forEach(({ name, shape }, l) => {
      must(placed[l] === shapeSize(shape), 'every neuron of the layer has a place', name);
    });
  },
});

/** @throws DiagnosticError E0304..E0310, E0314, E0315 naming layers, core, limit and excess */
export function emitChip(laidOut: LaidOut, placed: Placed, routed: Routed, options: EmitOptions): Emitted {
  const { graph, shapes } = laidOut;
  const emitter = new Emitter(graph, placed.tiles, routed, options);
  const cores = routed.cores.map((core) => emitter.core(core));
  emitter.requireFit();
  const placements = routed.cores
    .flatMap(({ core, plan }) => plan.tiles.flatMap((tile) => placementsOf(laidOut, core, tile)))
    .sort((a, b) => a.layer - b.layer || a.core - b.core || a.firstNeuron - b.firstNeuron);
  const last = graph.layers.at(-1)!;
  return {
    cores,
    routes: routed.routes,
    input: {
      ...options.encoding,
      ...(graph.inputTicks !== undefined && graph.endless !== true && { ticks: graph.inputTicks }),
      ...(graph.stepTicks !== undefined && { stepTicks: graph.stepTicks }),
      parts: routed.runs.filter((run) => run.layer === INPUT && run.tree >= 0).map(({ tree, box }) => ({ tree, box })),
    },
    output: {
      shape: last.shape,
      step: options.outputStep,
      parts: [...routed.readTrees].map(([tile, tree]) => ({ tree, box: placed.tiles[tile]!.box })),
      labels: options.labels,
      ...(options.after.length > 0 && { after: options.after }),
    },
    layers: graph.layers.map((layer, l) => ({
      name: layer.name,
      shape: shapes[l]!,
      depth: layer.depth,
      fires: fires(layer),
    })),
    placements,
  };
}

/** A place names no more layers of a core than this. */
const LAYERS_SHOWN = 4;

class Emitter {
  readonly #graph: QuantisedGraph;
  readonly #tiles: Placed['tiles'];
  readonly #routed: Routed;
  readonly #options: EmitOptions;
  readonly #runsOfTile: ReadonlyMap<number, readonly SourceRun[]>;
  readonly #runsToCore: ReadonlyMap<number, readonly { readonly run: SourceRun }[]>;
  /** Of the first limit that a core exceeds, the core that exceeds it most. */
  #worst: MisfitReport | undefined;

  constructor(graph: QuantisedGraph, tiles: Placed['tiles'], routed: Routed, options: EmitOptions) {
    this.#graph = graph;
    this.#tiles = tiles;
    this.#routed = routed;
    this.#options = options;
    this.#runsOfTile = groupBy(routed.runs, ({ tile }) => tile);
    const heard = routed.runs.flatMap((run) => Array.from(run.listeners, (core) => ({ core, run })));
    this.#runsToCore = groupBy(heard, ({ core }) => core);
  }

  core(planned: PlannedCore): CoreImage {
    const graph = this.#graph;
    const { core, tiles, plan } = planned;
    const place = { layer: this.#layersOf(planned), core };
    const program = emitProgram({
      graph,
      plan,
      runsOf: ({ member }) => this.#runsOf(tiles[member]!),
      readTreeOf: ({ member }) => this.#routed.readTrees.get(tiles[member]!)!,
      place,
    });
    const { words, addresses } = encodeProgram(program.operations);
    const sinks: SinkRow[] = [];
    const lists: number[] = [];
    for (const { run } of this.#runsToCore.get(core) ?? [])
      for (const group of hearingGroups(graph, plan, run))
        sinks.push(emitSink(run, group, plan.groups.indexOf(group), sourceShape(graph, run.layer), lists));
    const sent = tiles.flatMap((tile) => this.#runsOf(tile));
    const traffic = { sendingWords: sendingWords(graph, sent), sinkRows: sinks.length, sinkListWords: lists.length };
    this.#check(planned, traffic, place);
    return {
      core,
      neuronCount: plan.neurons,
      axonCount: plan.axons,
      delaySlots: 1 + Math.max(0, ...plan.groups.map(({ units }) => units[0]!.branch.delay)),
      tickHandler: addresses[program.tickHandler]!,
      resetHandler: addresses[program.resetHandler]!,
      program: words,
      parameters: Int32Array.from(plan.parameters.flatMap(({ values }) => Array.from(values))),
      synapses: emitSynapses(graph, plan),
      ...planesOf(graph, plan),
      ...(program.touchHandler !== undefined && { touchHandler: addresses[program.touchHandler]! }),
      groups: plan.groups.map((group, g) => this.#group(group, addresses[program.handlers[g]!]!, place)),
      sinks,
      sinkLists: Uint32Array.from(lists),
    };
  }

  /** What a tile sends; without an end one of the output sends to the host. */
  #runsOf(tile: number): readonly SourceRun[] {
    const tree = this.#graph.endless === true ? this.#routed.readTrees.get(tile) : undefined;
    if (tree === undefined) return this.#runsOfTile.get(tile) ?? [];
    const { layer, box } = this.#tiles[tile]!;
    return [{ layer, tile, box, listeners: [], tree }];
  }

  #layersOf({ plan }: PlannedCore): string {
    const layers = [...new Set(plan.tiles.map(({ layer }) => this.#graph.layers[layer]!.name))];
    const more = layers.length > LAYERS_SHOWN ? ` and ${layers.length - LAYERS_SHOWN} more` : '';
    return layers.slice(0, LAYERS_SHOWN).join(', ') + more;
  }

  #group({ firstAxon, axons, units }: PlannedGroup, handler: number, place: Place): AxonGroup {
    const graph = this.#graph;
    const options = this.#options;
    const [lowest, highest] = signedRange(options.target.widths.payloadBits);
    const { branch } = units[0]!;
    const windows = branch.pool[0] * branch.pool[1];
    const [lowestInput, highestInput] = graph.inputRange;
    const { min, max } =
      branch.source === INPUT ? { min: lowestInput, max: highestInput } : payloadsOf(graph.layers[branch.source]!);
    const [payloadMin, payloadMax] = [min * windows, Math.min(max * windows, branch.clip ?? Infinity)];
    const isSeveral = branch.source !== INPUT && max > 1;
    const sent = isSeveral ? [`packets of up to ${max} spikes`] : [];
    const summed = isSeveral && windows === 1 ? [] : [`pooling windows of ${branch.pool.join('×')}`];
    if (payloadMin < lowest || payloadMax > highest)
      this.#misfit({
        code: 'E0304',
        message: `${[...summed, ...sent].join(' over ')} need payloads ${payloadMin}..${payloadMax}; axon counters of ${options.target.name} hold ${lowest}..${highest}`,
        figure: 'widths.payloadBits',
        needed: bitsNeeded(
          widened({ min: payloadMin, max: payloadMax }, branch.source === INPUT ? highest : LARGEST_INPUT_PAYLOAD),
        ),
        place,
        remedy: isSeveral
          ? `let the source fire less often in a step (spikesPerStep; of a NIR graph ${option('nirSpikes')}; of a conventional layer beside populations ${option('window')})`
          : 'pool in smaller steps with a ReLU between them',
      });
    return { firstAxon, axonCount: axonCount(axons), handler, payloadMin, payloadMax };
  }

  #check({ plan }: PlannedCore, traffic: Parameters<typeof coreNeeds>[1], place: Place): void {
    const { target } = this.#options;
    const excess = firstExcess(coreNeeds(plan, traffic), target);
    if (excess === undefined) return;
    const { what, needed, limit } = excess;
    const message = `the core needs ${needed} ${what}; ${target.name} has ${limit}, ${needed - limit} too few`;
    this.#misfit({ ...excess, message, place });
  }

  #misfit(report: MisfitReport): void {
    const worst = this.#worst;
    if (worst === undefined || (worst.figure === report.figure && worst.needed < report.needed)) this.#worst = report;
  }

  /** @throws DiagnosticError E0304, E0308, E0310 where a core did not fit */
  requireFit(): void {
    if (this.#worst !== undefined) failMisfit(this.#options.target, this.#worst);
  }
}

/** Payloads of a group on a target with wider counters: those of the input, cut to `highest` here, are wider there. */
function widened({ min, max }: Bounds, highest: number): Bounds {
  const scale = Math.max(1, LARGEST_INPUT_PAYLOAD / highest);
  return { min: Math.floor(min * scale), max: Math.ceil(max * scale) };
}
