/** Pages that are made from the code, in Markdown: what the commands, messages, targets, operators and passes are. */
import { snnc } from '../../bin/commands/snnc.ts';
import { snnemu } from '../../bin/commands/snnemu.ts';
import type { Program } from '../../bin/ui/command.ts';
import { withFlags } from '../../bin/ui/flags.ts';
import type { Io } from '../../bin/ui/io.ts';
import { main } from '../../bin/ui/main.ts';
import { PASSES } from '../../compiler/index.ts';
import { OPERATORS } from '../../compiler/operators/generated/index.ts';
import { ONNX_OPERATORS } from '../../compiler/read/onnx/operators/generated/index.ts';
import { REMEDIES } from '../../compiler/read/onnx/unsupported.ts';
import { builtinTargets, DIAGNOSTICS, isMisfit, RETIRED_CODES, type Target } from '../../isa/index.ts';
import { formatCount } from '../../report/index.ts';

/** Where a page would lie in the repository, to its text. */
export const referencePages = async (): Promise<Map<string, string>> =>
  new Map([
    ['reference/snnc.md', await programPage(snnc)],
    ['reference/snnemu.md', await programPage(snnemu)],
    ['reference/messages.md', messagesPage()],
    ['reference/targets.md', targetsPage([...builtinTargets().values()])],
    ['reference/operators.md', operatorsPage()],
    ['reference/passes.md', passesPage()],
  ]);

/** Columns of the help texts. */
const WIDTH = 96;

/** The commands of a program with all options, as `--help` prints them. */
async function programPage(program: Program): Promise<string> {
  const sections: string[] = [];
  for (const { name, summary } of program.commands) {
    const text = await helpOf(program, name);
    sections.push(`## ${program.name} ${name}\n\n${escaped(summary)}\n\n${indented(text)}\n`);
  }
  return `# Options of ${program.name}\n\n${escaped(program.summary)}\n\nWhat each command is for: [the commands](../docs/commands.md).\n\n${sections.join('\n')}`;
}

async function helpOf(program: Program, command: string): Promise<string> {
  let text = '';
  const stream = { isTTY: false, columns: WIDTH, write: (part: string): void => void (text += part) };
  const io: Io = {
    version: '',
    cwd: '/',
    env: {},
    stdout: stream,
    stderr: stream,
    now: () => 0,
    peakRssBytes: () => 0,
    processors: 1,
    signal: new AbortController().signal,
    holdSignals: () => () => undefined,
  };
  const exit = await main(program, [command, '--help'], io);
  if (exit !== 0) throw new Error(`${program.name} ${command} --help ended with ${exit}`);
  return text;
}

const FAMILIES: readonly (readonly [start: string, title: string])[] = [
  ['E01', 'Files and options'],
  ['E02', 'Networks'],
  ['E03', 'Conversion and fit'],
  ['E04', 'Chip files'],
  ['E05', 'Assembly'],
  ['E06', 'Data'],
  ['E07', 'Runs'],
  ['E09', 'Faults of the programs'],
  ['W', 'Warnings'],
];

function messagesPage(): string {
  const rows = Object.entries(DIAGNOSTICS);
  const parts = FAMILIES.map(([start, title]) => {
    const entries = rows.filter(([code]) => code.startsWith(start));
    const texts = entries.map(([code, row]) => {
      const fit = isMisfit(code as keyof typeof DIAGNOSTICS) ? ' `snnc check` looks for changes that fit.' : '';
      return `### ${code}\n\n**${escaped(row.title)}.** ${escaped(row.explanation)}${fit}\n`;
    });
    return `## ${title}\n\n${texts.join('\n')}`;
  });
  const retired = RETIRED_CODES.join(', ');
  return `# Messages\n\nWhat each numbered message means, as \`snnc explain <code>\` prints it. Numbers are never given to something else${retired === '' ? '' : `; no longer in use: ${retired}`}.\n\n${parts.join('\n')}`;
}

interface Figure {
  readonly value: number | null;
  readonly unit: string;
  readonly kind: string;
  readonly source: string;
}

const isFigure = (value: unknown): value is Figure =>
  typeof value === 'object' && value !== null && 'kind' in value && 'source' in value && 'value' in value;

function targetsPage(targets: readonly Target[]): string {
  const overview = table(
    ['target', 'cores', 'neurons', 'axons', 'synapse bits', 'V bits', 'weight bits', 'built for'],
    targets.map(({ name, mesh, coresPerTile, limits, widths, constraints = [] }) => [
      `[${name}](#${name})`,
      formatCount(mesh.width * mesh.height * coresPerTile),
      ...[limits.neurons, limits.axons, limits.synapseBits].map((value) => formatCount(value)),
      String(widths.vBits),
      widths.weightBits.join(', '),
      constraints.length === 0 ? 'yes' : 'no',
    ]),
  );
  return `# Targets\n\nThe chips that are built in, and where each of their figures comes from. \`snnc targets edge\` prints one as JSON, \`snnc targets --new\` starts one of your own; [targets.md](../spec/targets.md) has the formulas. Cores, neurons, axons and synapse bits: of a core, but for the first.\n\n${overview}\n\n${targets.map(targetSection).join('\n')}`;
}

function targetSection(target: Target): string {
  const { name, description, process, constraints = [], notModelled } = target;
  const figures = [...Object.entries(target.timing), ...Object.entries(target.energy)].flatMap(([key, figure]) =>
    isFigure(figure)
      ? [
          [
            `\`${key}\``,
            figure.value === null ? 'unknown' : `${figure.value} ${figure.unit}`,
            figure.kind,
            figure.source,
          ],
        ]
      : [],
  );
  const origins = Object.entries(target.origins ?? {}).map(([path, { kind, source }]) => [
    `\`${path}\``,
    valueAt(target, path),
    kind,
    source,
  ]);
  const list = (title: string, entries: readonly string[]): string =>
    entries.length === 0 ? '' : `\n${title}\n\n${entries.map((entry) => `- ${escaped(entry)}`).join('\n')}\n`;
  const refused = constraints.map(({ feature, reason, nearest }) => `${feature}: ${reason}. Nearest: ${nearest}`);
  return `## ${name}\n\n${escaped(description)} Process: ${escaped(process)}.\n\n${table(['figure', 'value', 'kind', 'source'], [...origins, ...figures])}\n${list('No network is built for it (E0317), since it differs in kind:', refused)}${list('Not modelled:', notModelled)}`;
}

/** A number or list of a target by its path. */
function valueAt(target: Target, path: string): string {
  let value: unknown = target;
  for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
  return Array.isArray(value) ? value.join(', ') : typeof value === 'number' ? formatCount(value) : '';
}

function operatorsPage(): string {
  const read = Object.values(ONNX_OPERATORS)
    .flatMap((file) => Object.entries<{ readonly attributes: readonly string[] }>(file))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, { attributes }]) => [type, attributes.map((name) => `\`${name}\``).join(', ')]);
  const refused = Object.entries(REMEDIES)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, remedy]) => [type, withFlags(remedy)]);
  return [
    '# Operators',
    'What `snnc build` reads. An attribute that is not listed is refused by name; which values are taken says [net-format.md](../spec/net-format.md#onnx), and `npm run bench:onnx` tries them.',
    '## ONNX',
    table(['type', 'attributes'], read),
    '## Not read, and what to do instead',
    table(['type', 'what to do'], refused),
    'Any other operator is refused by its name (E0203).',
    '## Layers of net.json',
    `Nodes of these kinds are what a network becomes, and layers of a net.json ([net-format.md](../spec/net-format.md)): ${Object.keys(
      OPERATORS,
    )
      .map((name) => `\`${name}\``)
      .join(', ')}.`,
  ].join('\n\n');
}

const passesPage = (): string =>
  `# Passes\n\nWhat a build does, in this order; \`--dump-after <pass>\` shows what a pass made. [architecture.md](../docs/architecture.md#the-levels-of-a-build) has the levels between them.\n\n${table(
    ['pass', 'what it does'],
    PASSES.map(({ name, says }) => [`\`${name}\``, withFlags(says)]),
  )}`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(inCell).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

/** Cells that hold code or a link say so themselves. */
const inCell = (text: string): string =>
  (/^[`[]/.test(text) ? text : escaped(text)).replaceAll('|', '\\|').replaceAll('\n', ' ');

/** What would mean something in Markdown, outside of what stands between backticks. */
const escaped = (text: string): string =>
  text
    .split('`')
    .map((part, k) => (k % 2 === 1 ? part : part.replaceAll(/[\\*_<[\]]/g, (sign) => `\\${sign}`)))
    .join('`');

const indented = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`))
    .join('\n');
