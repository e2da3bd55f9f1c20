/** A chip as text from which the assembler makes the same chip again. */
import { platform } from '#platform';
import { type Chip, type CoreImage, NO_AXON, type SelfTest } from '../chip.ts';
import { fail } from '../diagnostics.ts';
import type { Operation } from '../ops.ts';
import { planeRows } from '../planes.ts';
import { tileOfCore } from '../topology/ports.ts';
import { decodeOperation, operationFields, operationLength } from '../words.ts';
import { ADDRESS_FIELDS, DROPPED, formatPorts, ROWS, type RowName } from './syntax.ts';

export interface DisassembleOptions {
  /** Only this core, by index; the text is then for reading, not for assembling. */
  readonly core?: number;
}

const NUMBERS_PER_LINE = 16;
const BYTES_PER_LINE = 32;
const BASE64_PER_LINE = 96;

/**
 * The whole chip as assembly text: `assemble(disassemble(chip))` equals `chip`, whether or not the chip is consistent.
 *
 * @throws DiagnosticError E0103 where the chip has no core of the index asked for
 */
export function disassemble(chip: Chip, options: DisassembleOptions = {}): string {
  if (options.core !== undefined) {
    const image = chip.cores.find(({ core }) => core === options.core);
    if (image === undefined)
      fail('E0103', `the chip has no core ${options.core}`, undefined, `Name one of ${coreList(chip)}.`);
    return `${[`; core ${image.core} alone: not a whole chip`, ...coreLines(image, chip)].join('\n')}\n`;
  }
  const { parts: inputParts, ...input } = chip.input;
  const { parts: outputParts, ...output } = chip.output;
  const lines = [
    '; a whole chip; everything behind a semicolon is a comment',
    row('.chip', chip),
    json('.target', chip.target),
    json('.provenance', chip.provenance),
    json('.input', input),
    ...inputParts.map(({ tree, box }) => row('.input-part', { tree, ...box })),
    json('.output', output),
    ...outputParts.map(({ tree, box }) => row('.output-part', { tree, ...box })),
    json('.layers', chip.layers),
    ...chip.placements.map(({ box, ...where }) =>
      comment(row('.placement', { ...where, ...box }), chip.layers[where.layer]?.name.replace(/[^\w .,:/-]/g, '?')),
    ),
    ...chip.routes.map((route) => row('.route', route)),
    ...chip.cores.flatMap((image) => ['', ...coreLines(image, chip)]),
    ...(chip.selfTest === undefined ? [] : ['', ...selfTestLines(chip.selfTest)]),
    ...(chip.graph === undefined ? [] : ['', ...graphLines(chip.graph)]),
  ];
  return `${lines.join('\n')}\n`;
}

const LISTED_CORES = 8;
const coreList = (chip: Chip): string =>
  chip.cores
    .slice(0, LISTED_CORES)
    .map(({ core }) => core)
    .join(', ') + (chip.cores.length > LISTED_CORES ? ', …' : '');

const comment = (line: string, text: string | undefined): string =>
  text === undefined || text === '' ? line : `${line} ; ${text}`;

type Values = Readonly<Record<string, unknown>>;

/** One row; addresses that have a label are printed as the label. */
function row(name: RowName, value: object, labels?: ReadonlyMap<number, readonly string[]>): string {
  const fields = ROWS[name].map((field) => {
    const plain = (value as Values)[field.name];
    const label = ADDRESS_FIELDS.has(field.name) ? labels?.get(plain as number)?.[0] : undefined;
    const text = field.name === 'ports' ? formatPorts(plain as number) : String(plain);
    return `${field.name}=${label === undefined ? text : `@${label}`}`;
  });
  return `${name} ${fields.join(' ')}`;
}

function coreLines(image: CoreImage, chip: Chip): string[] {
  const boundaries = sweep(image.program);
  const labels = labelsOf(image, boundaries);
  return [
    comment(row('.core', image, labels), `tile ${tileOfCore(chip.target, image.core)}`),
    ...(image.touchHandler === undefined ? [] : [row('.event-mode', image, labels)]),
    ...image.groups.map((group, g) => comment(row('.group', group, labels), `group ${g}`)),
    ...planeRows(image).map((plane) => row('.plane', plane)),
    ...image.sinks.map((sink) => row(sink.kind === 'affine' ? '.affine' : '.list', sink)),
    ...programLines(image.program, boundaries, labels),
    ...numberLines('.parameters', image.parameters, String),
    ...numberLines('.sink-list', image.sinkLists, (axon) => (axon === NO_AXON ? DROPPED : String(axon))),
    ...byteLines(image.synapses),
  ];
}

/** Instructions by address, in order; null where the word there is none. */
function sweep(program: Uint32Array): Map<number, Operation | null> {
  const found = new Map<number, Operation | null>();
  for (let at = 0; at < program.length;) {
    const operation = decodeOperation(program, at);
    found.set(at, 'fault' in operation ? null : operation);
    at += 'fault' in operation ? 1 : operationLength(operation.op);
  }
  return found;
}

/** Address behind the instructions that a WINDOW or EVERY gates; undefined for other instructions. */
const gateEnd = (operation: Operation | null, at: number): number | undefined =>
  operation !== null && 'skip' in operation.fields
    ? at + operationLength(operation.op) + operation.fields.skip
    : undefined;

/** Names for handlers and ends of gates that are the address of an instruction. */
function labelsOf(image: CoreImage, boundaries: ReadonlyMap<number, Operation | null>): Map<number, string[]> {
  const labels = new Map<number, string[]>();
  const name = (at: number, label: string): void => {
    if (boundaries.has(at)) labels.set(at, [...(labels.get(at) ?? []), label]);
  };
  const shared = new Set<number>();
  image.groups.forEach(({ handler }, g) => {
    if (!shared.has(handler)) name(handler, `group${g}`);
    shared.add(handler);
  });
  name(image.tickHandler, 'tick');
  name(image.resetHandler, 'reset');
  if (image.touchHandler !== undefined) name(image.touchHandler, 'touch');
  for (const [at, operation] of boundaries) {
    const end = gateEnd(operation, at);
    if (end !== undefined && !labels.has(end)) name(end, `word${end}`);
  }
  return labels;
}

function programLines(
  program: Uint32Array,
  boundaries: ReadonlyMap<number, Operation | null>,
  labels: ReadonlyMap<number, readonly string[]>,
): string[] {
  const lines: string[] = [];
  for (const [at, operation] of boundaries) {
    for (const label of labels.get(at) ?? []) lines.push(`${label}:`);
    const end = gateEnd(operation, at);
    const text =
      operation === null
        ? `.word 0x${program[at]!.toString(16).padStart(8, '0')}`
        : operationText(operation, end === undefined ? undefined : labels.get(end)?.[0]);
    lines.push(comment(`  ${text}`, `word ${at}`));
  }
  return lines;
}

/**
 * One instruction as the assembler reads it: `FIRE compare=ge reset=subtract first=0 ...`.
 *
 * @param end label behind the instructions that it gates, where there is one
 */
export function operationText(operation: Operation, end?: string): string {
  const values: Readonly<Record<string, number>> = operation.fields;
  const fields = operationFields(operation.op).flatMap((field) => {
    const value = values[field.name] ?? field.default!;
    if (value === field.default) return [];
    if (field.name === 'skip' && end !== undefined) return [`skip=@${end}`];
    return [`${field.name}=${field.names?.[value] ?? value}`];
  });
  return [operation.op, ...fields].join(' ');
}

function numberLines(directive: string, values: ArrayLike<number>, format: (value: number) => string): string[] {
  const lines: string[] = [];
  for (let at = 0; at < values.length; at += NUMBERS_PER_LINE) {
    const part = Array.from({ length: Math.min(NUMBERS_PER_LINE, values.length - at) }, (_, k) => values[at + k]!);
    lines.push(comment(`${directive} ${part.map(format).join(' ')}`, `from ${at}`));
  }
  return lines;
}

function byteLines(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_PER_LINE) {
    const part = platform.toHex(bytes.subarray(at, at + BYTES_PER_LINE));
    lines.push(comment(`.synapses ${part}`, `from ${at}`));
  }
  return lines;
}

function selfTestLines({ samples }: SelfTest): string[] {
  return [
    '.self-test',
    ...samples.flatMap((sample) => [
      row('.sample', sample),
      ...numberLines('.payloads', sample.input, String),
      ...numberLines('.readout', sample.readout, String),
    ]),
  ];
}

function graphLines(graph: Uint8Array): string[] {
  const text = platform.toBase64(graph);
  const lines = ['.graph'];
  for (let at = 0; at < text.length; at += BASE64_PER_LINE)
    lines.push(`.base64 ${text.slice(at, at + BASE64_PER_LINE)}`);
  return lines;
}

const JSON_WIDTH = 110;

const json = (directive: string, value: unknown): string => `${directive} ${prettyJson(value, '')}`;

/** As JSON.stringify, in characters that neither end a line nor steer a terminal. */
const plainJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, k) => `\\u${character.charCodeAt(k).toString(16).padStart(4, '0')}`,
    ).join(''),
  );

/** JSON with short values on one line. */
function prettyJson(value: unknown, indent: string): string {
  const flat = plainJson(value);
  if (indent.length + flat.length <= JSON_WIDTH || typeof value !== 'object' || value === null) return flat;
  const inner = `${indent}  `;
  const members = Array.isArray(value)
    ? value.map((member) => inner + prettyJson(member, inner))
    : Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([key, member]) => `${inner}${plainJson(key)}: ${prettyJson(member, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${members.join(',\n')}\n${indent}${close}`;
}
