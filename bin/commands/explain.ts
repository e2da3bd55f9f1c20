/** `snnc explain` */
import { type DiagnosticCode, DIAGNOSTICS, fail } from '../../isa/index.ts';
import { colours, renderTable } from '../../report/index.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import type { Io } from '../ui/io.ts';
import { checkJsonOutput, publish } from '../ui/results.ts';
import { suggestion } from '../ui/suggest.ts';

const CODES = Object.keys(DIAGNOSTICS) as DiagnosticCode[];

export async function explain(
  { code, json }: { readonly code: string | undefined; readonly json: string | undefined },
  io: Io,
): Promise<ExitCode> {
  await checkJsonOutput(io, json, []);
  const known = code === undefined ? undefined : findCode(code);
  const rows = CODES.map((name) => {
    const { title, explanation } = DIAGNOSTICS[name];
    return { format: 'snn-message/1' as const, code: name, title, explanation };
  });
  const shown = rows.find((row) => row.code === known);
  await publish(io, {
    json,
    record: () => shown ?? rows,
    text: (style) => {
      if (shown !== undefined) return `${colours(style).bold(`${shown.code}: ${shown.title}`)}\n${shown.explanation}\n`;
      const cells = rows.map((row) => [row.code, row.title]);
      return `${renderTable([{ title: 'code' }, { title: 'meaning' }], cells, style)}\n`;
    },
  });
  return EXIT.done;
}

function findCode(text: string): DiagnosticCode {
  const code = CODES.find((name) => name === text.toUpperCase());
  if (code !== undefined) return code;
  return fail(
    'E0103',
    `there is no message ${JSON.stringify(text.slice(0, 60))}${suggestion(text.slice(0, 60), CODES)}`,
    undefined,
    '`snnc explain` lists all',
  );
}
