/** Tables of what something was made from: inputs by their content, and options. */
import type { SweepInput } from '../../isa/index.ts';
import { formatCount } from '../format.ts';
import { type Content, html, type Markup, sentence, table } from './markup.ts';

/** @param marked a count of the k-th input, with its place in the record where it has one */
export function inputsTable(
  inputs: readonly SweepInput[],
  marked: (k: number, field: 'bytes' | 'files', text: string) => Content = (_k, _field, text) => text,
): Markup {
  const rows = inputs.map(({ option, name, sha256, files, bytes }, k) => [
    option,
    name,
    marked(k, 'bytes', formatCount(bytes)),
    files === 0 ? 'built in' : marked(k, 'files', formatCount(files)),
    html`<code class="hash">${sha256}</code>`,
  ]);
  const columns = [
    { title: 'option' },
    { title: 'name' },
    { title: 'bytes', number: true },
    { title: 'files', number: true },
    { title: 'SHA-256' },
  ];
  return table('Inputs, by their content', columns, rows);
}

/** @param first rows before those of the options */
export const optionsTable = (
  caption: string,
  options: Readonly<Record<string, unknown>>,
  first: readonly (readonly Content[])[] = [],
): Markup =>
  table(
    caption,
    [{ title: 'option' }, { title: 'value' }],
    [...first.map((row) => [...row]), ...Object.entries(options).map(([name, value]) => [name, String(value)])],
  );

/** The program, the command line where it is known, and what else there is to say. */
export const madeByTable = (
  tool: string,
  command: string | undefined,
  more: readonly (readonly [name: string, value: Content])[] = [],
): Markup =>
  table(
    'What made it',
    [{ title: '' }, { title: '' }],
    [
      ['program', tool],
      ...(command === undefined ? [] : [['command', html`<code>${sentence(command)}</code>`]]),
      ...more.map(([name, value]) => [name, value]),
    ],
  );
