import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  assemble,
  type Chip,
  DiagnosticError,
  disassemble,
  encodeChip,
  encodeProgram,
  type Operation,
  operationText,
} from '../../isa/index.ts';
import { arbitraryChip, arbitraryOperation } from './arbitraries.ts';
import { arbitraryProgram, programChip } from '../arbitraries/programs/chips.ts';
import { sampleChip, tinyTarget } from './chips.ts';
import { programWords } from './program.ts';
import { anyCharacter } from '../arbitraries/characters.ts';

const digest = 'ab'.repeat(32);
const full: Chip = {
  ...sampleChip(tinyTarget({ coresPerTile: 2 })),
  selfTest: {
    samples: [
      {
        input: Int16Array.from({ length: 16 }, (_, k) => k - 8),
        label: -1,
        readout: Int32Array.of(1, -2, 3),
        spikes: 9,
        spikeDigest: digest,
      },
    ],
  },
  graph: Uint8Array.from({ length: 200 }, (_, k) => k),
};

/** The message of the only diagnostic, and its place. */
function refusal(text: string): { message: string; line: number | undefined; code: string } {
  try {
    assemble(text, 'chip.s');
  } catch (fault) {
    if (!(fault instanceof DiagnosticError)) throw fault;
    const [found] = fault.diagnostics;
    expect(fault.diagnostics).toHaveLength(1);
    expect(found?.place?.file).toBe('chip.s');
    return { message: found!.message, line: found!.place?.line, code: found!.code };
  }
  throw new Error('the text was accepted');
}

/** Only numbered diagnostics may come out of any text. */
function assembleOrRefuse(text: string): Chip | undefined {
  try {
    return assemble(text);
  } catch (fault) {
    if (!(fault instanceof DiagnosticError) || fault.diagnostics[0]?.code !== 'E0501') throw fault;
    expect(fault.diagnostics[0].place?.line).toBeGreaterThanOrEqual(1);
    return undefined;
  }
}

describe('disassemble and assemble', () => {
  it('give back the sample chip and its bytes', () => {
    const text = disassemble(full);
    const again = assemble(text);
    expect(again).toEqual(full);
    expect(Buffer.from(encodeChip(again)).equals(Buffer.from(encodeChip(full)))).toBe(true);
    expect(disassemble(again)).toBe(text);
  });

  it('give back any chip and its bytes, consistent or not', () => {
    fc.assert(
      fc.property(arbitraryChip, (chip) => {
        const again = assemble(disassemble(chip));
        expect(again).toEqual(chip);
        expect(Buffer.from(encodeChip(again)).equals(Buffer.from(encodeChip(chip)))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('give back programs of any instructions, and words that are none', () => {
    const word = fc.integer({ min: 0, max: 0xffff_ffff });
    const part = fc.oneof(
      arbitraryOperation.map((operation) => [...encodeProgram([operation]).words]),
      word.map((value) => [value]),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), fc.nat({ max: 40 }), fc.nat({ max: 40 }), (parts, tick, reset) => {
        const program = Uint32Array.from(parts.flat());
        const chip = sampleChip();
        const cores = [{ ...chip.cores[0]!, program, tickHandler: tick, resetHandler: reset }];
        expect(assemble(disassemble({ ...chip, cores })).cores).toEqual(cores);
      }),
    );
  });

  it('give back chips whose cores run programs on planes', () => {
    fc.assert(
      fc.property(arbitraryProgram, (recipe) => {
        const chip = programChip(recipe);
        const text = disassemble(chip);
        const again = assemble(text);
        expect(again).toEqual(chip);
        expect(disassemble(again)).toBe(text);
      }),
      { numRuns: 25 },
    );
  });

  it('leave out fields of their usual values, as they were before there were any of these', () => {
    const old = 'DENSE destination=I width=w4 shift=3 first=8 count=3 weights=20';
    // Opcode and length, then destination, width and shift from bit 16 on: as in files of version 1.1.
    const words = Uint32Array.of(0x0310 | (1 << 16) | (2 << 17) | (3 << 19), 8 | (3 << 16), 20);
    expect(programWords([old])).toEqual(words);
    expect(programWords([`${old} bank=0`])).toEqual(words);
    expect(programWords([`${old} bank=2`])).toEqual(words.with(0, words[0]! | (2 << 24)));
    const dense = { unsigned: 0, wide: 0, destination: 1, width: 2, shift: 3, first: 8, count: 3, weights: 20 };
    expect(programWords([`${old} unsigned=1`])).toEqual(words.with(0, words[0]! | (1 << 26)));
    expect(programWords([`${old} wide=1`])).toEqual(words.with(0, words[0]! | (1 << 27)));
    expect(operationText({ op: 'DENSE', fields: { ...dense, bank: 0 } })).toBe(old);
    expect(operationText({ op: 'DENSE', fields: { ...dense, bank: 2 } })).toContain(' bank=2');
    expect(disassemble(full)).not.toMatch(/ (bank|unsigned|wide|when)=|\.plane/);
    const emit = { payload: 0, plane: 0, when: 0, shift: 0, rounding: 0, kind: 0, first: 0, count: 4, tree: 9 };
    expect(operationText({ op: 'EMIT', fields: emit })).toBe('EMIT first=0 count=4 tree=9');
    const graded = { ...emit, payload: 1, plane: 2, shift: 3, rounding: 1 };
    expect(operationText({ op: 'EMIT', fields: graded })).toBe(
      'EMIT payload=plane plane=P2 shift=3 rounding=zero first=0 count=4 tree=9',
    );
    expect(operationText({ op: 'EMIT', fields: { ...emit, when: 3 } })).toBe('EMIT when=not-f0 first=0 count=4 tree=9');
  });

  it('print an instruction with every field by name', () => {
    const fire = { compare: 0, reset: 0, first: 0, count: 64, address: 0, period: 64, tree: 3, resetValue: 0 };
    expect(operationText({ op: 'FIRE', fields: fire })).toBe(
      'FIRE compare=ge reset=subtract first=0 count=64 address=0 period=64 tree=3 resetValue=0',
    );
    fc.assert(
      fc.property(arbitraryOperation, (operation: Operation) => {
        const text = ['', operationText(operation)].join('\n');
        const chip = sampleChip();
        const source = disassemble({ ...chip, cores: [{ ...chip.cores[0]!, program: new Uint32Array(0) }] });
        const [core] = assemble(source + text).cores;
        expect(core!.program).toEqual(encodeProgram([operation]).words);
      }),
      { numRuns: 50 },
    );
  });

  it('name handlers, window ends and ports', () => {
    const text = disassemble(full);
    for (const part of [
      'handler=@group0',
      'tickHandler=@tick',
      'skip=@word',
      'ports=E',
      'ports=C0',
      'HOST',
      '\ntick:\n',
    ])
      expect(text).toContain(part);
  });

  it('print one core alone, and refuse one that is not there', () => {
    const text = disassemble(full, { core: 3 });
    expect(text).toContain('SPARSE');
    expect(text).not.toContain('DENSE');
    expect(() => disassemble(full, { core: 2 })).toThrow(/E0103.*no core 2/);
  });
});

const lines = disassemble(full).split('\n');
/** The text with the first line that starts with `head` replaced; also the number of that line. */
const replaced = (head: string, by: string): { text: string; line: number } => {
  const k = lines.findIndex((line) => line.trim().startsWith(head));
  return { text: lines.with(k, by).join('\n'), line: k + 1 };
};

// One row per fault.
// oxfmt-ignore
const faults: readonly [name: string, head: string, by: string, fragment: string][] = [
  ['unknown directive', '.route', '.rout tree=1', '".rout": a directive that may stand here is expected'],
  ['name of the prototype', '.route', 'constructor', '"constructor": a directive'],
  ['missing field', '.route', '.route tree=0 router=0', '.route needs ports='],
  ['unknown field', '.route', '.route tree=0 router=0 ports=C0 colour=1', 'has no field colour'],
  ['double field', '.route', '.route tree=0 tree=0 router=0 ports=C0', 'tree is given twice'],
  ['no field', '.route', '.route 0 0 1', '"0": field=value is expected'],
  ['port', '.route', '.route tree=0 router=0 ports=C0|X', '"C0|X": a whole number in 0..65535'],
  ['range', '.route', '.route tree=0 router=65536 ports=C0', '"65536": a whole number in 0..65535'],
  ['negative', '.route', '.route tree=-1 router=0 ports=C0', '"-1": a whole number'],
  ['fraction', '.chip', '.chip ticks=1.5 window=1', '"1.5": a whole number'],
  ['no number', '.chip', '.chip ticks= window=1', '"": a whole number'],
  ['double chip', '.chip', '.chip ticks=1 window=1\n.chip ticks=1 window=1', 'second time'],
  ['JSON', '.layers', '.layers [1, 2', 'is not followed by one JSON value'],
  ['JSON schema', '.layers', '.layers [{"name": 1, "shape": [1, 1, 1], "depth": 0, "fires": true}]', '.layers [0].name'],
  ['unknown instruction field', 'RESET', 'RESET first=0 count=1 address=0 period=1 x=1', 'RESET has no field x'],
  ['missing instruction field', 'RESET', 'RESET first=0 count=1 address=0', 'RESET needs period='],
  ['instruction range', 'RESET', 'RESET first=65536 count=1 address=0 period=1', '"65536": a whole number in 0..65535'],
  ['symbol', 'FIRE', 'FIRE compare=eq reset=subtract first=0 count=1 address=0 period=1 tree=0 resetValue=0', '"eq"'],
  ['unknown label', '.group', '.group firstAxon=0 axonCount=16 handler=@nowhere payloadMin=0 payloadMax=1', 'no label nowhere'],
  ['label name', '.group', '.group firstAxon=0 axonCount=16 handler=@ payloadMin=0 payloadMax=1', '"@": @ and the name'],
  ['double label', 'tick:', 'reset:', 'label reset stands here for the second time'],
  ['label line', 'tick:', 'tick tock:', 'a directive that may stand here'],
  ['backward window', 'WINDOW', 'group0b:\nWINDOW skip=@group0b start=0 length=1', 'label group0b is -3 words behind WINDOW'],
  ['hexadecimal digits', '.synapses', '.synapses 123', 'two per byte'],
  ['word', '.synapses', '.word', '.word with 0 values'],
  ['axon', '.sink-list', '.sink-list 0 x', '"x": a whole number'],
  ['digest', '.sample', '.sample label=0 spikes=0 spikeDigest=12', '64 hexadecimal digits'],
  ['payload', '.payloads', '.payloads 40000', '"40000": a whole number in -32768..32767'],
  ['base64', '.base64', '.base64 AB', 'groups of four base64 characters'],
  ['double graph', '.graph', '.graph\n.graph', 'second time'],
  ['double self-test', '.self-test', '.self-test\n.self-test', 'second time'],
  ['sample outside', '.self-test', '', '".sample": a directive'],
  ['core line outside', '.chip', '.chip ticks=7 window=4\nEND', '"END": a directive that may stand here is expected; instructions and labels'],
];

describe('assemble', () => {
  it.each(faults)('names the line: %s', (_, head, by, fragment) => {
    const { text, line } = replaced(head, by);
    const found = refusal(text);
    expect(found.code).toBe('E0501');
    expect(found.message).toContain(fragment);
    expect(found.line).toBeGreaterThanOrEqual(line);
    expect(found.line).toBeLessThanOrEqual(line + (head === 'tick:' || head === '.self-test' ? lines.length : 1));
  });

  it('names what is missing at the end', () => {
    expect(refusal('; nothing').message).toBe('the text ends without .chip');
    expect(refusal('.chip ticks=1 window=1').message).toBe('the text ends without .target');
  });

  it('takes comments, indentation, hexadecimal numbers and Windows line ends', () => {
    const text = disassemble(full)
      .replace('window=4', 'window=0x4 ; T')
      .split('\n')
      .map((line) => `\t${line}`)
      .join('\r\n');
    expect(assemble(text)).toEqual(full);
  });

  it('survives one line with very many values', () => {
    const text = disassemble({ ...full, cores: [full.cores[0]!], selfTest: { samples: [] } });
    const many = '7 '.repeat(300_000);
    expect(assemble(`${text}.parameters ${many}`).cores[0]!.parameters.length).toBe(300_006);
  });

  it('accepts or refuses any text by number, never otherwise', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 300 }), (text) => {
        assembleOrRefuse(text);
      }),
    );
  });

  it('accepts or refuses any mutation of a good text; what it accepts, it gives back', () => {
    const piece = fc.constantFrom(
      '@',
      '=',
      ';',
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      '-',
      '|',
      '0x',
      '9',
      ' ',
      '\n',
      '.',
      '\\',
      'E',
    );
    const mutation = fc.record({ at: fc.nat(), remove: fc.nat({ max: 12 }), insert: fc.oneof(fc.constant(''), piece) });
    const whole = disassemble(full);
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        let text = whole;
        for (const { at, remove, insert } of mutations) {
          const k = at % text.length;
          text = text.slice(0, k) + insert + text.slice(k + remove);
        }
        const chip = assembleOrRefuse(text);
        if (chip === undefined) return;
        accepted++;
        expect(assemble(disassemble(chip))).toEqual(chip);
      }),
      { numRuns: 300 },
    );
    expect(accepted).toBeGreaterThan(0);
  });

  it('accepts or refuses texts with lines shuffled, doubled or dropped', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: lines.length - 1 }), { minLength: 1, maxLength: 60 }), (order) => {
        assembleOrRefuse(order.map((k) => lines[k]).join('\n'));
        assembleOrRefuse(lines.filter((_, k) => !order.includes(k)).join('\n'));
      }),
      { numRuns: 100 },
    );
  });
});
