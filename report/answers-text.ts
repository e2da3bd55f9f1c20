/** What a run answered, how well, and where it was wrong. */
import type { RunRecord } from '../isa/index.ts';
import { className, errorNumbers, finishingWords, mostTakenFor, outputNumbers, showsValues } from './answers.ts';
import { formatCount, formatPercent, plural, printable } from './format.ts';
import { type Column, colours, heading, renderTable, type TextStyle } from './table.ts';
import { nameText } from './wrap.ts';

/** Samples that are listed one by one. */
const LISTED_OUTPUTS = 10;
const LISTED_WRONG = 10;
/** Classes of a confusion matrix that is printed. */
const MOST_CLASSES = 12;

export function renderAnswers(record: RunRecord, style: TextStyle): string {
  const chalk = colours(style);
  const { selfTest } = record;
  const lines = [
    ...outputLines(record, style),
    ...accuracyLines(record, style),
    ...placeLines(record, style),
    ...errorLines(record, style),
  ];
  if (selfTest !== undefined) {
    const verdict = selfTest.exact ? chalk.green('bit-exact') : chalk.red('DIFFERENT');
    lines.push(
      `${heading('Self-test', style)} ${plural(selfTest.samples, 'sample')}: ${verdict} to the reference interpreter`,
    );
  }
  return lines.join('\n');
}

function outputLines(record: RunRecord, style: TextStyle): string[] {
  const { outputs, regression, places } = record;
  // A class of the whole output means nothing where there are several places.
  if (outputs.length === 0 || places !== undefined) return [];
  const chalk = colours(style);
  const withValues = showsValues(record);
  const columns: Column[] = [{ title: 'sample', align: 'right' }];
  if (regression === undefined)
    columns.push({ title: 'class', names: true }, { title: 'label', names: true }, { title: '' });
  if (withValues) columns.push({ title: 'outputs', words: true });
  if (regression !== undefined) columns.push({ title: 'targets', words: true });
  const rows = outputs
    .slice(0, LISTED_OUTPUTS)
    .map(({ index, predicted, name, label, values = [], target = [] }) => [
      formatCount(index),
      ...(regression === undefined
        ? [
            name === undefined ? String(predicted) : printable(name),
            label === undefined ? '' : printable(className(record, label)),
            label === undefined ? '' : label === predicted ? chalk.green('right') : chalk.red('wrong'),
          ]
        : []),
      ...(withValues ? [outputNumbers(values)] : []),
      ...(regression === undefined ? [] : [outputNumbers(target)]),
    ]);
  const more = outputs.length - LISTED_OUTPUTS;
  const finishing = withValues ? finishingWords(record) : '';
  return [
    heading(regression === undefined ? 'Recognised' : 'Outputs', style),
    renderTable(columns, rows, style),
    ...(more > 0 ? [`  and ${formatCount(more)} more`] : []),
    ...(finishing === '' ? [] : [`  outputs: ${finishing}`]),
  ];
}

function accuracyLines(record: RunRecord, style: TextStyle): string[] {
  const { accuracy } = record;
  // One sample is right or wrong; an interval around it says nothing.
  if (accuracy === undefined || accuracy.total <= 1) return [];
  const chalk = colours(style);
  const [low, high] = accuracy.ci95;
  const beside = (value: number | undefined, show: (value: number) => string): string =>
    value === undefined ? '' : `; conventional network ${show(value)}`;
  const lines = [
    `${heading('Accuracy', style)} ${chalk.bold(formatPercent(accuracy.top1))} (${formatCount(accuracy.correct)} of ${formatCount(accuracy.total)}, 95 % interval ${formatPercent(low)} to ${formatPercent(high)})${beside(accuracy.floatTop1, formatPercent)}`,
  ];
  const { topK, auc, floatAuc } = accuracy;
  if (topK !== undefined)
    lines.push(
      `  among the ${topK.k} largest outputs ${formatPercent(topK.accuracy)}${beside(topK.float, formatPercent)}`,
    );
  if (auc !== undefined)
    lines.push(`  area under the curve (AUC) ${auc.toFixed(4)}${beside(floatAuc, (value) => value.toFixed(4))}`);
  return [...lines, ...wrongLines(record, style)];
}

function wrongLines(record: RunRecord, style: TextStyle): string[] {
  const { wrong = [], perClass = [], confusion = [], total, correct } = record.accuracy!;
  if (wrong.length === 0) return [];
  const listed = wrong.slice(0, LISTED_WRONG).map(formatCount).join(', ');
  const rest = total - correct - Math.min(wrong.length, LISTED_WRONG);
  const lines = [`  wrong: ${listed}${rest > 0 ? ` and ${formatCount(rest)} more` : ''}`];
  if (perClass.length > MOST_CLASSES) {
    const labelled = perClass.filter((row) => row.total > 0);
    const worst = labelled.reduce((low, row) => (row.correct / row.total < low.correct / low.total ? row : low));
    const taken = mostTakenFor(record, worst.class);
    const instead = taken === undefined ? '' : `, most often taken for ${nameText(className(record, taken), style)}`;
    return [
      ...lines,
      `  least recognised: ${nameText(className(record, worst.class), style)}, ${formatCount(worst.correct)} of ${formatCount(worst.total)}${instead}`,
    ];
  }
  const counts = new Map(confusion.map(({ label, predicted, count }) => [`${label} ${predicted}`, count]));
  const names = perClass.map((row) => printable(className(record, row.class)));
  const right = { align: 'right' } as const;
  const columns = [
    { title: 'label \\ answer', names: true },
    ...names.map((title) => ({ title, names: true, ...right })),
    { title: 'right', ...right },
  ];
  const order = names.toReversed();
  const rows = perClass.map((row, k) => [
    names[k]!,
    ...perClass.map((answer) => formatCount(counts.get(`${row.class} ${answer.class}`) ?? 0)),
    row.total === 0 ? '–' : formatPercent(row.correct / row.total),
  ]);
  return [...lines, renderTable(columns, rows, style, order)];
}

function placeLines({ places }: RunRecord, style: TextStyle): string[] {
  if (places === undefined) return [];
  const { kind, samples, correct, total, accuracy, wholeCorrect, unlabelled, floatAccuracy } = places;
  const { meanIou, floatMeanIou, perClass = [], perHead = [] } = places;
  const beside = [
    ...(floatAccuracy === undefined ? [] : [formatPercent(floatAccuracy)]),
    ...(floatMeanIou === undefined ? [] : [`mean IoU ${formatPercent(floatMeanIou)}`]),
  ];
  const lines = [
    `${heading(`Accuracy of ${kind}`, style)} ${colours(style).bold(formatPercent(accuracy))} (${formatCount(correct)} of ${formatCount(total)} in ${plural(samples, 'sample')})${meanIou === undefined ? '' : `, mean IoU ${formatPercent(meanIou)}`}${beside.length === 0 ? '' : `; conventional network ${beside.join(', ')}`}`,
    `  right in all ${kind}: ${formatCount(wholeCorrect)} of ${plural(samples, 'sample')}${unlabelled === 0 ? '' : `; left out without a label: ${formatCount(unlabelled)}`}`,
  ];
  const right = { align: 'right' } as const;
  const share = (value: number | undefined): string => (value === undefined ? '–' : formatPercent(value));
  if (kind === 'heads') {
    const columns = ['head', 'classes', 'right', 'of', 'accuracy', 'conventional'].map((title) => ({
      title,
      ...right,
    }));
    const rows = perHead
      .slice(0, MOST_CLASSES)
      .map((row) => [
        ...[row.head, row.classes, row.correct, row.total].map((count) => formatCount(count)),
        ...[row.accuracy, row.floatAccuracy].map(share),
      ]);
    return [...lines, renderTable(columns, rows, style), ...moreThan(perHead.length)];
  }
  const columns = [{ title: 'class' }, ...['pixels', 'right', 'answers', 'IoU'].map((title) => ({ title, ...right }))];
  const rows = perClass
    .slice(0, MOST_CLASSES)
    .map((row) => [
      String(row.class),
      ...[row.total, row.correct, row.predicted].map((count) => formatCount(count)),
      formatPercent(row.iou),
    ]);
  return [...lines, renderTable(columns, rows, style), ...moreThan(perClass.length)];
}

const moreThan = (rows: number): string[] =>
  rows > MOST_CLASSES ? [`  and ${formatCount(rows - MOST_CLASSES)} more`] : [];

function errorLines({ regression }: RunRecord, style: TextStyle): string[] {
  if (regression === undefined) return [];
  const { samples, float, perOutput } = regression;
  const said = (errors: typeof regression | NonNullable<typeof float>): string => {
    const [mae, rmse, r2] = errorNumbers(errors);
    return `MAE ${mae}, RMSE ${rmse}, R² ${r2}`;
  };
  const lines = [
    `${heading('Errors', style)} ${said(regression)} of ${plural(samples, 'sample')}${float === undefined ? '' : `; conventional network ${said(float)}`}`,
  ];
  if (perOutput.length < 2) return lines;
  const right = { align: 'right' } as const;
  const rows = perOutput
    .slice(0, MOST_CLASSES)
    .map((row) => [row.name === undefined ? String(row.output) : printable(row.name), ...errorNumbers(row)]);
  const columns = [{ title: 'output', names: true }, ...['MAE', 'RMSE', 'R²'].map((title) => ({ title, ...right }))];
  const more = perOutput.length - rows.length;
  return [...lines, renderTable(columns, rows, style), ...(more > 0 ? [`  and ${formatCount(more)} more`] : [])];
}
