/** How well classes are told apart in each pixel, or by each head. */
import type { RunRecord } from '../../isa/index.ts';
import { formatCount, formatPercent } from '../format.ts';
import { type Content, figure, firstRows, html, type Markup, note, table } from './markup.ts';

const MOST_ROWS = 200;

type Places = NonNullable<RunRecord['places']>;

export function placesBody(places: Places): Markup {
  const { kind, samples, accuracy, correct, total, floatAccuracy, meanIou, wholeCorrect } = places;
  const iou =
    meanIou === undefined
      ? ''
      : html` The mean of the intersections over unions of the classes is ${figure('places.meanIou', meanIou, formatPercent(meanIou))}.`;
  const float =
    floatAccuracy === undefined
      ? ''
      : html` The conventional network has ${figure('places.floatAccuracy', floatAccuracy, formatPercent(floatAccuracy))}.`;
  return html`<p>${figure('places.accuracy', accuracy, formatPercent(accuracy))} of the ${kind} are right: ${figure('places.correct', correct, formatCount(correct))} of ${figure('places.total', total, formatCount(total))} in ${figure('places.samples', samples, formatCount(samples))} samples, of which ${figure('places.wholeCorrect', wholeCorrect, formatCount(wholeCorrect))} are right everywhere.${iou}${float}</p>
${kind === 'pixels' ? classTable(places) : headTable(places)}`;
}

function classTable({ perClass = [] }: Places): Content {
  const { shown, more } = firstRows(perClass, MOST_ROWS);
  const columns = [
    { title: 'class' },
    ...['pixels', 'right', 'answers', 'IoU'].map((title) => ({ title, number: true })),
  ];
  const rows = shown.map((row, k) => [
    String(row.class),
    ...(['total', 'correct', 'predicted'] as const).map((name) =>
      figure(`places.perClass.${k}.${name}`, row[name], formatCount(row[name])),
    ),
    figure(`places.perClass.${k}.iou`, row.iou, formatPercent(row.iou)),
  ]);
  return [table('Pixels class by class', columns, rows), more === '' ? '' : note(more)];
}

function headTable({ perHead = [] }: Places): Content {
  const { shown, more } = firstRows(perHead, MOST_ROWS);
  const titles = ['head', 'classes', 'right', 'of', 'accuracy'];
  const rows = shown.map((row, k) => [
    ...(['head', 'classes', 'correct', 'total'] as const).map((name) =>
      figure(`places.perHead.${k}.${name}`, row[name], formatCount(row[name])),
    ),
    row.accuracy === undefined
      ? '–'
      : figure(`places.perHead.${k}.accuracy`, row.accuracy, formatPercent(row.accuracy)),
  ]);
  return [
    table(
      'Head by head',
      titles.map((title) => ({ title, number: true })),
      rows,
    ),
    more === '' ? '' : note(more),
  ];
}
