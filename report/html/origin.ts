/** Where the numbers come from. */
import { countsSchema, type OriginRecord, type RunRecord } from '../../isa/index.ts';
import { formatCount, formatMean, formatSi } from '../format.ts';
import { type Content, figure, fold, html, perInference, table } from './markup.ts';
import { inputsTable, optionsTable } from './made-of.ts';
import type { Section } from './section.ts';

/** Data and build by their hashes, and the command. */
function madeOf({ command, options, inputs, build }: OriginRecord): Content {
  const list = inputsTable(inputs, (k, field, text) => figure(`origin.inputs.${k}.${field}`, inputs[k]![field], text));
  const network = ['SHA-256 of the network', html`<code>${build.sourceSha256}</code>`];
  return html`${list}${fold(`Options of snnemu ${command}`, optionsTable('Options, defaults too', options))}${fold('Build of the chip', optionsTable(`By ${build.tool}`, build.options, [network]))}`;
}

/** What ran, and how often all that is counted happened. */
export function originSection({
  origin,
  chip,
  tool,
  host,
  spikeDigest,
  timing,
  counts,
  inferences,
}: RunRecord): Section {
  const row = (name: string, value: Content): Content[] => [name, value];
  const { linkHops, ...plain } = counts;
  const counted = (title: string, path: string, value: number): Content[] => [
    title,
    perInference([`counts.${path}`], value, inferences, formatMean),
    figure(`counts.${path}`, value, formatCount(value)),
  ];
  // In the order of the schema: a record that was read again may have another one.
  const names = Object.keys(countsSchema.shape).filter((name): name is keyof typeof plain => name in plain);
  const rows = names.map((name) => {
    const value = plain[name] ?? null;
    return value === null ? [name, 'not counted', ''] : counted(name, name, value);
  });
  for (const side of ['east', 'west', 'north', 'south'] as const)
    rows.push(counted(`link hops ${side}`, `linkHops.${side}`, linkHops[side]));
  for (const name of ['eastWest', 'northSouth'] as const) {
    const hops = linkHops.betweenChips?.[name];
    if (hops === undefined) continue;
    rows.push(counted(`of these between chips: ${name}`, `linkHops.betweenChips.${name}`, hops));
  }
  return {
    id: 'origin',
    title: 'Origin',
    body: html`${table(
      'What ran',
      [{ title: '' }, { title: '' }],
      [
        row('chip file', chip.file),
        row('SHA-256', chip.sha256),
        row('bytes', figure('chip.bytes', chip.bytes, formatCount(chip.bytes))),
        row('program', tool),
        row('timing', timing === 'cycle' ? 'cycle by cycle' : 'not computed'),
        row('spike digest', spikeDigest),
        row('emulated in', figure('host.seconds', host.seconds, formatSi(host.seconds, 's'))),
        row(
          'operations',
          html`${figure('host.synopsPerSecond', host.synopsPerSecond, formatSi(host.synopsPerSecond, '').trimEnd())} synops/s`,
        ),
        row('peak memory', figure('host.peakRssBytes', host.peakRssBytes, formatSi(host.peakRssBytes, 'B'))),
      ],
    )}${origin === undefined ? '' : madeOf(origin)}${fold('All counts', table('Counts, from which the energy is made', [{ title: 'event' }, { title: 'per inference', number: true }, { title: 'all inferences', number: true }], rows))}`,
  };
}
