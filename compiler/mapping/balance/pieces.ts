/** The pieces of a cut, with what each takes of a core in time and memory. */
import { boxSize, type Box } from '../../../isa/index.ts';
import type { LayerIndex } from '../../ir/layers.ts';
import { branchAxons, axonCount } from '../../layout/axons.ts';
import { coreNeeds } from '../../layout/core-needs.ts';
import type { CorePlanner } from '../../layout/plan-cores.ts';
import { synapseBits } from '../quotient-loads.ts';
import { cutLayer, type Cut } from './cut-layer.ts';
import type { LayerWork } from './layer-work.ts';
import { MEMORIES, type Piece } from './piece.ts';

/** A way to cut a layer. */
export interface CutOption {
  readonly cut: Cut;
  readonly pieces: readonly Piece[];
}

interface CutsWanted {
  readonly cores: number;
  readonly lanes: number;
  /** Of cutLayer. */
  readonly aligned: number;
  /** Options of the layer that were made before, by their boxes: those that come again are the same objects. */
  readonly known: Map<string, CutOption>;
}

/** Cuts of a layer for so many cores: slices of channels down to the lanes, and fewer pieces than there are cores. */
export function cutsOf(
  planner: CorePlanner,
  l: LayerIndex,
  work: LayerWork,
  { cores, lanes, aligned, known }: CutsWanted,
): CutOption[] {
  const [channels] = work.layer.shape;
  const options: CutOption[] = [];
  const seen = new Set<string>();
  for (let slices = 1; slices <= Math.max(1, Math.ceil(channels / lanes)); slices *= 2)
    for (let pieces = cores; pieces >= slices; pieces = Math.floor(pieces / 2)) {
      const cut = cutLayer(work, { slices, pieces, aligned });
      if (cut === undefined) continue;
      const key = `${slices} ${cut.boxes.length}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const boxes = JSON.stringify(cut.boxes);
      const option = known.get(boxes) ?? { cut, pieces: piecesOf(planner, l, work, cut) };
      known.set(boxes, option);
      options.push(option);
    }
  return options;
}

function piecesOf(planner: CorePlanner, l: LayerIndex, work: LayerWork, { boxes, slices }: Cut): Piece[] {
  const largest = boxes.reduce((a, b) => (boxSize(b) > boxSize(a) ? b : a));
  const plan = planner.plan([{ layer: l, box: largest }]);
  const known = coreNeeds(plan);
  const [kernels, rows] = [synapseBits(plan, true), synapseBits(plan, false)];
  const [, height, width] = work.layer.shape;
  return boxes.map((box) => {
    const part = boxSize(box) / boxSize(largest);
    const needs = {
      ...known,
      neurons: Math.ceil(known.neurons * part),
      synapseBits: Math.ceil(rows * part),
      axons: axonsOf(work, box),
    };
    return {
      ...{ layer: l, box, ...timesOf(work, box), hears: work.hears(box) },
      needs: Float64Array.from(MEMORIES, (name) => needs[name]),
      ...{ kernelBits: kernels, kernel: `${l} ${slices} ${box.c0}` },
      centre: [(box.y0 + box.height / 2) / height, (box.x0 + box.width / 2) / width],
    };
  });
}

const axonsOf = ({ layer }: LayerWork, box: Box): number =>
  layer.branches.reduce((sum, branch) => {
    const axons = branchAxons(branch, layer.shape, [box]);
    return sum + (axons === undefined ? 0 : axonCount(axons));
  }, 0);

function timesOf(work: LayerWork, box: Box): Pick<Piece, 'phases' | 'cycles' | 'total' | 'packets'> {
  const byPhase = new Map<number, number>();
  let total = 0;
  let packets = 0;
  for (const { cycles, packets: heard, when } of work.shares(box)) {
    total += cycles * when.ticks;
    packets += heard * when.ticks;
    for (const phase of when.phases) byPhase.set(phase, (byPhase.get(phase) ?? 0) + cycles);
  }
  return {
    ...{ phases: Uint32Array.from(byPhase.keys()), cycles: Float64Array.from(byPhase.values()) },
    ...{ total, packets },
  };
}
