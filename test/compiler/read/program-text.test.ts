/** A neuron as lines of assembly. */
import { describe, expect, it } from '@jest/globals';
import { readProgram } from '../../../compiler/read/populations/program-text.ts';
import { DiagnosticError } from '../../../isa/index.ts';

const names = {
  planes: new Map([
    ['v', 0],
    ['trace', 3],
  ]),
  parameters: new Set(['threshold', 'leak', 'after']),
  path: 'program',
};
const read = (text: string) => readProgram(text, names);

/** Code, line, and what is said. */
function faultOf(text: string): [code: string, line: number | undefined, message: string] {
  try {
    read(text);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const [{ code, place, message }] = error.diagnostics as [(typeof error.diagnostics)[0]];
    expect(place?.path).toBe('program');
    return [code, place?.line, message];
  }
  throw new Error('there is no fault');
}

describe('the program of a neuron', () => {
  it('is read line by line, with planes and parameters by their names', () => {
    expect(read('DECAY plane=trace kind=mul bits=11 when=f1 values=leak')).toEqual([
      {
        op: 'DECAY',
        when: 'firing',
        fields: { plane: 3, kind: 0, rounding: 0, bits: 11, when: 2 },
        parameters: ['leak'],
      },
    ]);
    expect(read('FIREV compare=gt reset=value values=threshold resets=after')).toEqual([
      { op: 'FIREV', when: 'firing', fields: { compare: 1, reset: 0 }, parameters: ['threshold', 'after'] },
    ]);
    expect(read('ALU function=sub plane=v source=P7 when=always shift=-2')).toEqual([
      ...[{ op: 'ALU', when: 'firing', parameters: [] }].map((step) => ({
        ...step,
        fields: { function: 1, plane: 0, when: 0, source: 7, rounding: 0, shift: -2, reserved: 0 },
      })),
    ]);
    expect(read('CURRENT')).toEqual([{ op: 'CURRENT', when: 'firing', fields: {}, parameters: [] }]);
  });

  it('has numbers for names as well, comments, empty lines and any blanks', () => {
    const plain = read('COMPAREP flag=f1 op=gt combine=set plane=v when=always values=threshold');
    expect(read('\n; first\n\t COMPAREP  flag=1\top=1 combine=0 plane=V when=0 values=threshold ; last\r\n')).toEqual(
      plain,
    );
  });

  it('says what is left out in the last step', () => {
    const steps = read('BIAS values=after\n.carrying\nDECAY plane=v kind=linear when=always values=leak\nCURRENT');
    expect(steps.map(({ op, when }) => [op, when])).toEqual([
      ['BIAS', 'firing'],
      ['DECAY', 'carrying'],
      ['CURRENT', 'carrying'],
    ]);
  });

  const good = 'CURRENT\n';
  it.each([
    ['an unknown instruction', 'ADD plane=v', /"ADD" is no instruction of a neuron/],
    ['what the output alone has', 'READ', /"READ" is no instruction/],
    ['an instruction of events', 'DENSE', /"DENSE" is no instruction/],
    ['gates', 'WINDOW skip=1 start=0 length=1', /"WINDOW" is no instruction/],
    ['lower case', 'current', /"current" is no instruction/],
    ['an unknown directive', '.last', /"\.last" is no instruction/],
    ['a word without a value', 'CURRENT fast', /"fast": field=value is expected/],
    ['a value without a field', 'CURRENT =1', /"=1": field=value/],
    ['a field twice', 'EMIT when=f0 when=f1', /when is given twice/],
    ['an unknown field', 'EMIT when=f0 tau=3', /EMIT has no field "tau"/],
    ['the place of neurons', 'CURRENT first=0 count=3', /CURRENT has no field "first"/],
    ['addresses', 'BIAS address=0 period=1', /BIAS needs values=<parameter>/],
    ['a tree', 'EMIT when=f0 tree=1', /EMIT has no field "tree"/],
    ['a missing field', 'ALU function=add plane=v when=always', /ALU needs source=/],
    ['a missing parameter', 'FIREV compare=ge reset=value values=threshold', /FIREV needs resets=<parameter>/],
    ['an unknown parameter', 'BIAS values=tau', /the neuron has no parameter "tau"/],
    ['an unknown plane', 'ALU function=add plane=w source=v when=always', /"w" is no plane/],
    ['a plane by number', 'ALU function=add plane=0 source=v when=always', /"0" is no plane/],
    ['an unknown name', 'EMIT when=f2', /when=f2: always, f0, f1, not-f0, not-f1 is expected/],
    [
      'a number that is too large',
      'DECAY plane=v kind=mul bits=16 when=always values=leak',
      /bits=16: a whole number in 0\.\.15/,
    ],
    ['a number beyond the names', 'EMIT when=5', /when=5: always/],
    ['a broken number', 'ALU function=add plane=v source=v when=always shift=1e1', /shift=1e1: a whole number/],
    ['a long word', `CURRENT ${'x'.repeat(1000)}`, /^"x{40}…": field=value/],
  ])('names the line of %s', (_, line, message) => {
    const [code, at, said] = faultOf(`${good}\n; a comment\n${line}\nCURRENT`);
    expect([code, at]).toEqual(['E0202', 4]);
    expect(said).toMatch(message);
  });

  it.each(['', '\n\n', '; nothing', '.carrying'])('has instructions: %j has none', (text) => {
    expect(faultOf(text)).toEqual(['E0202', undefined, 'the program has no instructions']);
  });
});
