/** Check record of a network that does not fit → something to read. */
import type { CheckRecord } from '../isa/index.ts';
import { formatCount, plural, printable } from './format.ts';
import { colours, renderTable, type TextStyle } from './table.ts';
import { shortenNames } from './wrap.ts';

type Fitting = Pick<CheckRecord['changes'][number], 'cores' | 'coresAvailable'>;

/** The answer of `snnc check` where a network does not fit; why it does not is said apart, as an error. */
export function renderUnfitText(record: CheckRecord, style: TextStyle): string {
  const chalk = colours(style);
  const { changes, triedInVain } = record;
  const head = `${chalk.bold(printable(record.network))} ${chalk.red('does not fit')} ${printable(record.target)}`;
  const vain =
    triedInVain.length === 0
      ? ''
      : `  tried in vain: ${triedInVain.map((change) => shortenNames(printable(change), style)).join('; ')}`;
  const built =
    changes.length === 0
      ? 'No change that was tried makes it fit'
      : `${chalk.bold('Each of these changes alone was built and fits')}, the smallest first\n${changeTable(changes, style)}`;
  const tried = [built, vain].filter((part) => part !== '').join('\n');
  const sections = [head, tried, ...(record.targets.length === 0 ? [] : [targetsText(record, style)])];
  return `${sections.join('\n\n')}\n`;
}

const coresOf = ({ cores, coresAvailable }: Fitting): string =>
  `${formatCount(cores)} of ${plural(coresAvailable, 'core')}`;

const changeTable = (changes: CheckRecord['changes'], style: TextStyle): string =>
  renderTable(
    [{ title: 'change', words: true }, { title: 'then uses' }],
    changes.map((change) => [printable(change.change), coresOf(change)]),
    style,
  );

function targetsText({ targets, nearestTarget }: CheckRecord, style: TextStyle): string {
  const chalk = colours(style);
  const lines = targets.map((tried) => {
    const name = printable(tried.target);
    if (!tried.fits) return `  ${name}: ${tried.misfit.code}, ${shortenNames(printable(tried.misfit.message), style)}`;
    return `  ${name}: ${chalk.green('fits')}, ${coresOf(tried)}${tried.target === nearestTarget ? ' (the nearest target that fits)' : ''}`;
  });
  return [`${chalk.bold('Other targets')}, the nearest first`, ...lines].join('\n');
}
