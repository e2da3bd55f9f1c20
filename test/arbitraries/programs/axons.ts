/** How cores of random programs hear trees: sink rows, groups of axons and what they do. */
import { type CoreBuilder, plainSink } from '../../isa/core-builder.ts';
import type { SinkRow } from '../../../isa/index.ts';
import type { Draws } from '../random.ts';
import type { ProgramLayer } from './layers.ts';
import { synapticLines } from './synapses.ts';

export interface Tree {
  readonly tree: number;
  /** Of the source; -1 for the host. */
  readonly core: number;
  readonly count: number;
  readonly hearers: readonly number[];
  readonly payloads: readonly [min: number, max: number];
}

/** A group whose sinks are still being found, with what each axon can hold in a tick. */
interface Group {
  readonly axons: { min: number; max: number }[];
  readonly rows: SinkRow[];
}

const LONGEST_DELAY = 4;

/** Adds groups and sinks for all trees that a core hears. */
export function hearTrees(
  draws: Draws,
  builder: CoreBuilder,
  layers: readonly ProgramLayer[],
  trees: readonly Tree[],
): void {
  const groups: Group[] = [];
  for (const tree of trees)
    for (let rows = draws.chance(0.2) ? 2 : 1; rows > 0; rows--) {
      const known = groups.findIndex(({ axons }) => axons.length >= tree.count);
      const shared = known >= 0 && draws.chance(0.3);
      const group = shared ? known : groups.length;
      if (!shared) {
        const axons = Array.from({ length: tree.count + draws.below(2) }, () => ({ min: 0, max: 0 }));
        groups.push({ axons, rows: [] });
      }
      groups[group]!.rows.push(sinkOf(draws, builder, tree, group, groups[group]!));
    }
  for (const { axons, rows } of groups) {
    const [min, max] = [Math.min(...axons.map((axon) => axon.min)), Math.max(...axons.map((axon) => axon.max))];
    builder.group(axons.length, min, max, ...synapticLines(draws, builder, layers, axons.length));
    for (const row of rows) builder.sink(row);
  }
}

function sinkOf(
  draws: Draws,
  builder: CoreBuilder,
  { tree, core, count, payloads }: Tree,
  group: number,
  { axons }: Group,
): SinkRow {
  const delay = draws.between(core < 0 ? 0 : 1, LONGEST_DELAY);
  const hear = (axon: number): void => {
    axons[axon]!.min += payloads[0];
    axons[axon]!.max += payloads[1];
  };
  if (draws.chance(0.3)) {
    const list = draws.numbers(count, 0, axons.length - 1);
    list.forEach(hear);
    return { kind: 'list', tree, group, delay, sourceCount: count, list: builder.list(...list) };
  }
  const base = draws.between(0, axons.length - count);
  for (let axon = base; axon < base + count; axon++) hear(axon);
  return plainSink({ tree, group, delay, sourceCount: count, base });
}
