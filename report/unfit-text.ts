/** Check record of a network that does not fit → something to read. */
import { formatCount, plural, printable } from './format.ts';
import { colours, renderTable, type TextStyle } from './table.ts';

interface MisfitSummary {
  readonly code: string;
  readonly message: string;
  readonly layer: string | null;
}

type Fitting = { readonly cores: number; readonly coresAvailable: number };

/** What the text reads of the check record (`snn-check/1`). */
export interface UnfitSummary {
  readonly network: string;
  readonly target: string;
  readonly misfit: MisfitSummary;
  readonly changes: readonly (Fitting & { readonly change: string })[];
  readonly triedInVain: readonly string[];
  readonly targets: readonly (
    | (Fitting & { readonly target: string; readonly fits: true })
    | { readonly target: string; readonly fits: false; readonly misfit: MisfitSummary }
  )[];
  readonly nearestTarget: string | null;
}

/** The answer of `snnc check` where a network does not fit; why it does not is said apart, as an error. */
export function renderUnfitText(record: UnfitSummary, style: TextStyle): string {
  const chalk = colours(style);
  const { changes, triedInVain } = record;
  const head = `${chalk.bold(printable(record.network))} ${chalk.red('does not fit')} ${printable(record.target)}`;
  const vain = triedInVain.length === 0 ? '' : `  tried in vain: ${triedInVain.map(printable).join('; ')}`;
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

const changeTable = (changes: UnfitSummary['changes'], style: TextStyle): string =>
  renderTable(
    [{ title: 'change' }, { title: 'then uses' }],
    changes.map((change) => [printable(change.change), coresOf(change)]),
    style,
  );

function targetsText({ targets, nearestTarget }: UnfitSummary, style: TextStyle): string {
  const chalk = colours(style);
  const lines = targets.map((tried) => {
    const name = printable(tried.target);
    if (!tried.fits) return `  ${name}: ${tried.misfit.code}, ${printable(tried.misfit.message)}`;
    return `  ${name}: ${chalk.green('fits')}, ${coresOf(tried)}${tried.target === nearestTarget ? ' (the nearest target that fits)' : ''}`;
  });
  return [`${chalk.bold('Other targets')}, the nearest first`, ...lines].join('\n');
}
