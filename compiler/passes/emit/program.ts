/** The program of one core: an event handler per axon group, the tick handler and the reset handler. */
import {
  boxSize,
  fail,
  fieldRange,
  NO_TREE,
  operationFields,
  operationLength,
  WIDTH_CODES,
  type Box,
  type Operation,
} from '../../../isa/index.ts';
import { INPUT, type QuantisedBranch, type QuantisedGraph, type QuantisedLayer } from '../../ir/layers.ts';
import type { BranchAxons, SourceRun } from '../../ir/mapped.ts';
import { EVENT_OPERATION, groupSplit, hearsInput, tileParameters } from '../../ir/tile.ts';
import type { SynapseAddresses } from './synapses.ts';

export interface ProgramRequest {
  readonly graph: QuantisedGraph;
  readonly layer: QuantisedLayer;
  readonly box: Box;
  /** Branches with at least one axon; each becomes a group. */
  readonly branches: readonly { readonly branch: QuantisedBranch; readonly axons: BranchAxons }[];
  readonly addresses: readonly SynapseAddresses[];
  /** Runs of rows that fire, in order. */
  readonly runs: readonly SourceRun[];
  /** Tree to the host, for a read-out tile. */
  readonly readTree: number | undefined;
}

export interface CoreProgram {
  readonly operations: readonly Operation[];
  /** Index of the first operation of each event handler, of the tick handler and of the reset handler. */
  readonly handlers: readonly number[];
  readonly tickHandler: number;
  readonly resetHandler: number;
  readonly parameters: Int32Array;
}

const END: Operation = { op: 'END', fields: {} };

/** @throws DiagnosticError E0315 where a size exceeds its instruction field */
export function emitProgram(request: ProgramRequest): CoreProgram {
  const { box, layer } = request;
  const operations: Operation[] = [];
  const handlers = request.branches.map(({ branch, axons }, b) => {
    operations.push(eventOperation(request, branch, axons, request.addresses[b]!), END);
    return operations.length - 2;
  });
  const count = boxSize(box);
  const parameters: number[] = [];
  const store = (values: Int32Array) => {
    const address = parameters.length;
    for (const value of values) parameters.push(value);
    return { address, period: values.length };
  };
  const stored = tileParameters(layer, box);

  const tickHandler = operations.length;
  const { window } = request.graph;
  const current: Operation[] = hearsInput(layer) ? [{ op: 'CURRENT', fields: { first: 0, count } }] : [];
  const together = layer.currentStart === layer.depth;
  if (!together && current.length > 0) operations.push(windowOver(current, layer.currentStart, window), ...current);
  const body: Operation[] = [];
  if (stored.bias !== undefined) body.push({ op: 'BIAS', fields: { first: 0, count, ...store(stored.bias) } });
  if (together) body.push(...current);
  if (stored.threshold !== undefined) body.push(...fireOperations(request, store(stored.threshold)));
  if (body.length > 0) operations.push(windowOver(body, layer.depth, window), ...body);
  if (request.readTree !== undefined) {
    const read: Operation = { op: 'READ', fields: { first: 0, count, tree: request.readTree } };
    operations.push(windowOver([read], request.graph.ticks - 1, 1), read);
  }
  operations.push(END);

  const resetHandler = operations.length;
  operations.push({ op: 'RESET', fields: { first: 0, count, ...store(stored.initial) } }, END);
  for (const operation of operations) checkFields(operation, layer.name);
  return { operations, handlers, tickHandler, resetHandler, parameters: Int32Array.from(parameters) };
}

function fireOperations(request: ProgramRequest, thresholds: { address: number; period: number }): Operation[] {
  const { box } = request;
  return request.runs.map((run) => ({
    op: 'FIRE',
    fields: {
      compare: 0,
      reset: 0,
      first: (run.box.y0 - box.y0) * box.width * box.channels,
      count: boxSize(run.box),
      ...thresholds,
      tree: run.tree < 0 ? NO_TREE : run.tree,
      resetValue: 0,
    },
  }));
}

function windowOver(body: readonly Operation[], start: number, length: number): Operation {
  const skip = body.reduce((words, operation) => words + wordsOf(operation), 0);
  return { op: 'WINDOW', fields: { skip, start, length } };
}

const wordsOf = (operation: Operation): number => operationLength(operation.op);

function eventOperation(
  request: ProgramRequest,
  branch: QuantisedBranch,
  axons: BranchAxons,
  addresses: SynapseAddresses,
): Operation {
  const { box, layer, graph } = request;
  const { operator } = branch;
  const synaptic = {
    destination: branch.source === INPUT ? 1 : 0,
    width: WIDTH_CODES.indexOf(graph.weightBits),
    shift: branch.shift,
  };
  const run = { first: 0, count: boxSize(box) };
  switch (operator.kind) {
    case 'dense':
      return { op: EVENT_OPERATION.dense, fields: { ...synaptic, ...run, weights: addresses.weights } };
    case 'diagonal':
      return {
        op: EVENT_OPERATION.diagonal,
        fields: { ...synaptic, ...run, period: box.channels, reserved: 0, weights: addresses.weights },
      };
    case 'sparse':
      return { op: EVENT_OPERATION.sparse, fields: { ...synaptic, ...run, ...addresses } };
    case 'conv': {
      if (axons.kind !== 'region') throw new Error('a convolution hears a region');
      const { region } = axons;
      const split = groupSplit(operator, branch.pooled[0], layer.shape[0], box)!;
      return {
        op: EVENT_OPERATION.conv,
        fields: {
          ...synaptic,
          first: 0,
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
          weights: addresses.weights,
        },
      };
    }
  }
}

/** What fits a core can still exceed a field, for example a kernel of 300 columns. */
function checkFields(operation: Operation, layer: string): void {
  for (const field of operationFields(operation.op)) {
    const [min, max] = fieldRange(field);
    const value = operation.fields[field.name]!;
    if (value >= min && value <= max) continue;
    const [limit, bound, excess] = value > max ? [max, 'most', value - max] : [min, 'least', min - value];
    fail(
      'E0315',
      `${operation.op} needs ${field.name} = ${value}; the field holds ${min}..${max}, ${excess} beyond`,
      { layer },
      `give the layer ${field.meaning} of at ${bound} ${limit}`,
    );
  }
}
