/** What a run cost, how certain that is, and what the conventional network would cost → text. */
import type { Baseline, RunRecord, Sensitivity } from '../isa/index.ts';
import { LEFT_OUT_FIRST } from './column-order.ts';
import { formatCount, formatPercent, formatSi, plural, printable, shorten } from './format.ts';
import { colours, heading, renderTable, type TextStyle } from './table.ts';

/** What is shown of the source of a figure where nothing is said of the width. */
const SOURCE_WIDTH = 44;

type Energy = RunRecord['energy'];

/** Whether something is missing from a sum: what the parts show counts as much as what the record says. */
export const isPartial = ({ partial, parts }: Energy): boolean => partial || parts.some(({ joule }) => joule === null);

/** What is taken of the leakage of cores that hold nothing; undefined where all cores hold something. */
export function emptyCoresText({ parts }: Energy, { cores, coresTotal }: RunRecord['chip']): string | undefined {
  if (parts.some(({ event }) => event === 'emptyCoreCycle'))
    return 'cores that hold nothing are idle: their leakage is counted as emptyCoreCycle';
  const empty = coresTotal - cores;
  return empty > 0 ? `cores that hold nothing (${formatCount(empty)}) are switched off: they draw nothing` : undefined;
}

export function energySection({ energy, energyBudget, inferences, chip }: RunRecord, style: TextStyle): string {
  const chalk = colours(style);
  const marks = [
    ...(isPartial(energy) ? [chalk.yellow('partial')] : []),
    ...(energy.assumed.length > 0 ? [chalk.yellow('assumed figures')] : []),
  ];
  const mark = marks.length === 0 ? '' : ` (${marks.join(', ')})`;
  const lines = [
    `${heading('Energy', style)} ${chalk.bold(formatSi(energy.joulePerInference, 'J'))} per inference, ${formatSi(energy.jouleTotal, 'J')} for ${plural(inferences, 'inference')}${mark}`,
    partsTable(energy, style),
  ];
  if (energy.assumed.length > 0) lines.push(`  assumed, not published: ${energy.assumed.map(printable).join(', ')}`);
  if (energy.unknown.length > 0)
    lines.push(`  unknown, left out of the sum: ${energy.unknown.map(printable).join(', ')}`);
  if (energy.parts.some(({ count, joule }) => count === null && joule === null))
    lines.push('  cycles were not counted: timing was not computed (--timing cycle)');
  const empty = emptyCoresText(energy, chip);
  if (empty !== undefined) lines.push(`  ${empty}`);
  if (energyBudget !== undefined) lines.push(budgetLine(energyBudget, energy, style));
  const { sensitivity } = energy;
  if (sensitivity !== undefined && sensitivity.deciding.length > 0)
    lines.push(...sensitivityLines(sensitivity, isPartial(energy) ? 'partial, ' : ''));
  return lines.join('\n');
}

function budgetLine(
  { joule, verdict }: NonNullable<RunRecord['energyBudget']>,
  { joulePerInference }: Energy,
  style: TextStyle,
): string {
  const chalk = colours(style);
  const words = {
    kept: chalk.green(`kept, ${formatPercent(joulePerInference / joule, 1)} of it`),
    exceeded: chalk.red(`exceeded by ${formatSi(joulePerInference - joule, 'J')}`),
    open: chalk.yellow('not decided, since energies are missing; what is known keeps it'),
  };
  return `  budget ${formatSi(joule, 'J')} per inference: ${words[verdict]}`;
}

function partsTable({ parts }: Energy, style: TextStyle): string {
  const rows = parts
    .filter(({ count }) => count !== 0)
    .map(({ event, count, jouleEach, joule, kind, source }) => [
      printable(event),
      count === null ? 'not counted' : formatCount(count),
      'x',
      jouleEach === null ? 'unknown' : formatSi(jouleEach, 'J'),
      '=',
      joule === null ? 'unknown' : formatSi(joule, 'J'),
      kind,
      style.fits === undefined ? shorten(printable(source), SOURCE_WIDTH) : printable(source),
    ]);
  const right = { align: 'right' } as const;
  const columns = [
    { title: 'event' },
    { title: 'count', ...right },
    { title: '' },
    { title: 'each', ...right },
    { title: '' },
    { title: 'energy', ...right },
    { title: 'kind' },
    { title: 'source', names: true },
  ];
  return renderTable(columns, rows, style, LEFT_OUT_FIRST.energy);
}

/** @param mark before every energy of the chip */
function sensitivityLines({ deciding, range, oneAtATime }: Sensitivity, mark: string): string[] {
  const joules = (ends: Sensitivity['range']): string =>
    `${mark}${formatSi(ends.lowJoulePerInference, 'J')} to ${formatSi(ends.highJoulePerInference, 'J')} per inference`;
  const lines = deciding.map(({ event, share, relativeUncertainty }) => {
    const alone = oneAtATime.find((one) => one.event === event);
    const about =
      alone === undefined
        ? 'taken as certain'
        : `x or / ${factorText(1 + relativeUncertainty)} alone: ${joules(alone)}`;
    return `    ${printable(event)}: ${formatPercent(share, 1)} of the sum, ${about}`;
  });
  const all =
    oneAtATime.length === 0
      ? '  no figure is uncertain by its source'
      : `  all uncertain figures low, all high: ${joules(range)}`;
  return [all, '  what decides it (share x relative uncertainty):', ...lines];
}

const factorText = (factor: number): string => String(Number(factor.toPrecision(3)));

/** Whether the chip file tells of a conventional network to compare with. */
export const hasConventional = ({ annMacs, annWeights }: RunRecord['comparison']): boolean =>
  annMacs > 0 || annWeights !== undefined;

export function comparisonSection(record: RunRecord, style: TextStyle): string {
  const { comparison, energy, inferences, counts, chip } = record;
  const { annMacs, annJoule, annWeights, annActivations, source, baselines } = comparison;
  if (!hasConventional(comparison))
    return `${heading('Conventional network', style)} none: the chip file names no operation of one`;
  const moved =
    annWeights === undefined || annActivations === undefined
      ? ''
      : `, ${plural(annWeights, 'weight')} read, ${plural(annActivations, 'activation')} moved`;
  const lines = [
    `${heading('Conventional network', style)} ${plural(annMacs, 'mac')} per inference${moved}, ${formatSi(annJoule, 'J')} of arithmetic`,
    `  ${printable(source)}`,
  ];
  if (inferences > 0 && annMacs > 0) {
    const operations = (counts.synops + counts.macs) / inferences / annMacs;
    lines.push(`  the chip: ${operations.toPrecision(3)} synaptic operations per mac`);
  }
  if (baselines !== undefined && inferences > 0) {
    lines.push(baselineTable(baselines, isPartial(energy), style));
    lines.push(...baselines.map(({ name, assumption }) => `    ${name}: ${printable(assumption)}`));
    if (moved === '')
      lines.push('  the chip file does not tell what the conventional network moves: its memory is left out');
    lines.push(`  processes differ: the conventional network 45 nm, the chip ${printable(chip.process)}`);
  }
  return lines.join('\n');
}

function baselineTable(baselines: readonly Baseline[], partial: boolean, style: TextStyle): string {
  const right = { align: 'right' } as const;
  return renderTable(
    [
      { title: 'against' },
      { title: 'its energy', ...right },
      { title: 'chip / it', ...right },
      { title: 'larger' },
      { title: '', words: true },
    ],
    baselines.map((baseline) => [
      baseline.name,
      formatSi(baseline.joulePerInference, 'J'),
      baseline.factor === null ? '' : `${partial ? 'at least ' : ''}${baseline.factor.toPrecision(3)}`,
      baseline.larger,
      verdictText(baseline, partial),
    ]),
    style,
    LEFT_OUT_FIRST.baselines,
  );
}

function verdictText({ larger, robust }: Baseline, partial: boolean): string {
  if (larger === 'undecided') return "the chip's sum is partial, and what is unknown could turn it";
  const sum = partial ? 'although its sum is partial; ' : '';
  return robust ? `${sum}at both ends of the range` : `${sum}not at both ends of the range`;
}
