/** Which cores hear which rows of a source. */
import { boxElement, boxSize, type Box } from '../../isa/index.ts';
import { beforePooling, pooledIndex } from './axons.ts';
import { sourceShape } from './core-needs.ts';
import type { PlannedCore, SynapticUnit } from './core-plan.ts';
import type { LayerIndex, QuantisedBranch, QuantisedGraph } from '../ir/layers.ts';
import type { SourceRun } from '../ir/mapped.ts';

/** A part of a source that a core hears. */
interface Ear {
  readonly core: number;
  readonly box: Box;
}

/** Lists of cores by pooled source index, for branches that pool alike. */
interface ListedEars {
  readonly branch: QuantisedBranch;
  readonly cores: (number[] | undefined)[];
}

/** Those who hear one layer, or the input. */
interface Hearers {
  /** Per row of the source. */
  readonly rows: Ear[][];
  readonly listed: ListedEars[];
}

/** Looks listeners up by rows, so that the work grows with what is heard and not with sources × cores. */
export class Listeners {
  readonly #graph: QuantisedGraph;
  readonly #hearers = new Map<LayerIndex, Hearers>();

  constructor(graph: QuantisedGraph, cores: readonly Pick<PlannedCore, 'core' | 'plan'>[]) {
    this.#graph = graph;
    for (const { core, plan } of cores)
      for (const { units } of plan.groups) for (const unit of units) this.#add(core, unit);
  }

  /** Cuts a box of a source into runs of rows with equal listeners. */
  *runsOf(source: LayerIndex, box: Box): Generator<Pick<SourceRun, 'box' | 'listeners'>> {
    let first = box.y0;
    let current = this.#listenersOf(source, box, first);
    const end = box.y0 + box.height;
    for (let y = box.y0 + 1; y <= end; y++) {
      const next = y < end ? this.#listenersOf(source, box, y) : undefined;
      if (next !== undefined && isEqual(next, current)) continue;
      yield { box: { ...box, y0: first, height: y - first }, listeners: current };
      first = y;
      current = next ?? [];
    }
  }

  /** Cores that hear something of row `y` of a box, ascending. */
  #listenersOf(source: LayerIndex, box: Box, y: number): number[] {
    const hearers = this.#hearers.get(source);
    if (hearers === undefined) return [];
    const found = new Set<number>();
    for (const { core, box: heard } of hearers.rows[y]!)
      if (
        overlaps(box.c0, box.channels, heard.c0, heard.channels) &&
        overlaps(box.x0, box.width, heard.x0, heard.width)
      )
        found.add(core);
    const shape = sourceShape(this.#graph, source);
    const row: Box = { ...box, y0: y, height: 1 };
    for (const { branch, cores } of hearers.listed)
      for (let k = 0; k < boxSize(row); k++)
        for (const core of cores[pooledIndex(branch, shape, boxElement(row, shape, k))] ?? []) found.add(core);
    return [...found].sort((a, b) => a - b);
  }

  #add(core: number, { branch, axons }: SynapticUnit): void {
    const { source } = branch;
    let hearers = this.#hearers.get(source);
    if (hearers === undefined) {
      const [, height] = sourceShape(this.#graph, source);
      hearers = { rows: Array.from({ length: height }, () => []), listed: [] };
      this.#hearers.set(source, hearers);
    }
    if (axons.kind === 'list') {
      addListed(hearers.listed, core, branch, axons.sources);
      return;
    }
    const box = beforePooling(axons.region, branch);
    for (let y = box.y0; y < box.y0 + box.height; y++) hearers.rows[y]!.push({ core, box });
  }
}

function addListed(listed: ListedEars[], core: number, branch: QuantisedBranch, sources: Uint32Array): void {
  let ears = listed.find(({ branch: known }) => known.pool.every((size, axis) => size === branch.pool[axis]));
  if (ears === undefined) listed.push((ears = { branch, cores: [] }));
  for (const source of sources) (ears.cores[source] ??= []).push(core);
}

const overlaps = (a: number, aSize: number, b: number, bSize: number): boolean => a < b + bSize && b < a + aSize;

const isEqual = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((value, k) => value === b[k]);
