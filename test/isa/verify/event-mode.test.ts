/** Event mode as the loader sees it: the section, the text, and what is refused with its reason. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { assemble, type Chip, decodeChip, disassemble, encodeChip, verifyChip } from '../../../isa/index.ts';
import { buildPopulations } from '../../arbitraries/populations/build.ts';

let chip: Chip;
let text: string;

beforeAll(async () => {
  ({ chip } = await buildPopulations({
    format: 'snn-net/1',
    name: 'events',
    input: { shape: 2, steps: 4, payload: { min: 0, max: 3 } },
    populations: [
      {
        ...{ name: 'neurons', shape: 3, neuron: 'if', threshold: 10, compare: 'ge', reset: { kind: 'subtract' } },
        ...{ update: 'event', bits: 12 },
      },
    ],
    connections: [{ from: 'input', to: 'neurons', op: 'dense', weight: { shape: [3, 2], data: [1, 2, 3, 4, 5, 6] } }],
    output: { population: 'neurons', decode: 'count' },
  }));
  text = disassemble(chip);
});

const faults = (changed: string): string =>
  verifyChip(assemble(changed))
    .map(({ message }) => message)
    .join('\n');

/** The text with the first place that matches changed. */
function changed(pattern: RegExp, to: string): string {
  const other = text.replace(pattern, to);
  expect(other).not.toBe(text);
  return other;
}

describe('event mode', () => {
  it('is read as it is written, as bytes and as text', () => {
    expect(chip.cores.filter(({ touchHandler }) => touchHandler !== undefined)).toHaveLength(chip.cores.length);
    expect(decodeChip(encodeChip(chip))).toEqual(chip);
    expect(assemble(text)).toEqual(chip);
    expect(text).toContain('.event-mode touchHandler=@touch');
    expect(verifyChip(chip)).toEqual([]);
  });

  it('is what lets events add to a plane that saturates', () => {
    const without = text.replaceAll(/\.event-mode .*\n/g, '').replaceAll(/touch:\n[\s\S]*?END[^\n]*\n/g, '');
    expect(faults(without)).toContain(
      'events add to V, which saturates: their order would matter, and only a core in event mode has one',
    );
    expect(faults(text.replaceAll(/\.event-mode .*\n/g, ''))).toContain('belong to no handler');
  });

  it.each<[string, RegExp, string, RegExp]>([
    ['a plane that only a proof would bound', /policy=saturate bits=12/, 'policy=wrap bits=13', /^$/],
    ['a negative payload', /payloadMin=0/, 'payloadMin=-1', /lowest payload is -1/],
    ['a handler that is none', /touchHandler=@touch/, 'touchHandler=4000', /belong to no handler/],
    [
      'an instruction of several passes',
      /ALUP function=sub plane=V when=f0 first=0 count=3 address=(\d+) period=1/,
      'DECAY plane=V kind=linear bits=0 when=f0 first=0 count=3 address=$1 period=1',
      /DECAY in a touch handler, which executes ALU, ALUP, COMPARE, COMPAREP, EMIT/,
    ],
    [
      'a payload of its own',
      /EMIT when=f0/,
      'EMIT payload=plane plane=V when=f0',
      /EMIT of a touch handler sends a plane/,
    ],
  ])('of %s', (_, pattern, to, message) => {
    expect(faults(changed(pattern, to))).toMatch(message);
  });

  it('refuses what looks at neurons in the handler of an event, and says what would not', () => {
    const moved = changed(/group0:/, 'group0:\n  EMIT first=0 count=3 tree=77');
    expect(faults(moved)).toContain(
      'EMIT stands in the event handler; it belongs to the tick handler, or to the touch handler of a core in event mode: without the mode, events have no order',
    );
  });

  it('refuses planes that touch handlers write and that nothing bounds', () => {
    const lines = text.split('\n').filter((line) => !line.startsWith('.plane'));
    expect(faults(lines.join('\n'))).toContain('writes V, which is held by prove: hold it by saturate or wrap');
  });
});
