/** Checks the sink rows of every core, and proves the payload range of every axon. */
import type { Bounds } from '../bounds.ts';
import { type AffineSink, type AxonGroup, type Chip, type CoreImage, NO_AXON, type SinkRow } from '../chip.ts';
import { isEventMode, LARGEST_SUM } from '../event-mode.ts';
import type { Place } from '../diagnostics.ts';
import { sinkAxon } from '../sinks.ts';
import { packetBitsOf } from '../target-size.ts';
import type { Target } from '../target.ts';
import type { Findings } from './findings.ts';
import type { Source } from './trees.ts';

const COORDINATE_LIMIT = 2 ** 31 - 1;

/** Checks the rows of all cores. */
export function checkSinks(chip: Chip, sources: ReadonlyMap<number, Source>, findings: Findings): void {
  for (const core of chip.cores)
    core.sinks.forEach((row, k) => {
      const source = sources.get(row.tree);
      if (source !== undefined) checkRow(core, row, source, { core: core.core, path: `sinks[${k}]` }, findings);
    });
}

/**
 * What packets carry fits them.
 *
 * @param sent what packets that carry a plane can hold, by their tree, as the range proof has found it
 */
export function checkPackets(target: Target, sent: ReadonlyMap<number, Bounds>, findings: Findings): void {
  const bits = packetBitsOf(target);
  for (const [tree, { min, max }] of sent)
    findings.expect(
      max < 2 ** bits && min > -(2 ** bits),
      `packets of tree ${tree} can carry ${min}..${max}; those of ${target.name} have ${bits} bit for it`,
      { path: `trees[${tree}]` },
    );
}

const GRADED_REMEDY =
  'Let the group declare what it can hear, or have less sent: COUNT with a smaller `most`, an ALUP min and max or a shift before EMIT, fewer sources of an axon.';

function checkRow(core: CoreImage, row: SinkRow, source: Source, place: Place, findings: Findings): void {
  findings.expect(
    row.sourceCount === source.count,
    `the sink row expects ${row.sourceCount} source indices; the source of tree ${row.tree} has ${source.count}`,
    place,
  );
  // Input comes before the events of its tick are taken; spikes come after.
  const minDelay = source.kind === 'input' ? 0 : 1;
  findings.whole(row.delay, minDelay, core.delaySlots - 1, `delay of tree ${row.tree} (${source.kind})`, place);
  if (!findings.whole(row.group, 0, core.groups.length - 1, 'axon group', place)) return;
  const group = core.groups[row.group]!;
  if (row.kind === 'affine') {
    checkAffine(row, group, place, findings);
    return;
  }
  if (!findings.whole(row.list, 0, core.sinkLists.length - row.sourceCount, 'start of the sink list', place)) return;
  findings.spend(row.sourceCount);
  for (let k = row.list; k < row.list + row.sourceCount; k++) {
    const axon = core.sinkLists[k]!;
    if (axon === NO_AXON || axon < group.axonCount) continue;
    findings.inconsistent(`sink list word ${k} names axon ${axon} of a group of ${group.axonCount}`, place);
    return;
  }
}

function checkAffine(row: AffineSink, group: AxonGroup, place: Place, findings: Findings): void {
  for (const name of ['sourceWidth', 'sourceChannels', 'divisorY', 'divisorX', 'sizeY', 'sizeX', 'sizeC'] as const)
    findings.whole(row[name], 1, COORDINATE_LIMIT, name, place);
  for (const name of ['offsetY', 'offsetX', 'offsetC'] as const)
    findings.whole(row[name], -COORDINATE_LIMIT, COORDINATE_LIMIT, name, place);
  findings.whole(row.base, 0, group.axonCount, 'base', place);
  const end = row.base + row.sizeY * row.sizeX * row.sizeC;
  findings.expect(end <= group.axonCount, `axons up to ${end} of a group of ${group.axonCount} axons`, place);
}

/**
 * Sums what can arrive at each axon in one tick, and compares with what its group declares. Packets are heard in later ticks
 * than they are sent, so that the range proof may take for granted what is found only here.
 *
 * @param sent what packets that carry a plane can hold, by their tree, as the range proof has found it
 */
export function provePayloads(
  core: CoreImage,
  sources: ReadonlyMap<number, Source>,
  sent: ReadonlyMap<number, Bounds>,
  findings: Findings,
): void {
  const lowest = new Float64Array(core.axonCount);
  const highest = new Float64Array(core.axonCount);
  for (const row of core.sinks) {
    const payloads = sources.get(row.tree)?.payloads ?? sent.get(row.tree);
    if (payloads === undefined) continue;
    const { min, max } = payloads;
    const { firstAxon } = core.groups[row.group]!;
    findings.spend(row.sourceCount);
    const hear = (axon: number): void => {
      lowest[firstAxon + axon]! += min;
      highest[firstAxon + axon]! += max;
    };
    if (row.kind === 'affine') eachAffineAxon(row, hear);
    else
      for (let index = 0; index < row.sourceCount; index++) {
        const axon = sinkAxon(row, core.sinkLists, index);
        if (axon >= 0) hear(axon);
      }
  }
  // In event mode counters are cut to what is declared; until then the sum is kept.
  const cut = isEventMode(core);
  core.groups.forEach((group, g) => {
    const most = cut ? LARGEST_SUM : group.payloadMax;
    for (let axon = group.firstAxon; axon < group.firstAxon + group.axonCount; axon++) {
      const [low, high] = [lowest[axon]!, highest[axon]!];
      if (low >= group.payloadMin && high <= most) continue;
      const message = `axon ${axon} can hold payloads ${low}..${high}; group ${g} ${cut ? 'counts' : 'declares'} ${group.payloadMin}..${most}`;
      const place = { core: core.core, path: `groups[${g}]` };
      if (core.sinks.some((row) => row.group === g && sent.has(row.tree)))
        findings.report('E0405', message, place, GRADED_REMEDY);
      else findings.inconsistent(message, place);
      return;
    }
  });
}

/** Calls back for every source index that is not dropped. The same rule as sinkAxon, one division per coordinate. */
function eachAffineAxon(row: AffineSink, hear: (axon: number) => void): void {
  const { sourceCount, sourceWidth, sourceChannels, sizeX, sizeC } = row;
  const firstC = Math.max(0, -row.offsetC);
  const endC = Math.min(sourceChannels, sizeC - row.offsetC);
  for (let start = 0, y = 0, x = 0; start < sourceCount; start += sourceChannels) {
    const ay = Math.floor((y + row.offsetY) / row.divisorY);
    const ax = Math.floor((x + row.offsetX) / row.divisorX);
    if (ay >= 0 && ay < row.sizeY && ax >= 0 && ax < sizeX) {
      const end = Math.min(endC, sourceCount - start);
      const base = row.base + (ay * sizeX + ax) * sizeC + row.offsetC;
      for (let c = firstC; c < end; c++) hear(base + c);
    }
    x++;
    if (x === sourceWidth) {
      x = 0;
      y++;
    }
  }
}
