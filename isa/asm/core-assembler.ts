/** Assembles the lines of one core. Labels are resolved at its end, so that handlers may be named before they are written. */
import { platform } from '#platform';
import { type AxonGroup, type CoreImage, NO_AXON, type SinkRow, type PlaneRow, POLICIES } from '../chip.ts';
import { concatenate } from '../concatenate.ts';
import { type Mnemonic, type Operation, OPS } from '../ops.ts';
import { encodeOperation, fieldRange, operationFields, operationLength } from '../words.ts';
import type { Line, LineReader } from './lines.ts';
import { DROPPED, ROWS, TYPE_RANGES } from './syntax.ts';
import {
  append,
  expectNoMore,
  isLabel,
  readLabel,
  readNumber,
  readNumbers,
  readPairs,
  readRow,
  shorten,
  takePair,
  type Value,
} from './values.ts';

interface Pending {
  readonly line: Line;
  readonly values: Record<string, Value>;
}

/** An instruction; where the gate ends that it is may still be a label. */
interface PendingOperation {
  readonly line: Line;
  readonly at: number;
  readonly op: Mnemonic;
  readonly fields: Record<string, number>;
  readonly end: { readonly label: string } | undefined;
}

/** Bytes of one `.synapses` line. */
const MOST_HEX_DIGITS = 2 ** 16;
const HEX = /^[0-9a-f]*$/i;

export class CoreAssembler {
  readonly #reader: LineReader;
  readonly #head: Pending;
  readonly #groups: Pending[] = [];
  #eventMode: Pending | undefined;
  readonly #sinks: SinkRow[] = [];
  readonly #words: number[] = [];
  readonly #operations: PendingOperation[] = [];
  readonly #labels = new Map<string, number>();
  readonly #parameters: number[] = [];
  readonly #sinkList: number[] = [];
  readonly #planes: PlaneRow[] = [];
  readonly #synapses: Uint8Array[] = [];

  constructor(line: Line, reader: LineReader) {
    this.#reader = reader;
    this.#head = { line, values: readRow(ROWS['.core'], line, reader) };
  }

  /** Reads a line that belongs to a core; false where it does not. */
  read(line: Line): boolean {
    const [head] = line.words as [string];
    if (Object.hasOwn(OPS, head)) this.#readOperation(head as Mnemonic, line);
    else if (head.endsWith(':')) this.#readLabelLine(line);
    else if (head === '.group') this.#groups.push({ line, values: readRow(ROWS['.group'], line, this.#reader) });
    else if (head === '.event-mode') this.#readEventMode(line);
    else if (head === '.affine' || head === '.list') this.#readSink(head, line);
    else if (head === '.plane') this.#readPlane(line);
    else if (head === '.word') append(this.#words, this.#numbers(line, TYPE_RANGES.u32, 1));
    else if (head === '.parameters') append(this.#parameters, this.#numbers(line, TYPE_RANGES.i32));
    else if (head === '.sink-list') append(this.#sinkList, this.#axons(line));
    else if (head === '.synapses') this.#readSynapses(line);
    else return false;
    return true;
  }

  /** The image, with all labels resolved. */
  finish(): CoreImage {
    const program = Uint32Array.from(this.#words);
    for (const pending of this.#operations) program.set(this.#encode(pending), pending.at);
    const { core, neuronCount, axonCount, delaySlots, tickHandler, resetHandler } = this.#resolve(this.#head);
    return {
      core: core!,
      neuronCount: neuronCount!,
      axonCount: axonCount!,
      delaySlots: delaySlots!,
      tickHandler: tickHandler!,
      resetHandler: resetHandler!,
      program,
      parameters: Int32Array.from(this.#parameters),
      synapses: concatenate(this.#synapses),
      groups: this.#groups.map((group) => this.#resolve(group) as unknown as AxonGroup),
      sinks: this.#sinks,
      sinkLists: Uint32Array.from(this.#sinkList),
      ...(this.#planes.length > 0 && { planes: this.#planes }),
      ...(this.#eventMode && { touchHandler: this.#resolve(this.#eventMode).touchHandler! }),
    };
  }

  #readOperation(op: Mnemonic, line: Line): void {
    const pairs = readPairs(line, this.#reader);
    const fields: Record<string, number> = {};
    let end: PendingOperation['end'];
    for (const field of operationFields(op)) {
      if (field.default !== undefined && !pairs.has(field.name)) {
        fields[field.name] = field.default;
        continue;
      }
      const text = takePair(pairs, field.name, line, this.#reader);
      const named = field.names?.indexOf(text) ?? -1;
      if (field.name === 'skip' && text.startsWith('@')) end = readLabel(text, line, this.#reader);
      else fields[field.name] = named >= 0 ? named : readNumber(text, fieldRange(field), line, this.#reader);
    }
    expectNoMore(pairs, line, this.#reader);
    this.#operations.push({ line, at: this.#words.length, op, fields, end });
    for (let k = 0; k < operationLength(op); k++) this.#words.push(0);
  }

  #encode({ line, at, op, fields, end }: PendingOperation): Uint32Array {
    // encodeOperation refuses what is not complete.
    if (end === undefined) return encodeOperation({ op, fields } as unknown as Operation);
    const skip = this.#address(end.label, line) - at - operationLength(op);
    const field = operationFields(op).find(({ name }) => name === 'skip')!;
    const [min, max] = fieldRange(field);
    if (skip < min || skip > max)
      this.#reader.fault(
        line.number,
        `label ${end.label} is ${skip} words behind ${op}; ${min}..${max} can be skipped`,
      );
    return encodeOperation({ op, fields: { ...fields, skip } } as unknown as Operation);
  }

  #readLabelLine(line: Line): void {
    const label = line.text.slice(0, -1);
    if (!isLabel(label))
      this.#reader.fault(line.number, `"${shorten(line.text)}": a label of letters and digits is expected`);
    if (this.#labels.has(label))
      this.#reader.fault(line.number, `label ${label} stands here for the second time in this core`);
    this.#labels.set(label, this.#words.length);
  }

  #readSink(head: '.affine' | '.list', line: Line): void {
    const row = readRow(ROWS[head], line, this.#reader);
    const kind = head === '.affine' ? 'affine' : 'list';
    this.#sinks.push({ kind, ...row } as unknown as SinkRow);
  }

  #readEventMode(line: Line): void {
    if (this.#eventMode !== undefined)
      this.#reader.fault(line.number, '.event-mode stands here for the second time in this core');
    this.#eventMode = { line, values: readRow(ROWS['.event-mode'], line, this.#reader) };
  }

  #readPlane(line: Line): void {
    const { policy, ...numbers } = readRow(ROWS['.plane'], line, this.#reader);
    this.#planes.push({ ...numbers, policy: POLICIES[policy as number]! } as unknown as PlaneRow);
  }

  #numbers(line: Line, range: readonly [number, number], count?: number): number[] {
    const given = line.words.length - 1;
    if (count !== undefined && given !== count)
      this.#reader.fault(line.number, `${line.words[0]} with ${given} values; ${count} is expected`);
    return readNumbers(line, range, this.#reader);
  }

  #axons(line: Line): number[] {
    return line.words
      .slice(1)
      .map((text) => (text === DROPPED ? NO_AXON : readNumber(text, TYPE_RANGES.u32, line, this.#reader)));
  }

  #readSynapses(line: Line): void {
    const text = line.words.slice(1).join('');
    if (!HEX.test(text) || text.length % 2 !== 0 || text.length > MOST_HEX_DIGITS)
      this.#reader.fault(
        line.number,
        `.synapses: at most ${MOST_HEX_DIGITS} hexadecimal digits, two per byte, are expected`,
      );
    this.#synapses.push(platform.fromHex(text));
  }

  #address(label: string, line: Line): number {
    return this.#labels.get(label) ?? this.#reader.fault(line.number, `there is no label ${label} in this core`);
  }

  #resolve({ line, values }: Pending): Record<string, number> {
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        typeof value === 'object' ? this.#address(value.label, line) : (value as number),
      ]),
    );
  }
}
