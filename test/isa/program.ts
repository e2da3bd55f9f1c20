/** Programs as text: the tests write what cores execute in the assembly language of spec/isa.md. */
import { CoreAssembler } from '../../isa/asm/core-assembler.ts';
import { LineReader } from '../../isa/asm/lines.ts';
import { ROWS } from '../../isa/asm/syntax.ts';

/** The assembler reads instructions and labels behind a `.core` alone; nothing of this one is looked at. */
const ANY_CORE = ['.core', ...ROWS['.core'].map(({ name }) => `${name}=0`)].join(' ');

/** The words of instructions. Labels are those of these lines, so that every program can name its windows alike. */
export function programWords(lines: readonly string[]): Uint32Array {
  const reader = new LineReader([ANY_CORE, ...lines].join('\n'), undefined);
  const core = new CoreAssembler(reader.next()!, reader);
  for (let line = reader.next(); line !== undefined; line = reader.next())
    if (!core.read(line)) reader.fault(line.number, `"${line.text}": an instruction or a label is expected`);
  return core.finish().program;
}

/** One line of several parts: text as it is, and generated values by the names of their fields. */
export const statement = (...parts: readonly (string | Readonly<Record<string, number | string>>)[]): string =>
  parts
    .map((part) => {
      if (typeof part === 'string') return part;
      const pairs = Object.entries(part).map(([name, value]) => `${name}=${value}`);
      return pairs.join(' ');
    })
    .join(' ');
