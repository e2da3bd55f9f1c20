/** What the program of a neuron may not be is said where it is read, and names the population. */
import { describe, expect, it } from '@jest/globals';
import { readNetwork } from '../../../../compiler/index.ts';
import { DiagnosticError } from '../../../../isa/index.ts';

const PLANES = [{ name: 'y', plane: 'P2' }] as const;
const PARAMETERS = {
  threshold: { values: 1, unit: 'potential' },
  factor: { values: 0.5, unit: 'factor' },
  shift: { values: 3, unit: 'number' },
} as const;
const PROGRAM = [
  'COMPAREP flag=f0 op=ge plane=V values=threshold',
  'EMIT when=f0',
  'DECAY plane=V kind=mul bits=11 values=factor',
  'DECAY plane=y kind=shift values=shift',
];

interface Changes {
  readonly planes?: readonly object[];
  readonly parameters?: object;
  readonly program?: readonly string[];
  readonly connection?: object;
}

/** What is said of a network of one such neuron; nothing where it is read. */
function said({ planes = PLANES, parameters = {}, program = PROGRAM, connection = {} }: Changes): string {
  const document = {
    format: 'snn-net/1',
    input: { shape: 1, steps: 4, payload: { min: 0, max: 1 } },
    populations: [
      {
        ...{ name: 'own', shape: 1, neuron: 'program' },
        ...{ planes, parameters: { ...PARAMETERS, ...parameters }, program },
      },
    ],
    connections: [{ from: 'input', to: 'own', op: 'one-to-one', weight: 1, ...connection }],
    output: { population: 'own', decode: 'count' },
  };
  try {
    readNetwork(new TextEncoder().encode(JSON.stringify(document)), {
      fileName: 'net.json',
      readSideFile: () => new Uint8Array(),
    });
    return '';
  } catch (error) {
    if (error instanceof DiagnosticError) return error.message;
    throw error;
  }
}

const behind = (line: string): Changes => ({ program: [...PROGRAM, line] });

describe('the program of a neuron', () => {
  it('is read where it keeps the rules', () => {
    expect(said({})).toBe('');
    expect(said(behind('ALU function=add plane=V source=I'))).toBe('');
    expect(said({ connection: { plane: 'y' } })).toBe('');
  });

  it.each<[string, Changes]>([
    ['ALU uses P7, which "planes" does not declare', behind('ALU function=add plane=V source=P7')],
    ['two instructions send spikes', behind('EMIT when=f1')],
    ['EMIT stands behind .carrying', { program: [PROGRAM[0]!, '.carrying', PROGRAM[1]!, PROGRAM[2]!] }],
    ['EMIT sends a plane that COUNT does not fill', { program: PROGRAM.with(1, 'EMIT when=f0 payload=1') }],
    ['EMIT sends nothing to the host', { program: PROGRAM.with(1, 'EMIT when=f0 kind=1') }],
    [
      'y" that connections can add to',
      { planes: [{ ...PLANES[0], policy: 'saturate', bits: 9 }], connection: { plane: 'y' } },
    ],
    [
      'connections cannot add to the plane',
      { planes: [...PLANES, { name: 'V', plane: 'V', policy: 'saturate', bits: 9 }] },
    ],
    ['P2 saturates: it needs "bits"', { planes: [{ ...PLANES[0], policy: 'saturate' }] }],
    ['P2 saturates: it needs "bits"', { planes: [{ ...PLANES[0], policy: 'saturate', bits: 31 }] }],
    ['no plane "P6" that connections can add to', { connection: { plane: 'P6' } }],
    ['DECAY cannot take "threshold", which is a potential', behind('DECAY plane=V kind=mul bits=11 values=threshold')],
    ['DECAY cannot take "factor", which is a factor', behind('DECAY plane=V kind=linear values=factor')],
    ['ALUP cannot take "factor", which is a factor', behind('ALUP function=add plane=V values=factor')],
    ['"factor" is a factor of different bits', behind('DECAY plane=y kind=mul bits=7 values=factor')],
    ['"more" is a factor, but no DECAY takes it', { parameters: { more: { values: 1, unit: 'factor' } } }],
    ['[E0208]: factor "factor" is 1.5', { parameters: { factor: { values: 1.5, unit: 'factor' } } }],
  ])('is refused: %s', (message, changes) => {
    expect(said(changes)).toContain(message);
  });
});
