import type { RunRecord } from '../isa/index.ts';
import { renderAnswers } from './answers-text.ts';
import { LEFT_OUT_FIRST } from './column-order.ts';
import { renderCurve } from './curve-text.ts';
import { encodingSection } from './encoding-text.ts';
import { comparisonSection, energySection } from './energy-text.ts';
import { eventsSection } from './events-text.ts';
import { formatCount, formatSi, plural, printable } from './format.ts';
import { renderLatency } from './latency-text.ts';
import { payloadOf, spikesText } from './spikes.ts';
import { heading, renderTable, type TextStyle } from './table.ts';
import { termsLine } from './terms/index.ts';

/**
 * The readable form of a run record: what was recognised, how well, and what it cost. Every number in it is the
 * record's, rounded to four significant digits where it carries a unit.
 *
 * @param options perTick: with the latency of every tick
 */
export function renderRunText(
  record: RunRecord,
  style: TextStyle,
  { perTick = false }: { readonly perTick?: boolean } = {},
): string {
  const sections = [
    chipSection(record, style),
    renderAnswers(record, style),
    curveSection(record, style),
    encodingSection(record, style),
    eventsSection(record, style),
    activitySection(record, style),
    energySection(record, style),
    renderLatency(record, style, perTick),
    comparisonSection(record, style),
    hostSection(record, style),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function chipSection({ chip, ticks, inferences }: RunRecord, style: TextStyle): string {
  return [
    `${heading(printable(chip.network), style)} on ${printable(chip.target)} (${printable(chip.process)})`,
    `  ${printable(chip.file)}, ${plural(chip.bytes, 'byte')}, sha256 ${printable(chip.sha256.slice(0, 12))}`,
    `  ${formatCount(chip.cores)} of ${plural(chip.coresTotal, 'core')}, ${plural(chip.neurons, 'neuron')}, T = ${chip.window}, ${plural(ticks, 'tick')} per inference, ${plural(inferences, 'inference')}`,
  ].join('\n');
}

function curveSection({ accuracy, events }: RunRecord, style: TextStyle): string {
  if (accuracy?.byT === undefined) return '';
  const time =
    events === undefined ? '' : `\n  T = 1 is ${formatSi(events.dtUs / 1e6, 's')} after the first step began`;
  return `${heading('Accuracy by ticks', style)}\n${renderCurve(accuracy.byT, style)}${time}`;
}

function activitySection(record: RunRecord, style: TextStyle): string {
  const { counts } = record;
  const right = { align: 'right' } as const;
  const withPayloads = payloadOf(counts) !== undefined;
  const rows = record.perLayer.map((layer) => [
    printable(layer.name),
    ...[layer.neurons, layer.cores, layer.spikes].map(formatCount),
    ...(withPayloads ? [layer.spikePayload === undefined ? '' : formatCount(layer.spikePayload)] : []),
    ...[layer.synops, layer.macs].map(formatCount),
    layer.rate.toFixed(4),
  ]);
  const columns = [
    { title: 'layer', names: true },
    { title: 'neurons', ...right },
    { title: 'cores', ...right },
    { title: 'spikes', ...right },
    ...(withPayloads ? [{ title: 'payloads', ...right }] : []),
    { title: 'synops', ...right },
    { title: 'macs', ...right },
    { title: 'rate', ...right },
  ];
  return [
    `${heading('Activity', style)} ${plural(counts.synops, 'synop')}, ${plural(counts.macs, 'graded mac')}, ${spikesText(counts)}, ${plural(counts.packets, 'packet')} of cores, ${formatCount(counts.hostPackets)} through the host port`,
    renderTable(columns, rows, style, LEFT_OUT_FIRST.activity),
  ].join('\n');
}

function hostSection({ host, spikeDigest }: RunRecord, style: TextStyle): string {
  return [
    `${heading('Emulation', style)} ${formatSi(host.seconds, 's')}, ${formatSi(host.synopsPerSecond, '').trimEnd()} synops/s, peak memory ${formatSi(host.peakRssBytes, 'B')}`,
    `  spike digest ${printable(spikeDigest)}`,
    termsLine('synop', 'tick', 'rate', 'critical core', 'partial'),
  ].join('\n');
}
