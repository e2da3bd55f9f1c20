import type { MappingRecord } from '../isa/index.ts';
import { LEFT_OUT_FIRST } from './column-order.ts';
import { formatCount, formatSi, plural, printable } from './format.ts';
import { colours, renderTable, type TextStyle } from './table.ts';

const right = { align: 'right' } as const;

/** How full the cores are, and what the network costs: the build's placement first, simpler ones below it. */
export function renderMappingText(mapping: MappingRecord, style: TextStyle): string {
  const chalk = colours(style);
  const { perCore, placements, rateSamples } = mapping;
  const mean = (name: keyof typeof perCore): string =>
    `${formatCount(Math.round(perCore[name].mean))} (at most ${formatCount(perCore[name].max)})`;
  const [own] = placements;
  const source =
    rateSamples === 0 ? 'one packet per neuron assumed' : `measured on ${plural(rateSamples, 'calibration sample')}`;
  const lines = [
    `mapping, in packets per inference, ${source}`,
    `  ${plural(mapping.tiles, 'tile')} in ${plural(mapping.cores, 'core')}, ${mapping.assignment === 'pins' ? 'all of them pinned' : `assigned by ${mapping.assignment}`}${fallback(mapping)}`,
    ...pinLines(mapping),
    ...choiceLines(mapping),
    `  per core: ${mean('neurons')} neurons, ${mean('axons')} axons, ${mean('synapseBits')} synapse bits; km1 ${formatCount(mapping.km1)}`,
  ];
  if (own !== undefined)
    lines.push(
      `  ${plural(mapping.trees, 'tree')}, ${formatCount(own.routeEntries.total)} routing entries, at most ${formatCount(own.routeEntries.largest)} in a router; no tree can do with fewer than ${formatCount(Math.round(own.leastMulticastHops))} link hops`,
    );
  const rounded = (value: number): string => formatCount(Math.round(value));
  const table = renderTable(
    [
      { title: 'placement' },
      { title: 'Jin energy', ...right },
      { title: 'link hops', ...right },
      { title: 'hops', ...right },
      { title: 'cycles', ...right },
      { title: 'busiest link', ...right },
      { title: 'busiest router', ...right },
    ],
    placements.map((placement, k) => [
      k === 0 ? chalk.bold(placement.method) : placement.method,
      rounded(placement.jinEnergy),
      rounded(placement.multicastHops),
      `${placement.hops.mean.toFixed(2)} (${placement.hops.max})`,
      `${placement.latencyCycles.mean.toFixed(1)} (${placement.latencyCycles.max})`,
      rounded(placement.largestLinkLoad),
      rounded(placement.largestRouterLoad),
    ]),
    style,
    LEFT_OUT_FIRST.placements,
  );
  return [...lines, table].join('\n');
}

const fallback = ({ fellBackFrom }: MappingRecord): string =>
  fellBackFrom === undefined ? '' : ` (no mapping by ${fellBackFrom} was found that fits)`;

/** What lies where a file says. */
const pinLines = ({ pinned }: MappingRecord): string[] =>
  pinned === undefined
    ? []
    : [
        `  ${plural(pinned.neurons, 'neuron')} in ${plural(pinned.cores.length, 'core')} by ${plural(pinned.pins, 'pin')} of ${printable(pinned.file)} (sha256 ${pinned.sha256.slice(0, 12)}…)`,
      ];

/** What was taken, why, and what else there was. */
function choiceLines({ objective, candidates = [] }: MappingRecord): string[] {
  const taken = candidates.find(({ verdict }) => verdict === 'taken');
  if (objective === undefined || taken === undefined) return [];
  const shown = ({ assignment, cores, cycles, energyJ }: typeof taken): string =>
    `${plural(cores, 'core')} by ${assignment}: ${formatCount(Math.round(cycles))} cycles, ${formatSi(energyJ, 'J')}`;
  const others = candidates.filter((each) => each !== taken).map((each) => `    ${shown(each)}, ${each.verdict}`);
  return [`  chosen by ${objective}, as predicted for the mean of the samples; taken ${shown(taken)}`, ...others];
}
