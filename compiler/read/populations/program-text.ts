/** A neuron given as assembly: the instructions of its tick, one in a line, over planes and parameters with names. */
import { fail, fieldRange, PLANE_NAMES, type TickMnemonic } from '../../../isa/index.ts';
import type { ProgramStep } from '../../ir/program.ts';
import type { ProgramTime } from '../../ir/program-time.ts';
import { operandCount, ownFields, PROGRAM_OPS } from '../../verify/verify-program.ts';

/** How a line names the parameters that an instruction takes. */
const OPERANDS = ['values', 'resets'] as const;
/** Fields whose values are planes. */
export const PLANE_FIELDS: ReadonlySet<string> = new Set(['plane', 'source', 'into', 'counter']);

export interface ProgramNames {
  /** Number of a plane by its name. */
  readonly planes: ReadonlyMap<string, number>;
  readonly parameters: ReadonlySet<string>;
  /** Of the text, for faults. */
  readonly path: string;
}

/**
 * `OP field=value …`; of a comment only the semicolon is read. Fields that have a usual value may be left out. Lines behind
 * `.carrying` are left out in the last step; those behind `.touched` follow every event, on the neurons that it reaches.
 *
 * @throws DiagnosticError E0202 naming the line
 */
export function readProgram(text: string, names: ProgramNames): ProgramStep[] {
  const steps: ProgramStep[] = [];
  let when: ProgramTime = 'firing';
  text.split('\n').forEach((raw, index) => {
    const line = raw.split(';')[0]!.trim();
    if (line === '') return;
    const at: LinePlace = { ...names, line: index + 1 };
    if (line === '.carrying') when = 'carrying';
    else if (line === '.touched') when = 'touched';
    else steps.push(readStep(line.split(/\s+/), when, at));
  });
  if (steps.length === 0) fail('E0202', 'the program has no instructions', { path: names.path });
  return steps;
}

interface LinePlace extends ProgramNames {
  readonly line: number;
}

function readStep([op, ...words]: string[], when: ProgramTime, at: LinePlace): ProgramStep {
  const mnemonic = PROGRAM_OPS.find((known) => known === op && known !== 'READ');
  if (mnemonic === undefined)
    return fault(
      at,
      `"${shorten(op!)}" is no instruction of a neuron`,
      `use one of ${PROGRAM_OPS.filter((each) => each !== 'READ').join(', ')}`,
    );
  const pairs = readPairs(words, at);
  const parameters = OPERANDS.slice(0, operandCount(mnemonic)).map((name) => {
    const parameter = take(pairs, name) ?? fault(at, `${mnemonic} needs ${name}=<parameter>`);
    if (!at.parameters.has(parameter)) fault(at, `the neuron has no parameter "${shorten(parameter)}"`);
    return parameter;
  });
  const fields = Object.fromEntries(
    ownFields(mnemonic).map((field) => [field.name, readField(mnemonic, field, pairs, at)]),
  );
  for (const name of pairs.keys()) fault(at, `${mnemonic} has no field "${shorten(name)}"`);
  return { op: mnemonic, when, fields, parameters };
}

function readPairs(words: readonly string[], at: LinePlace): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals < 1) fault(at, `"${shorten(word)}": field=value is expected`);
    const name = word.slice(0, equals);
    if (pairs.has(name)) fault(at, `${shorten(name)} is given twice`);
    pairs.set(name, word.slice(equals + 1));
  }
  return pairs;
}

function take(pairs: Map<string, string>, name: string): string | undefined {
  const value = pairs.get(name);
  pairs.delete(name);
  return value;
}

type OwnField = ReturnType<typeof ownFields>[number];

function readField(op: TickMnemonic, field: OwnField, pairs: Map<string, string>, at: LinePlace): number {
  const { name, names } = field;
  const text = take(pairs, name);
  if (text === undefined) {
    if (field.default !== undefined) return field.default;
    if (name === 'reserved' || name === 'resetValue') return 0;
    return fault(at, `${op} needs ${name}=`);
  }
  if (PLANE_FIELDS.has(name)) {
    const plane = at.planes.get(text) ?? (PLANE_NAMES as readonly string[]).indexOf(text);
    return plane >= 0 ? plane : fault(at, `"${shorten(text)}" is no plane of the neuron`);
  }
  const named = names?.indexOf(text) ?? -1;
  if (named >= 0) return named;
  const [min, max] = fieldRange(field);
  const value = /^-?\d{1,12}$/.test(text) ? Number(text) : NaN;
  const most = names === undefined ? max : names.length - 1;
  if (value >= min && value <= most) return value;
  const expected = names === undefined ? `a whole number in ${min}..${max}` : names.join(', ');
  return fault(at, `${name}=${shorten(text)}: ${expected} is expected`);
}

function fault({ path, line }: LinePlace, message: string, remedy?: string): never {
  return fail('E0202', message, { path, line }, remedy);
}

const SHOWN = 40;
const shorten = (text: string): string => (text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`);
