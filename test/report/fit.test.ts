/** Tables, lines and names that fit the terminal. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { LEFT_OUT_FIRST } from '../../report/column-order.ts';
import { renderTable } from '../../report/table.ts';
import { shortenMiddle, wrapText } from '../../report/wrap.ts';

const at = (width: number) => ({ color: false, width, fits: true });
const words = fc
  .array(fc.stringMatching(/^[a-zé漢]{1,12}$/), { minLength: 1, maxLength: 12 })
  .map((all) => all.join(' '));
const name = fc.stringMatching(/^[a-z/_0-9漢]{0,180}$/);

describe('shortenMiddle', () => {
  it('keeps both ends, as much of them as there is room', () => {
    expect(shortenMiddle('/features/features.12/conv/Conv', 15)).toBe('/featur…nv/Conv');
    fc.assert(
      fc.property(name, fc.integer({ min: 1, max: 200 }), (text, width) => {
        const short = shortenMiddle(text, width);
        expect(stringWidth(short)).toBeLessThanOrEqual(width);
        if (stringWidth(text) <= width) expect(short).toBe(text);
        const [head = '', tail = ''] = short.split('…');
        expect(text.startsWith(head) && text.endsWith(tail)).toBe(true);
      }),
    );
  });
});

describe('wrapText', () => {
  it('breaks at blanks, loses no word, and leaves shorter lines and longer words alone', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 0, max: 4 }), fc.integer({ min: 40, max: 90 }), (text, indent, width) => {
        const line = ' '.repeat(indent) + text;
        const wrapped = wrapText(line, at(width)).split('\n');
        for (const part of wrapped) expect(stringWidth(part)).toBeLessThanOrEqual(width);
        expect(wrapped.map((part) => part.trim()).join(' ')).toBe(text);
        for (const part of wrapped.slice(1)) expect(part.startsWith(' '.repeat(indent + 4))).toBe(true);
      }),
    );
    const path = `/tmp/${'x'.repeat(90)}`;
    expect(wrapText(`  wrote ${path}: 7 bytes`, at(60))).toBe(`  wrote\n      ${path}:\n      7 bytes`);
    expect(wrapText(`${'x'.repeat(50)} takes 8.5 µJ, as said`, at(60))).toBe(
      `${'x'.repeat(50)} takes\n    8.5 µJ, as said`,
    );
    expect(wrapText('a  b   c', at(60))).toBe('a  b   c');
    expect(wrapText('x '.repeat(90), { color: false, width: 60 })).toBe('x '.repeat(90));
  });
});

describe('a table', () => {
  const columns = [
    { title: 'layer', names: true },
    { title: 'spikes per neuron', align: 'right' },
    { title: 'kind' },
    { title: 'why', words: true },
  ] as const;
  const rows = [
    ['/features/features.12/conv/Conv', '1,024', 'fires', 'because it does so in every tick'],
    ['out', '7', 'read-out', 'never'],
  ];

  it('first folds headings and words and shortens names, then leaves columns out in the order that is stated', () => {
    expect(renderTable(columns, rows, { color: false, width: 40 })).toContain('because it does so in every tick');
    expect(renderTable(columns, rows, at(75), ['kind']).split('\n')).toEqual([
      '                                   spikes',
      '                                      per',
      '  layer                            neuron  kind      why',
      '  /features/features.12/conv/Conv   1,024  fires     because it does so',
      '                                                     in every tick',
      '  out                                   7  read-out  never',
    ]);
    const narrow = renderTable(columns, rows, at(60), ['kind']);
    expect(narrow).toContain('left out: kind (--wide shows all)');
    expect(narrow).not.toContain('fires');
    expect(renderTable(columns, rows, at(60), ['spikes per neuron'])).toContain('left out: spikes per neuron (');
    expect(renderTable(columns, rows, at(40))).toContain('left out: why, kind (');
  });

  it('has no line that is too long, whatever is in it, and keeps its first column', () => {
    const column = fc.record({
      title: words,
      align: fc.constantFrom('left' as const, 'right' as const),
      names: fc.boolean(),
      words: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(column, { minLength: 1, maxLength: 8 }),
        fc.array(fc.array(fc.oneof(words, name), { minLength: 8, maxLength: 8 }), { maxLength: 4 }),
        fc.integer({ min: 40, max: 120 }),
        (own, cells, width) => {
          const lines = renderTable(
            own,
            cells.map((row) => row.slice(0, own.length)),
            at(width),
          ).split('\n');
          for (const line of lines.filter((text) => !text.startsWith('  left out: ')))
            expect(stringWidth(line)).toBeLessThanOrEqual(width);
          expect(lines.length).toBeGreaterThan(cells.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('leaves columns out in the order that docs/terminal.md states', () => {
    const stated = [...readFileSync('docs/terminal.md', 'utf8').matchAll(/^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$/gm)];
    const orders = stated.map(([, table, titles]) => [table, titles!.split('; ')]);
    expect(Object.fromEntries(orders)).toEqual(LEFT_OUT_FIRST);
  });
});
