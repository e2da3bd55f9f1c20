import type { NocRecord } from '../isa/index.ts';
import { formatCount, formatSi, plural, printable } from './format.ts';
import { colours, renderTable, type TextStyle } from './table.ts';

/** Below this part of what is offered the network is overloaded, if as many packets cannot be missing by chance. */
const KEEPS_UP = 0.97;
/** Standard deviations of the number of packets offered. */
const BY_CHANCE = 5;

/** The readable form of the record of `snnemu noc`. */
export function renderNocText(record: NocRecord, style: TextStyle): string {
  const chalk = colours(style);
  const { mesh, bufferFlits, cycles, warmUpCycles, host, latencyMean } = record;
  const table = renderTable(
    [{ title: '' }, { title: '', align: 'right' }, { title: 'unit', words: true }],
    [
      ['offered', rate(record.offeredRate), 'packets per node and cycle'],
      ['accepted', rate(record.acceptedRate), 'packets per node and cycle'],
      ['latency, mean', cyclesOf(latencyMean), 'cycles from creation to delivery'],
      ['latency, least', cyclesOf(record.latencyMin), 'cycles'],
      ['latency, most', cyclesOf(record.latencyMax), 'cycles'],
      ['hops, mean', cyclesOf(record.hopsMean), 'links'],
    ],
    style,
  );
  const lines = [
    `${chalk.bold(`${trafficOf(record)} traffic`)} on ${mesh.width}×${mesh.height} tiles, times of ${printable(record.target)}`,
    `  ${plural(bufferFlits, 'flit')} per buffer, ${sinksOf(record)}, seed ${record.seed}`,
    `  ${plural(cycles, 'cycle')} measured after ${formatCount(warmUpCycles)} of warm-up`,
    '',
    table,
    '',
  ];
  if (latencyMean === null) lines.push('  no packet was delivered in this time', '');
  else if (isOverloaded(record))
    lines.push(
      chalk.yellow('  the network carries less than is offered: queues grow, and latency with the time measured'),
      '',
    );
  lines.push(
    `emulated in ${formatSi(host.seconds, 's')}: ${formatSi(host.cyclesPerSecond, 'cycles/s')}, ${formatSi(host.linkHopsPerSecond, 'link hops/s')}`,
  );
  return `${lines.join('\n')}\n`;
}

function isOverloaded({ mesh, cycles, offeredRate, acceptedRate }: NocRecord): boolean {
  const chances = mesh.width * mesh.height * cycles;
  const missing = (offeredRate - acceptedRate) * chances;
  return acceptedRate < KEEPS_UP * offeredRate && missing > BY_CHANCE * Math.sqrt(offeredRate * chances);
}

const rate = (value: number): string => value.toPrecision(4);
const cyclesOf = (value: number | null): string =>
  value === null ? '–' : value.toFixed(Number.isInteger(value) ? 0 : 2);

const trafficOf = ({ traffic, hotspots }: NocRecord): string =>
  hotspots === undefined ? traffic : `${traffic} (to ${hotspots.join(', ')})`;

const sinksOf = ({ sinks }: NocRecord): string => (sinks === 'always' ? 'sinks always accept' : 'sinks return credits');
