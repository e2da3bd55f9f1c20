/** Sink rows as records for the kernels: how the spikes of a run reach the axons of a core. */
import { type AffineSink, type CoreImage, type ListSink, type SinkRow, sinkAxon } from '../../isa/machine.ts';
import * as R from './generated/records.ts';
import { TABLE_BUDGET } from '../machine/trees.ts';
import type { KernelScheduler } from './groups.ts';
import type { Fields, MemoryPlan } from './memory.ts';
import { BLOCK, BLOCK_WORDS, ranksOf } from './sink-ranks.ts';

/** A core that hears. */
export interface Hearer {
  readonly image: CoreImage;
  readonly scheduler: KernelScheduler;
}

/** A table of axons, as narrow as the core allows. */
interface AxonTable {
  readonly at: number;
  readonly short: boolean;
}

/** All ones mean "none" in 16 bits too. */
const isShort = ({ axonCount }: CoreImage): boolean => axonCount < 0xffff;

/** Lays out axons of a core (NO_AXON = none). */
function placeTable(plan: MemoryPlan, axons: Uint32Array, image: CoreImage): AxonTable {
  if (!isShort(image)) return { at: plan.place(axons), short: false };
  const at = plan.reserveConstants(2 * axons.length, ({ bytes }, start) => {
    // NO_AXON becomes its lower half.
    new Uint16Array(bytes.buffer, start, axons.length).set(axons);
  });
  return { at, short: true };
}

const tableFields = ({ at, short }: AxonTable, entry = 0): Fields => [
  [R.SINK_KIND, short ? R.SINK_KIND_SHORT_TABLE : R.SINK_KIND_TABLE],
  [R.SINK_DATA_AT, at + (short ? 2 : 4) * entry],
];

/** Copying a run costs about as much as handing over so many spikes one by one at common rates. */
const SHORTEST_RUN = 4;

/** Lays out the sink rows of a chip; tables of all of them share one budget. */
export class SinkPlanner {
  readonly #plan: MemoryPlan;
  /** Lists of the cores that have them laid out as they are. */
  readonly #lists = new Map<CoreImage, AxonTable>();
  #left = TABLE_BUDGET;

  constructor(plan: MemoryPlan) {
    this.#plan = plan;
  }

  /**
   * Writes the record of one row.
   *
   * @returns whether it needs the spikes as a list
   */
  place(at: number, { image, scheduler }: Hearer, row: SinkRow): boolean {
    const group = scheduler.groups[row.group]!;
    this.#plan.record(at, [
      [R.SINK_DELAY, row.delay],
      [R.SINK_SLOTS, scheduler.slots],
      [R.SINK_BITS_AT, group.bitsAt],
      [R.SINK_BITS_STRIDE, scheduler.bitsStride],
      [R.SINK_PAYLOADS_AT, group.payloadsAt],
      [R.SINK_PAYLOADS_STRIDE, scheduler.payloadsStride],
    ]);
    // Counting spikes goes one by one.
    const copied = group.payloadsAt === 0 ? this.#copied(row, image) : undefined;
    this.#plan.record(at, copied ?? this.#listed(row, image));
    return copied === undefined;
  }

  /** Bits go over many at a time. */
  #copied(row: SinkRow, image: CoreImage): Fields | undefined {
    return row.kind === 'list' ? this.#ranks(row, image) : this.#runs(row);
  }

  /** Spikes go over one by one. */
  #listed(row: SinkRow, image: CoreImage): Fields {
    return row.kind === 'list' ? this.#list(row, image) : (this.#table(row, image) ?? operands(row));
  }

  #ranks(row: ListSink, image: CoreImage): Fields | undefined {
    const blocks = Math.ceil(row.sourceCount / BLOCK);
    if (BLOCK_WORDS * blocks > this.#left) return undefined;
    const ranks = ranksOf(image.sinkLists.subarray(row.list, row.list + row.sourceCount));
    if (ranks === undefined) return undefined;
    this.#left -= ranks.length;
    return [
      [R.SINK_KIND, R.SINK_KIND_RANKS],
      [R.SINK_DATA_AT, this.#plan.place(ranks)],
      [R.SINK_RUNS, blocks],
    ];
  }

  #list(row: ListSink, image: CoreImage): Fields {
    let lists = this.#lists.get(image);
    if (lists === undefined) {
      lists = placeTable(this.#plan, image.sinkLists, image);
      this.#lists.set(image, lists);
    }
    return tableFields(lists, row.list);
  }

  #runs(row: AffineSink): Fields | undefined {
    const runs = runsOf(row, Math.min(row.sourceCount / SHORTEST_RUN, this.#left / 3));
    if (runs === undefined) return undefined;
    this.#left -= runs.length;
    return [
      [R.SINK_KIND, R.SINK_KIND_RUNS],
      [R.SINK_DATA_AT, this.#plan.place(runs)],
      [R.SINK_RUNS, runs.length / 3],
    ];
  }

  #table(row: AffineSink, image: CoreImage): Fields | undefined {
    if (row.sourceCount > this.#left) return undefined;
    this.#left -= row.sourceCount;
    const table = Uint32Array.from({ length: row.sourceCount }, (_, k) => sinkAxon(row, image.sinkLists, k));
    return tableFields(placeTable(this.#plan, table, image));
  }
}

/** Each axon is worked out anew. */
function operands(row: AffineSink): Fields {
  return [
    [R.SINK_KIND, R.SINK_KIND_AFFINE],
    [R.SINK_SOURCE_WIDTH, row.sourceWidth],
    [R.SINK_SOURCE_CHANNELS, row.sourceChannels],
    [R.SINK_OFFSET_Y, row.offsetY],
    [R.SINK_OFFSET_X, row.offsetX],
    [R.SINK_OFFSET_C, row.offsetC],
    [R.SINK_DIVISOR_Y, row.divisorY],
    [R.SINK_DIVISOR_X, row.divisorX],
    [R.SINK_SIZE_Y, row.sizeY],
    [R.SINK_SIZE_X, row.sizeX],
    [R.SINK_SIZE_C, row.sizeC],
    [R.SINK_BASE, row.base],
  ];
}

/**
 * Runs {first source index, first axon, length} in which neighbouring sources mean neighbouring axons, ascending.
 *
 * @returns undefined where there are more than `most`
 */
function runsOf(row: AffineSink, most: number): Uint32Array | undefined {
  const { sourceCount, sourceWidth, sourceChannels, sizeX, sizeC } = row;
  const firstC = Math.max(0, -row.offsetC);
  const endC = Math.min(sourceChannels, sizeC - row.offsetC);
  const runs: number[] = [];
  for (let pixel = 0; pixel * sourceChannels < sourceCount; pixel++) {
    const x = pixel % sourceWidth;
    const ay = Math.floor(((pixel - x) / sourceWidth + row.offsetY) / row.divisorY);
    const ax = Math.floor((x + row.offsetX) / row.divisorX);
    if (ay < 0 || ay >= row.sizeY || ax < 0 || ax >= sizeX) continue;
    const source = pixel * sourceChannels + firstC;
    const length = Math.min(endC - firstC, sourceCount - source);
    if (length <= 0) continue;
    const axon = row.base + (ay * sizeX + ax) * sizeC + row.offsetC + firstC;
    const last = runs.length - 3;
    const before = last < 0 ? 0 : runs[last + 2]!;
    if (source - before === runs[last] && axon - before === runs[last + 1]) runs[last + 2] = before + length;
    else {
      if (runs.length + 3 > 3 * most) return undefined;
      runs.push(source, axon, length);
    }
  }
  return Uint32Array.from(runs);
}
