/** What each sample was taken for. */
import type { RunRecord } from '../../isa/index.ts';
import { outputNumbers, showsValues } from '../answers.ts';
import { formatCount } from '../format.ts';
import { type Content, figure, firstRows, fold, html, note, table } from './markup.ts';

const MOST_OUTPUTS = 50;

export function outputs(record: RunRecord): Content {
  if (record.outputs.length === 0) return '';
  const { shown, more } = firstRows(record.outputs, MOST_OUTPUTS);
  const withValues = showsValues(record);
  const rows = shown.map(({ index, predicted, name, label, values = [] }, k) => [
    figure(`outputs.${k}.index`, index, formatCount(index)),
    html`${figure(`outputs.${k}.predicted`, predicted, String(predicted))}${name === undefined ? '' : ` ${name}`}`,
    label === undefined ? '' : figure(`outputs.${k}.label`, label, String(label)),
    label === undefined
      ? ''
      : label === predicted
        ? html`<span class="good">✓</span> right`
        : html`<span class="bad">✗</span> wrong`,
    ...(withValues ? [outputNumbers(values)] : []),
  ]);
  const columns = [{ title: 'sample', number: true }, { title: 'class' }, { title: 'label' }, { title: '' }];
  if (withValues) columns.push({ title: 'outputs' });
  return fold('What was recognised', [table('Classes of the samples', columns, rows), more === '' ? '' : note(more)]);
}
