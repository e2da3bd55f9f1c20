/** One sink row: which axons of a tile the packets of a source run mean. */
import { boxElement, boxSize, intersectBoxes, NO_AXON, type Shape, type SinkRow } from '../../../isa/index.ts';
import type { QuantisedBranch } from '../../ir/layers.ts';
import type { BranchAxons, SourceRun } from '../../ir/mapped.ts';
import { beforePooling, pooledIndex } from '../route-trees.ts';

/**
 * @param shape of the source layer (or the input)
 * @param lists sink lists of the core so far; irregular branches append theirs
 * @returns undefined where no packet of the run reaches the branch
 */
export function emitSink(
  run: SourceRun,
  branch: QuantisedBranch,
  axons: BranchAxons,
  group: number,
  shape: Shape,
  lists: number[],
): SinkRow | undefined {
  const common = { tree: run.tree, group, delay: branch.delay, sourceCount: boxSize(run.box) };
  if (axons.kind === 'list') {
    const rank = new Map(Array.from(axons.sources, (source, k) => [source, k] as const));
    const row = Array.from(
      { length: common.sourceCount },
      (_, k) => rank.get(pooledIndex(branch, shape, boxElement(run.box, shape, k))) ?? NO_AXON,
    );
    if (row.every((axon) => axon === NO_AXON)) return undefined;
    const list = lists.length;
    for (const axon of row) lists.push(axon);
    return { kind: 'list', ...common, list };
  }
  const { region } = axons;
  const [divisorY, divisorX] = branch.pool;
  const seen = beforePooling(region, branch);
  if (intersectBoxes(seen, run.box) === undefined) return undefined;
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
