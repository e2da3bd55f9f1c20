/** The program of one core: an event handler per axon group, the tick handler, the reset handler, and in event mode the touch handler. */
import {
  boxSize,
  ENDLESS_TICKS,
  fail,
  fieldRange,
  NO_TREE,
  operationFields,
  operationLength,
  WIDTH_CODES,
  type Operation,
  type Place,
} from '../../../isa/index.ts';
import { groupSplit } from '../../layout/axons.ts';
import { EVENT_OPERATION } from '../../layout/core-needs.ts';
import type {
  CorePlan,
  PlannedGroup,
  PlannedRun,
  PlannedStep,
  PlannedTile,
  PlannedWindow,
  SynapticUnit,
  TickStep,
} from '../../layout/core-plan.ts';
import type { ResetInstruction, Site, TickInstruction } from '../../ir/neuron.ts';
import { type QuantisedGraph, widthOf } from '../../ir/layers.ts';
import { planeFed } from '../../layer-neurons.ts';
import type { SourceRun } from '../../ir/mapped.ts';

export interface ProgramRequest {
  readonly graph: QuantisedGraph;
  readonly plan: CorePlan;
  /** Runs of rows of a tile that fire, in order. */
  readonly runsOf: (tile: PlannedTile) => readonly SourceRun[];
  /** Tree to the host, for a tile of the read-out. */
  readonly readTreeOf: (tile: PlannedTile) => number;
  readonly place: Place;
}

export interface CoreProgram {
  readonly operations: readonly Operation[];
  /** Index of the first operation of each event handler, of the tick handler and of the reset handler. */
  readonly handlers: readonly number[];
  readonly tickHandler: number;
  readonly resetHandler: number;
  /** undefined where the core is not in event mode. */
  readonly touchHandler: number | undefined;
}

/** Code of the width beside which an instruction can be wide. */
const WIDEST = WIDTH_CODES.length - 1;

const END: Operation = { op: 'END', fields: {} };

/** @throws DiagnosticError E0315 where a size exceeds its instruction field */
export function emitProgram(request: ProgramRequest): CoreProgram {
  const { graph, plan, place } = request;
  const operations: Operation[] = [];
  const handlers = plan.groups.map((group) => {
    const first = operations.length;
    operations.push(...group.units.map((unit) => eventOperation(graph, group, unit)), END);
    return first;
  });
  const tickHandler = operations.length;
  operations.push(...gatedOperations(plan.windows, request), END);
  const touchHandler = plan.touch && operations.length;
  if (plan.touch !== undefined) operations.push(...gatedOperations(plan.touch, request), END);
  const resetHandler = operations.length;
  operations.push(...plan.resets.map((step) => step.instruction.operation(siteOf(step, NO_TREE))), END);
  for (const operation of operations) checkFields(operation, place);
  return { operations, handlers, tickHandler, resetHandler, touchHandler };
}

type Step = PlannedStep<TickInstruction | ResetInstruction>;

/** Where the values of a step lie: the first of `count` neurons that begin `before` neurons behind those of the step. */
function sitesOf(
  { instruction, runs }: Step,
  before: number,
  count: number,
  isPerNeuron: (run: PlannedRun) => boolean,
) {
  const sites = instruction.parameters.map((name, k) => {
    const run = runs[k]!;
    const own = isPerNeuron(run);
    return [name, { address: run.address + (own ? before : 0), period: own ? count : run.values.length }] as const;
  });
  return Object.fromEntries(sites);
}

/** All neurons of a step. */
const siteOf = (step: Step, tree: number): Site => ({
  first: step.first,
  count: step.count,
  runs: sitesOf(step, 0, step.count, () => false),
  tree,
});

const gatedOperations = (windows: readonly PlannedWindow[], request: ProgramRequest): Operation[] =>
  windows.flatMap(({ start, length: planned, stepTicks, steps }): Operation[] => {
    const length = request.graph.endless === true ? ENDLESS_TICKS - start : planned;
    const body = steps.flatMap((step) => tickOperations(step, request));
    const skip = body.reduce((words, { op }) => words + operationLength(op), 0);
    const gate: Operation =
      stepTicks > 1
        ? { op: 'EVERY', fields: { skip, start, length: 1, period: stepTicks, times: length } }
        : { op: 'WINDOW', fields: { skip, start, length } };
    return [gate, ...body];
  });

function tickOperations(step: TickStep, { runsOf, readTreeOf }: ProgramRequest): Operation[] {
  const { instruction, tile } = step;
  switch (instruction.covers) {
    case 'neurons':
      return [instruction.operation(siteOf(step, NO_TREE))];
    case 'tile':
      return [instruction.operation(siteOf(step, readTreeOf(tile)))];
    case 'listeners':
      return runsOf(tile).map((source) => instruction.operation(sendingSite(step, source)));
  }
}

/** A run begins with a row: with the first of the values of channels, or with its own where every neuron has one. */
function sendingSite(step: TickStep, source: SourceRun): Site {
  const { box } = step.tile;
  const before = (source.box.y0 - box.y0) * box.width * box.channels;
  const count = boxSize(source.box);
  return {
    first: step.first + before,
    count,
    runs: sitesOf(step, before, count, ({ values }) => values.length > box.channels),
    tree: source.tree < 0 ? NO_TREE : source.tree,
  };
}

function eventOperation(graph: QuantisedGraph, group: PlannedGroup, unit: SynapticUnit): Operation {
  const { branch, synapses, firstNeuron: first, neurons: count } = unit;
  const { operator } = branch;
  const bits = widthOf(graph, branch);
  const weights = synapses.address;
  const synaptic = {
    destination: planeFed(branch) % 2,
    width: bits === 16 ? WIDEST : WIDTH_CODES.indexOf(bits),
    shift: branch.shift,
    bank: Math.floor(planeFed(branch) / 2),
    unsigned: 0,
    wide: Number(bits === 16),
  };
  switch (operator.kind) {
    case 'dense':
      return { op: EVENT_OPERATION.dense, fields: { ...synaptic, first, count, weights } };
    case 'diagonal': {
      const period = unit.tiles[0]!.box.channels;
      return { op: EVENT_OPERATION.diagonal, fields: { ...synaptic, first, count, period, reserved: 0, weights } };
    }
    case 'sparse': {
      const [rows, targets] = [weights, weights + synapses.targetsAt];
      const fields = { ...synaptic, first, count, rows, targets, weights: weights + synapses.weightsAt };
      return { op: EVENT_OPERATION.sparse, fields };
    }
    case 'conv':
      return { op: EVENT_OPERATION.conv, fields: { ...synaptic, ...convolutionFields(graph, group, unit), weights } };
  }
}

/** The tile computes its part of the layer from an axon region that may be larger than what it hears. */
function convolutionFields(graph: QuantisedGraph, group: PlannedGroup, unit: SynapticUnit) {
  const { branch, layer, firstNeuron, tiles } = unit;
  const { operator } = branch;
  if (operator.kind !== 'conv' || group.axons.kind !== 'region') throw new Error('a convolution hears a region');
  const { box } = tiles[0]!;
  const { region } = group.axons;
  const split = groupSplit(operator, branch.pooled[0], graph.layers[layer]!.shape[0], box)!;
  return {
    first: firstNeuron,
    groups: split.groups,
    outHeight: box.height,
    outWidth: box.width,
    outChannels: box.channels,
    inChannels: region.channels,
    inHeight: region.height,
    inWidth: region.width,
    kernelHeight: operator.kernel[0],
    kernelWidth: operator.kernel[1],
    strideY: operator.stride[0],
    strideX: operator.stride[1],
    dilationY: operator.dilation[0],
    dilationX: operator.dilation[1],
    reserved: 0,
    // Row y of the tile sees axon row ay through tap ky where (y0 + y)*stride - padding + ky*dilation = region.y0 + ay.
    offsetY: region.y0 + operator.padding[0] - box.y0 * operator.stride[0],
    offsetX: region.x0 + operator.padding[1] - box.x0 * operator.stride[1],
  };
}

/** What fits a core can still exceed a field, for example a kernel of 300 columns. */
function checkFields(operation: Operation, place: Place): void {
  const values: Readonly<Record<string, number>> = operation.fields;
  for (const field of operationFields(operation.op)) {
    const [min, max] = fieldRange(field);
    const value = values[field.name]!;
    if (value >= min && value <= max) continue;
    const [limit, bound, excess] = value > max ? [max, 'most', value - max] : [min, 'least', min - value];
    fail(
      'E0315',
      `${operation.op} needs ${field.name} = ${value}; the field holds ${min}..${max}, ${excess} beyond`,
      place,
      `give the layer ${field.meaning} of at ${bound} ${limit}`,
    );
  }
}
