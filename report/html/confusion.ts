/** Which classes are taken for which: a table of counts, shaded, or a list of mistakes where there are many classes. */
import type { RunRecord } from '../../isa/index.ts';
import { className } from '../answers.ts';
import { formatCount } from '../format.ts';
import { type Content, figure, firstRows, html, Markup, note, scroller, table } from './markup.ts';
import { MOST_TINT } from './palette.ts';

/** Classes of a confusion matrix that is drawn as one; beyond, mistakes are listed. */
const MOST_CLASSES = 32;
const MOST_ROWS = 200;
/** About what a cell and the column of labels take, in pixels. */
const CELL_PIXELS = 28;
const LABEL_PIXELS = 60;
/** A mistake is seen, however rare. */
const LEAST_TINT = 0.12;

type Accuracy = NonNullable<RunRecord['accuracy']>;

export function confusionTable(record: RunRecord, { perClass = [], confusion = [] }: Accuracy): Content {
  if (perClass.length === 0) return '';
  const heading = html`<h3>What is taken for what</h3>\n`;
  if (perClass.length > MOST_CLASSES) return [heading, mistakeTable(record, confusion)];
  const at = new Map(confusion.map(({ label, predicted }, k) => [`${label} ${predicted}`, k]));
  const names = perClass.map((row) => className(record, row.class));
  const rows = perClass.map((row, k) => {
    const cells = perClass.map((answer) => {
      const place = at.get(`${row.class} ${answer.class}`);
      if (place === undefined) return html`<td class="none">0</td>`;
      const { count } = confusion[place]!;
      const share = LEAST_TINT + (MOST_TINT - LEAST_TINT) * (count / Math.max(1, row.total));
      const look = row.class === answer.class ? 'right' : 'wrong';
      return html`<td class="${look}" style="--tint:${Math.min(100 * MOST_TINT, 100 * share).toFixed(0)}%">${figure(`accuracy.confusion.${place}.count`, count, formatCount(count))}</td>`;
    });
    return html`<tr><th scope="row">${names[k]}</th>${cells}</tr>\n`;
  });
  const caption = 'Samples by label (row) and by answer (column); those that are right lie on the diagonal';
  const head = names.map((name) => html`<th scope="col" class="n">${name}</th>`);
  const whole = html`<table class="confusion"><caption>${new Markup(caption)}</caption><thead><tr><th scope="col">label</th>${head}</tr></thead><tbody>${rows}</tbody></table>`;
  const longest = names.reduce((most, name) => Math.max(most, 8 * name.length), CELL_PIXELS);
  return [
    heading,
    scroller('What is taken for what', whole, { rows: rows.length, pixels: LABEL_PIXELS + longest * rows.length }),
  ];
}

function mistakeTable(record: RunRecord, confusion: NonNullable<Accuracy['confusion']>): Content {
  const mistakes = confusion
    .map((pair, k) => ({ ...pair, k }))
    .filter(({ label, predicted }) => label !== predicted)
    .sort((a, b) => b.count - a.count);
  const { shown, more } = firstRows(mistakes, MOST_ROWS);
  const rows = shown.map(({ label, predicted, count, k }) => [
    className(record, label),
    className(record, predicted),
    figure(`accuracy.confusion.${k}.count`, count, formatCount(count)),
  ]);
  const columns = [{ title: 'label' }, { title: 'answer' }, { title: 'samples', number: true }];
  return [table('The most frequent mistakes', columns, rows), more === '' ? '' : note(more)];
}
