/** `snnc explain`: numbered messages, and the terms of the summaries. */
import { type DiagnosticCode, DIAGNOSTICS, fail, type Immutable, type TermRecord } from '../../isa/index.ts';
import { colours, findTerm, renderTable, type Term, GLOSSARY, type TextStyle } from '../../report/index.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import type { Io } from '../ui/io.ts';
import { checkJsonOutput, publish } from '../ui/results.ts';
import { nearWords, suggestion } from '../../isa/suggest.ts';

const CODES = Object.keys(DIAGNOSTICS) as DiagnosticCode[];
const LONGEST_TYPED = 60;
/** The word that asks for all terms. */
const ALL_TERMS = 'terms';

interface ExplainValues {
  readonly what: readonly string[] | undefined;
  readonly json: string | undefined;
}

export async function explain({ what = [], json }: ExplainValues, io: Io): Promise<ExitCode> {
  await checkJsonOutput(io, json, []);
  // Terms of several words need no quotes.
  const asked = what.join(' ');
  if (asked === '' || /^[EW]\d/i.test(asked)) await explainCode(asked, json, io);
  else await explainTerm(asked, json, io);
  return EXIT.done;
}

async function explainCode(asked: string, json: string | undefined, io: Io): Promise<void> {
  const known = asked === '' ? undefined : findCode(asked);
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
      const table = renderTable([{ title: 'code' }, { title: 'meaning', words: true }], cells, style);
      return `${table}\n\nwhat the summaries speak of: snnc explain ${ALL_TERMS}\n`;
    },
  });
}

async function explainTerm(asked: string, json: string | undefined, io: Io): Promise<void> {
  if (asked.toLowerCase() === ALL_TERMS) {
    await publish(io, { json, record: () => GLOSSARY.map(recordOf), text: termList });
    return;
  }
  const found = findTerm(asked) ?? unknownTerm(asked);
  await publish(io, {
    json,
    record: () => recordOf(found),
    text: (style) => `${[colours(style).bold(found.term), ...found.lines, `more: ${found.page}`].join('\n')}\n`,
  });
}

const termList = (style: TextStyle): string => {
  // Without the place in the page, which makes it too wide for a terminal; the term itself says it.
  const rows = GLOSSARY.map(({ term, also = [], page }) => [term, also.join(', '), page.split('#')[0]!]);
  const columns = [{ title: 'term' }, { title: 'also', words: true }, { title: 'page' }];
  return `${renderTable(columns, rows, style)}\n\nsnnc explain <term> explains one in three lines\n`;
};

const recordOf = ({ term, also = [], lines, page }: Term): Immutable<TermRecord> => ({
  format: 'snn-term/1',
  term,
  also,
  explanation: lines.join(' '),
  page,
});

function findCode(text: string): DiagnosticCode {
  const code = CODES.find((name) => name === text.toUpperCase());
  if (code !== undefined) return code;
  const typed = text.slice(0, LONGEST_TYPED);
  return fail(
    'E0103',
    `there is no message ${JSON.stringify(typed)}${suggestion(typed, CODES)}`,
    undefined,
    '`snnc explain` lists all',
  );
}

function unknownTerm(text: string): never {
  const typed = text.slice(0, LONGEST_TYPED);
  const near = nearWords(
    typed,
    GLOSSARY.flatMap(({ term, also = [] }) => [term, ...also]),
  );
  const hint = near.length === 0 ? '' : `; near to it: ${near.join(', ')}`;
  return fail(
    'E0103',
    `there is neither a message nor a term ${JSON.stringify(typed)}${hint}`,
    undefined,
    `\`snnc explain\` lists the messages, \`snnc explain ${ALL_TERMS}\` the terms`,
  );
}
