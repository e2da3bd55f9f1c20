/** What each sample was taken for. */
import { outputNumbers, showsValues } from '../answers.ts';
import { formatCount } from '../format.ts';
import { figure, firstRows, fold, html, note, table } from './markup.ts';
import type { ReportSource, Section } from './section.ts';

const MOST_OUTPUTS = 50;
/** Of a table that stands open. */
const ROWS_OPEN = 10;

/** undefined where the record lists no sample. */
export function outputsSection({ record }: ReportSource): Section | undefined {
  if (record.outputs.length === 0) return undefined;
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
  const list = table('Classes of the samples', columns, rows);
  const body =
    rows.length <= ROWS_OPEN ? list : fold('What each sample was taken for', [list, more === '' ? '' : note(more)]);
  return { id: 'outputs', title: 'What was recognised', body: html`${body}` };
}
