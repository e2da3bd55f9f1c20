/** Which classes are confused, which samples are wrong, and how close quantities are. */
import { platform } from '#platform';
import type { PictureRecord, RunRecord } from '../../isa/index.ts';
import { className, errorNumbers } from '../answers.ts';
import { formatCount, formatPercent } from '../format.ts';
import { confusionTable } from './confusion.ts';
import { type Content, figure, firstRows, fold, html, Markup, note, table } from './markup.ts';
import { encodePng } from './png.ts';

const MOST_ROWS = 200;
const MOST_WRONG = 500;

type Accuracy = NonNullable<RunRecord['accuracy']>;

/** Beside the accuracy: top k, area under the curve, what is taken for what, mistakes, classes. */
export function answersBody(record: RunRecord): Content {
  const { accuracy } = record;
  if (accuracy?.perClass === undefined) return '';
  return [
    figuresLine(accuracy),
    html`<div class="row"><div>${confusionTable(record, accuracy)}</div><div>${wrongSamples(record, accuracy)}</div></div>`,
    classTable(record, accuracy),
  ];
}

function figuresLine({ topK, auc, floatAuc }: Accuracy): Content {
  const said: Content[] = [];
  if (topK !== undefined)
    said.push(
      html`The label is among the ${figure('accuracy.topK.k', topK.k, String(topK.k))} largest outputs of ${figure('accuracy.topK.accuracy', topK.accuracy, formatPercent(topK.accuracy))} of the samples. `,
    );
  if (auc !== undefined)
    said.push(html`The area under the curve (AUC) is ${figure('accuracy.auc', auc, auc.toFixed(4))}. `);
  if (floatAuc !== undefined)
    said.push(html`That of the conventional network is ${figure('accuracy.floatAuc', floatAuc, floatAuc.toFixed(4))}.`);
  return said.length === 0 ? '' : html`<p>${said}</p>\n`;
}

function classTable(record: RunRecord, { perClass = [] }: Accuracy): Markup {
  const { shown, more } = firstRows(perClass, MOST_ROWS);
  const rows = shown.map((row, k) => [
    className(record, row.class),
    figure(`accuracy.perClass.${k}.total`, row.total, formatCount(row.total)),
    figure(`accuracy.perClass.${k}.correct`, row.correct, formatCount(row.correct)),
    row.total === 0 ? '–' : formatPercent(row.correct / row.total),
    figure(`accuracy.perClass.${k}.predicted`, row.predicted, formatCount(row.predicted)),
    row.predicted === 0 ? '–' : formatPercent(row.correct / row.predicted),
  ]);
  const numbers = ['samples', 'recognised', 'share', 'taken for it', 'rightly'];
  const columns = [{ title: 'class' }, ...numbers.map((title) => ({ title, number: true }))];
  return fold('Class by class', [
    table('How well each class is recognised', columns, rows),
    more === '' ? '' : note(more),
  ]);
}

function wrongSamples(record: RunRecord, { wrong = [], pictures = [], total, correct }: Accuracy): Content {
  if (wrong.length === 0) return '';
  const shown = wrong
    .slice(0, MOST_WRONG)
    .map((index, k) => html`${k > 0 ? ', ' : ''}${figure(`accuracy.wrong.${k}`, index, formatCount(index))}`);
  const rest = total - correct - shown.length;
  const list = fold(
    'Numbers of the samples that were not recognised',
    html`<p>${shown}${rest > 0 ? ` and ${formatCount(rest)} more` : ''}</p>`,
  );
  if (pictures.length === 0) return list;
  const left = total - correct - pictures.length;
  const title =
    left > 0 ? `The first ${pictures.length} samples that were not recognised` : 'Samples that were not recognised';
  return html`<h3>${title}</h3>\n<ul class="samples">${pictures.map((picture, k) => html`<li>${sampleFigure(record, picture, k)}</li>\n`)}</ul>${list}`;
}

function sampleFigure(record: RunRecord, picture: PictureRecord, k: number): Markup {
  const { index, label, predicted, channels, height, width, pixels } = picture;
  const bytes = platform.fromBase64(pixels);
  const png = platform.toBase64(encodePng({ channels, height, width, bytes }));
  const [is, seen] = [className(record, label), className(record, predicted)];
  const number = figure(`accuracy.pictures.${k}.index`, index, formatCount(index));
  return html`<img alt="sample ${index}" width="${width}" height="${height}" src="data:image/png;base64,${new Markup(png)}"><b>${is}</b> <span class="bad">✗ ${seen}</span><br><span class="note">sample ${number}</span>`;
}

/** How close the values are to their targets; '' where there are none. */
export function errorsBody({ regression }: RunRecord): Content {
  if (regression === undefined) return '';
  const cells = (path: string, errors: Parameters<typeof errorNumbers>[0]): Content[] => {
    const texts = errorNumbers(errors);
    return (['mae', 'rmse', 'r2'] as const).map((name, k) => {
      const value = errors[name];
      return value === undefined ? '–' : figure(`${path}.${name}`, value, texts[k]!);
    });
  };
  const { samples, float, perOutput } = regression;
  const { shown, more } = firstRows(perOutput, MOST_ROWS);
  const columns = [{ title: '' }, ...['MAE', 'RMSE', 'R²'].map((title) => ({ title, number: true }))];
  const rows: Content[][] = [['all outputs', ...cells('regression', regression)]];
  if (float !== undefined) rows.push(['the conventional network', ...cells('regression.float', float)]);
  rows.push(...shown.map((row, k) => [`output ${row.name ?? row.output}`, ...cells(`regression.perOutput.${k}`, row)]));
  return html`<p>The values of the outputs against the targets of ${figure('regression.samples', samples, formatCount(samples))} samples.</p>
${table('Errors of the outputs', columns, rows)}${more === '' ? '' : note(more)}`;
}
