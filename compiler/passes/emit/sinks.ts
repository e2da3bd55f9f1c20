/** One sink row: which axons of a group the packets of a source run mean. */
import { boxElement, boxSize, NO_AXON, type Shape, type SinkRow } from '../../../isa/index.ts';
import { beforePooling, pooledIndex } from '../../layout/axons.ts';
import { listedAxon } from '../../layout/core-needs.ts';
import type { PlannedGroup } from '../../layout/core-plan.ts';
import type { SourceRun } from '../../ir/mapped.ts';

/**
 * @param run hears the group (see hearingGroups)
 * @param index of the group in the core
 * @param shape of the source layer (or the input)
 * @param lists sink lists of the core so far; irregular branches append theirs
 */
export function emitSink(run: SourceRun, group: PlannedGroup, index: number, shape: Shape, lists: number[]): SinkRow {
  const { axons, units } = group;
  const { branch } = units[0]!;
  const common = { tree: run.tree, group: index, delay: branch.delay, sourceCount: boxSize(run.box) };
  if (axons.kind === 'list') {
    const list = lists.length;
    for (let k = 0; k < common.sourceCount; k++) {
      const axon = listedAxon(axons.sources, pooledIndex(branch, shape, boxElement(run.box, shape, k)));
      lists.push(axon < 0 ? NO_AXON : axon);
    }
    return { kind: 'list', ...common, list };
  }
  const { region } = axons;
  const [divisorY, divisorX] = branch.pool;
  const seen = beforePooling(region, branch);
  return {
    kind: 'affine',
    ...common,
    sourceWidth: run.box.width,
    sourceChannels: run.box.channels,
    offsetY: run.box.y0 - seen.y0,
    offsetX: run.box.x0 - seen.x0,
    offsetC: run.box.c0 - region.c0,
    divisorY,
    divisorX,
    sizeY: region.height,
    sizeX: region.width,
    sizeC: region.channels,
    base: 0,
  };
}
