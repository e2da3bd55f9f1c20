/** What one event costs a core: cycles by axon, exactly as the emulator counts them (spec/timing.md, "Integrate"). */
import { boxElement, boxSize, eventRow, type Box, type Shape, type Target } from '../../../isa/index.ts';
import type { ConvOperator, QuantisedBranch, QuantisedGraph } from '../../ir/layers.ts';
import { connectionsTo, groupSplit, lowerBound } from '../../layout/axons.ts';
import { EVENT_OPERATION } from '../../layout/core-needs.ts';
import type { PlannedGroup, SynapticUnit } from '../../layout/core-plan.ts';

type Timing = Target['timing'];

/**
 * Cycles of an event: of a region at each of its places ([y][x], all channels alike), of a list for each of its sources.
 */
export function cyclesOfEvents({ axons, units }: PlannedGroup, graph: QuantisedGraph, timing: Timing): Float64Array {
  const region = axons.kind === 'region' ? axons.region : undefined;
  const size = axons.kind === 'region' ? axons.region.height * axons.region.width : axons.sources.length;
  const cycles = new Float64Array(size).fill(timing.eventCycles.value);
  for (const unit of units) {
    const { shape } = graph.layers[unit.layer]!;
    if (unit.branch.operator.kind === 'sparse') addLists(unit, shape, timing, cycles);
    else if (unit.branch.operator.kind === 'conv') addTaps(unit, shape, region!, timing, cycles);
    else {
      const each = cyclesOfUnit(unit.branch, shape, unit.tiles[0]!.box, unit.neurons, timing);
      for (let k = 0; k < size; k++) cycles[k]! += each;
    }
  }
  return cycles;
}

/** Cycles of a tap of a convolution, of a row, or of a synapse. @param neurons that a row leads to */
export function cyclesOfUnit(
  { operator, pooled }: QuantisedBranch,
  shape: Shape,
  box: Box,
  neurons: number,
  timing: Timing,
): number {
  const split = operator.kind === 'conv' ? groupSplit(operator, pooled[0], shape[0], box) : undefined;
  const fields = { count: neurons, outChannels: box.channels, groups: split?.groups ?? 1 };
  return eventRow(EVENT_OPERATION[operator.kind]).cycles.perUnit(fields, timing);
}

/** Taps that hit outputs [first, first + count) from each position of one axis of the source. */
export function tapsAlong(
  { kernel, stride, padding, dilation }: ConvOperator<unknown>,
  axis: 0 | 1,
  first: number,
  count: number,
  from: number,
  positions: number,
): Float64Array {
  const taps = new Float64Array(positions);
  for (let out = first; out < first + count; out++)
    for (let k = 0; k < kernel[axis]; k++) {
      const at = out * stride[axis] - padding[axis] + k * dilation[axis] - from;
      if (at >= 0 && at < positions) taps[at]!++;
    }
  return taps;
}

function addTaps(unit: SynapticUnit, shape: Shape, region: Box, timing: Timing, cycles: Float64Array): void {
  const operator = unit.branch.operator as ConvOperator<unknown>;
  for (const { box } of unit.tiles) {
    const rows = tapsAlong(operator, 0, box.y0, box.height, region.y0, region.height);
    const columns = tapsAlong(operator, 1, box.x0, box.width, region.x0, region.width);
    const each = cyclesOfUnit(unit.branch, shape, box, boxSize(box), timing);
    for (let y = 0; y < region.height; y++)
      for (let x = 0; x < region.width; x++) cycles[y * region.width + x]! += each * rows[y]! * columns[x]!;
  }
}

function addLists({ branch, axons, tiles }: SynapticUnit, shape: Shape, timing: Timing, cycles: Float64Array): void {
  if (branch.operator.kind !== 'sparse' || axons.kind !== 'list') return;
  const { pre, post } = branch.operator;
  const entries = new Float64Array(axons.sources.length);
  for (const { box } of tiles)
    for (let k = 0; k < boxSize(box); k++) {
      const [first, end] = connectionsTo(post, boxElement(box, shape, k));
      for (let c = first; c < end; c++) entries[lowerBound(axons.sources, pre[c]!)]!++;
    }
  const each = eventRow('SPARSE').cycles.perUnit({}, timing);
  entries.forEach((count, k) => (cycles[k]! += each * Math.ceil(count / timing.lanes)));
}
