import type { RunRecord } from '../isa/index.ts';
import { renderCurve } from './curve-text.ts';
import { formatCount, formatPercent, formatSi, plural, printable, shorten } from './format.ts';
import { renderLatency } from './latency-text.ts';
import { colours, renderTable, type TextStyle } from './table.ts';

/** Outputs that are listed one by one. */
const LISTED_OUTPUTS = 10;
/** Narrower than this, the sources of the energy figures are left out. */
const NARROWEST_SOURCE = 12;

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
    outputSection(record, style),
    curveSection(record, style),
    activitySection(record, style),
    energySection(record, style),
    renderLatency(record, style, perTick),
    comparisonSection(record, style),
    hostSection(record, style),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

const heading = (text: string, style: TextStyle): string => colours(style).bold(text);

function chipSection({ chip, ticks, inferences }: RunRecord, style: TextStyle): string {
  return [
    `${heading(printable(chip.network), style)} on ${printable(chip.target)} (${printable(chip.process)})`,
    `  ${printable(chip.file)}, ${plural(chip.bytes, 'byte')}, sha256 ${printable(chip.sha256.slice(0, 12))}`,
    `  ${formatCount(chip.cores)} of ${plural(chip.coresTotal, 'core')}, ${plural(chip.neurons, 'neuron')}, T = ${chip.window}, ${plural(ticks, 'tick')} per inference, ${plural(inferences, 'inference')}`,
  ].join('\n');
}

function outputSection(record: RunRecord, style: TextStyle): string {
  const chalk = colours(style);
  const { outputs, accuracy, selfTest } = record;
  const lines: string[] = [];
  if (outputs.length > 0) {
    const rows = outputs
      .slice(0, LISTED_OUTPUTS)
      .map(({ index, predicted, name, label }) => [
        formatCount(index),
        name === undefined ? String(predicted) : printable(name),
        label === undefined ? '' : labelName(record, label),
        label === undefined ? '' : label === predicted ? chalk.green('right') : chalk.red('wrong'),
      ]);
    lines.push(
      heading('Recognised', style),
      renderTable(
        [{ title: 'sample', align: 'right' }, { title: 'class' }, { title: 'label' }, { title: '' }],
        rows,
        style,
      ),
    );
    if (outputs.length > LISTED_OUTPUTS) lines.push(`  and ${formatCount(outputs.length - LISTED_OUTPUTS)} more`);
  }
  // One sample is right or wrong; an interval around it says nothing.
  if (accuracy !== undefined && accuracy.total > 1) {
    const [low, high] = accuracy.ci95;
    const float = accuracy.floatTop1 === undefined ? '' : `; conventional network ${formatPercent(accuracy.floatTop1)}`;
    lines.push(
      `${heading('Accuracy', style)} ${chalk.bold(formatPercent(accuracy.top1))} (${formatCount(accuracy.correct)} of ${formatCount(accuracy.total)}, 95 % interval ${formatPercent(low)} to ${formatPercent(high)})${float}`,
    );
  }
  if (selfTest !== undefined) {
    const verdict = selfTest.exact ? chalk.green('bit-exact') : chalk.red('DIFFERENT');
    lines.push(
      `${heading('Self-test', style)} ${plural(selfTest.samples, 'sample')}: ${verdict} to the reference interpreter`,
    );
  }
  return lines.join('\n');
}

/** Name of a class, where some output of the record tells it. */
function labelName({ outputs }: RunRecord, label: number): string {
  const name = outputs.find(({ predicted }) => predicted === label)?.name;
  return name === undefined ? String(label) : printable(name);
}

function curveSection({ accuracy }: RunRecord, style: TextStyle): string {
  if (accuracy?.byT === undefined) return '';
  return `${heading('Accuracy by ticks', style)}\n${renderCurve(accuracy.byT, style)}`;
}

function activitySection(record: RunRecord, style: TextStyle): string {
  const { counts } = record;
  const right = { align: 'right' } as const;
  const rows = record.perLayer.map((layer) => [
    printable(layer.name),
    ...[layer.neurons, layer.cores, layer.spikes, layer.synops, layer.macs].map(formatCount),
    layer.rate.toFixed(4),
  ]);
  const columns = [
    { title: 'layer' },
    { title: 'neurons', ...right },
    { title: 'cores', ...right },
    { title: 'spikes', ...right },
    { title: 'synops', ...right },
    { title: 'macs', ...right },
    { title: 'rate', ...right },
  ];
  return [
    `${heading('Activity', style)} ${plural(counts.synops, 'synop')}, ${plural(counts.macs, 'graded mac')}, ${plural(counts.spikes, 'spike')}, ${plural(counts.packets, 'packet')} of cores, ${formatCount(counts.hostPackets)} through the host port`,
    renderTable(columns, rows, style),
  ].join('\n');
}

function energySection({ energy, inferences }: RunRecord, style: TextStyle): string {
  const chalk = colours(style);
  const rows = energy.parts
    .filter(({ count }) => count !== 0)
    .map(({ event, count, jouleEach, joule, kind, source }) => [
      event,
      count === null ? 'not counted' : formatCount(count),
      'x',
      jouleEach === null ? 'unknown' : formatSi(jouleEach, 'J'),
      '=',
      joule === null ? 'unknown' : formatSi(joule, 'J'),
      kind,
      printable(source),
    ]);
  const taken = Array.from({ length: 7 }, (_, column) => Math.max(0, ...rows.map((row) => row[column]!.length)));
  const left = style.width - 2 - taken.reduce((sum, width) => sum + width + 2, 0);
  const showSource = left >= NARROWEST_SOURCE;
  const shown = rows.map((row) => [...row.slice(0, -1), ...(showSource ? [shorten(row.at(-1)!, left)] : [])]);
  const right = { align: 'right' } as const;
  const columns = [
    { title: 'event' },
    { title: 'count', ...right },
    { title: '' },
    { title: 'each', ...right },
    { title: '' },
    { title: 'energy', ...right },
    { title: 'kind' },
    ...(showSource ? [{ title: 'source' }] : []),
  ];
  const marks = [
    ...(energy.partial ? [chalk.yellow('partial')] : []),
    ...(energy.assumed.length > 0 ? [chalk.yellow('assumed figures')] : []),
  ];
  const mark = marks.length === 0 ? '' : ` (${marks.join(', ')})`;
  const lines = [
    `${heading('Energy', style)} ${chalk.bold(formatSi(energy.joulePerInference, 'J'))} per inference, ${formatSi(energy.jouleTotal, 'J')} for ${plural(inferences, 'inference')}${mark}`,
    renderTable(columns, shown, style),
  ];
  if (energy.assumed.length > 0) lines.push(`  assumed, not published: ${energy.assumed.join(', ')}`);
  if (energy.unknown.length > 0) lines.push(`  unknown, left out of the sum: ${energy.unknown.join(', ')}`);
  if (energy.parts.some(({ count, joule }) => count === null && joule === null))
    lines.push('  core-cycles were not counted: timing was not computed (--timing cycle)');
  return lines.join('\n');
}

function comparisonSection({ comparison, energy, inferences, counts }: RunRecord, style: TextStyle): string {
  const { annMacs, annJoule, source } = comparison;
  const lines = [
    `${heading('Conventional network', style)} ${plural(annMacs, 'mac')} per inference, ${formatSi(annJoule, 'J')} of arithmetic`,
    `  ${printable(source)}`,
  ];
  if (inferences > 0 && annMacs > 0) {
    const operations = (counts.synops + counts.macs) / inferences / annMacs;
    const about = energy.partial ? 'at least ' : '';
    const factor = annJoule > 0 ? `, ${about}${(energy.joulePerInference / annJoule).toPrecision(3)} x its energy` : '';
    lines.push(
      `  the chip: ${operations.toPrecision(3)} synaptic operations per mac${factor} (the chip's energy holds more than arithmetic)`,
    );
  }
  return lines.join('\n');
}

function hostSection({ host, spikeDigest }: RunRecord, style: TextStyle): string {
  return [
    `${heading('Emulation', style)} ${formatSi(host.seconds, 's')}, ${formatSi(host.synopsPerSecond, '').trimEnd()} synops/s, peak memory ${formatSi(host.peakRssBytes, 'B')}`,
    `  spike digest ${printable(spikeDigest)}`,
  ].join('\n');
}
