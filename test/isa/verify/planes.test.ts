/** Every rule of rows of planes, and of the instructions of programs, has a row that breaks it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Chip, type CoreImage, type DiagnosticCode, NO_TREE, verifyChip } from '../../../isa/index.ts';
import type { PlaneRow, Policy } from '../../../isa/chip.ts';
import { walk } from '../../../isa/range/walked.ts';
import {
  both,
  type Change,
  inCore,
  inGroup,
  inOperation,
  limit,
  withNumber,
  withTarget,
  withTick,
} from '../changes.ts';
import { sampleChip, tinyTarget } from '../chips.ts';
import { programWords, statement } from '../program.ts';

/** The core that runs a program: eight neurons, to whose V two groups add. */
const CORE = 2;
const ALL = 'first=0 count=8';

const row = (
  plane: number,
  policy: Policy,
  bits: number,
  first = 0,
  count = 8,
  [min, max]: readonly [min: number, max: number] = [0, 0],
): PlaneRow => ({ plane, policy, bits, first, count, min, max });

const ROWS: readonly PlaneRow[] = [
  row(1, 'wrap', 16),
  row(2, 'wrap', 16, 0, 4),
  row(2, 'wrap', 12, 4, 4),
  row(3, 'saturate', 12),
  row(4, 'wrap', 24),
];
const planes = (...rows: readonly PlaneRow[]): Change => inCore(CORE, () => ({ planes: rows }));
/** These rows behind those of the core, whose planes are 1 to 4. */
const more = (...rows: readonly PlaneRow[]): Change => planes(...ROWS, ...rows);

/** Behind the four of the sample. */
const PARAMETERS = [50, 40, 25, 20, 0, -1, 2, 40, 2 ** 29, -(2 ** 29) - 1, 2 ** 23, 7];
const AT = { zero: 4, minusOne: 5, two: 6, forty: 7, large: 8, low: 9, wide: 10, seven: 11 } as const;
const at = (name: keyof typeof AT): string => `address=${AT[name]} period=1`;

const WINDOW = 'WINDOW skip=@end start=2 length=4';
const FIRE = `FIRE compare=ge reset=subtract ${ALL} address=0 period=2 tree=3 resetValue=0`;
const EMIT = `EMIT ${ALL} tree=3`;
const fired = (...lines: readonly string[]): string[] => [WINDOW, ...lines, 'end:'];
/** These instructions before the FIRE of the core. */
const tick = (...lines: readonly string[]): Change => withTick(CORE, ...lines, ...fired(FIRE));
/** This in the place of the FIRE. */
const sending = (line: string): Change => withTick(CORE, ...fired(line));
/** This in the place of the FIRE, with a P5 to count in. */
const signed = (line: string): Change => both(more(row(5, 'prove', 20)), sending(line));
/** Sends a parameter that P4 is set to. */
const sendingPlane = (name: keyof typeof AT, more: string): Change => {
  const emit = EMIT.replace('EMIT', `EMIT payload=plane plane=P4 ${more}`);
  return withTick(CORE, ...fired(`ALUP function=set plane=P4 ${ALL} ${at(name)}`, emit));
};
const emitting = (more: string): Change => sending(EMIT.replace('EMIT', `EMIT ${more}`));
const onEvent = (fields: Record<string, number>, op: 'DIAG' | 'SPARSE' = 'DIAG'): Change =>
  inOperation(CORE, op, fields);

/** Other instructions in the reset handler, which is the last. */
const withReset = (...lines: readonly string[]): Change =>
  inCore(CORE, ({ program, resetHandler }) => ({
    program: Uint32Array.from([...program.subarray(0, resetHandler), ...programWords([...lines, 'END'])]),
  }));
const RESET = `RESET ${ALL} address=2 period=2`;
const RESETP = (plane: string, run = ALL): string => `RESETP plane=${plane} ${run} ${at('zero')}`;

const DECAY = (how: string): Change => tick(`DECAY plane=P4 ${ALL} ${how}`);
const FIRES = `FIRES compare=ge ${ALL} address=0 period=2 tree=3`;
const FIREV = `FIREV ${ALL} address=0 period=2 tree=3`;

/** As many bits of state as 32 neurons have without rows. */
const full = planes(...[2, 3, 4, 5, 6, 7].map((plane) => row(plane, 'wrap', 24)));
const flagged = tick(`COMPAREP flag=f0 op=ge plane=V ${ALL} ${at('two')}`);

function programChip(): Chip {
  const parameters = inCore(CORE, () => ({ parameters: Int32Array.from(PARAMETERS) }));
  return both(more(), parameters)(sampleChip());
}

const SEVERAL = 'hold P2 in several ways';
const NONE = 'have no P5';

// One row per rule.
// oxfmt-ignore
const cases: readonly [name: string, change: Change, fragment: string, code?: DiagnosticCode][] = [
  // rows
  ['plane number', more(row(8, 'wrap', 8)), 'plane is 8'],
  ['bits too many', more(row(5, 'wrap', 25)), 'bits of a plane is 25'],
  ['V without bits', planes(row(0, 'prove', 0)), 'bits of a plane is 0; a whole number in 1..24'],
  ['saturating bits', both(withTarget({ widths: { vBits: 32 } }), more(row(5, 'saturate', 31))), 'bits of a plane is 31; a whole number in 0..30'],
  ['row outside', more(row(5, 'wrap', 8, 1, 8)), 'the run of 8 neurons from 1 does not lie in the 8 neurons'],
  ['row of none', more(row(5, 'wrap', 8, 1, 0)), 'the run of 0 neurons'],
  ['row of a part of a neuron', more(row(5, 'wrap', 8, 1, 1.5)), 'the run of 1.5 neurons'],
  ['usual V spelled out', planes(row(0, 'prove', 24)), 'says what holds without it'],
  ['usual I spelled out', planes(row(1, 'prove', 24, 3, 2)), 'says what holds without it'],
  ['absent plane spelled out', more(row(5, 'prove', 0)), 'says what holds without it'],
  ['absent plane with a policy', planes(row(1, 'wrap', 0)), 'a plane that is absent claims something'],
  ['absent plane with a claim', planes(row(1, 'prove', 0, 0, 8, [-1, 0])), 'a plane that is absent claims something'],
  ['claim beyond the width', more(row(5, 'wrap', 8, 0, 8, [-129, 0])), 'claims -129..0 of a plane of 8 bits'],
  ['claim above the width', more(row(5, 'wrap', 8, 0, 8, [0, 128])), 'claims 0..128 of a plane of 8 bits'],
  ['claim turned round', more(row(5, 'wrap', 8, 0, 8, [3, 2])), 'claims 3..2'],
  ['claim of fractions', more(row(5, 'wrap', 8, 0, 8, [0, 0.5])), 'claims 0..0.5'],
  ['rows overlap', planes(row(2, 'wrap', 8, 0, 5), row(2, 'wrap', 9, 4, 4)), 'do not ascend'],
  ['rows out of order', planes(row(2, 'wrap', 8, 4, 4), row(2, 'wrap', 9, 0, 4)), 'do not ascend'],
  ['planes out of order', planes(row(3, 'wrap', 8), row(2, 'wrap', 8)), 'do not ascend'],
  ['neighbours alike', planes(row(2, 'wrap', 8, 0, 4), row(2, 'wrap', 8, 4, 4)), 'continues the one before it'],
  ['states of all cores', (chip) => ({ ...chip, cores: Array<CoreImage>(256).fill({ ...chip.cores[CORE]!, neuronCount: 40_000, planes: [row(7, 'wrap', 8, 0, 1)] }) }), 'states; the loader takes chips of up to'],
  ['state memory', limit({ stateBits: 8 * (24 + 16 + 14 + 12 + 24) - 1 }), '720 bits of state; a core of the target has 719'],
  ['state memory with flags', both(limit({ stateBits: 735 }), flagged), '736 bits of state; a core of the target has 735'],
  ['usual state memory', both(limit({ neurons: 32 }), full, flagged), '1552 bits of state; a core of the target has 1536'],
  // planes of a run
  ['run of several forms', tick(`DECAY plane=P2 kind=linear ${ALL} ${at('two')}`), SEVERAL],
  ['run with and without', both(more(row(5, 'wrap', 8, 0, 4)), tick(`DECAY plane=P5 kind=linear ${ALL} ${at('two')}`)), 'hold P5 in several ways'],
  ['DECAY of no plane', tick(`DECAY plane=P5 kind=linear ${ALL} ${at('two')}`), NONE],
  ['ALU of several forms', tick(`ALU function=add plane=P2 source=V ${ALL}`), SEVERAL],
  ['ALU source of several forms', tick(`ALU function=add plane=P4 source=P2 ${ALL}`), SEVERAL],
  ['ALU source of no plane', tick(`ALU function=add plane=P4 source=P5 ${ALL}`), NONE],
  ['ALUP of several forms', tick(`ALUP function=add plane=P2 ${ALL} ${at('two')}`), SEVERAL],
  ['COMPARE of several forms', tick(`COMPARE flag=f0 op=ge plane=P2 source=V ${ALL}`), SEVERAL],
  ['COMPARE with no plane', tick(`COMPARE flag=f0 op=ge plane=V source=P5 ${ALL}`), NONE],
  ['COMPAREP of no plane', tick(`COMPAREP flag=f0 op=ge plane=P5 ${ALL} ${at('two')}`), NONE],
  ['COUNT of no plane', tick(`COUNT plane=P5 into=P4 ${ALL} ${at('two')} most=1`), NONE],
  ['COUNT into several forms', tick(`COUNT plane=V into=P2 ${ALL} ${at('two')} most=1`), SEVERAL],
  ['RANDOM of no plane', tick(`RANDOM plane=P5 ${ALL} ${at('two')} seed=1 mask=1`), NONE],
  ['RESETP of several forms', withReset(RESET, RESETP('P2')), SEVERAL],
  ['RESETP of no plane', withReset(RESET, RESETP('P5')), NONE],
  ['CURRENT without I', both(planes(row(1, 'prove', 0)), tick(`CURRENT ${ALL}`)), 'have no I'],
  // what must be as it is
  ['FIRE of a V that wraps', planes(row(0, 'wrap', 24)), 'V of the run is held by wrap, not by prove'],
  ['FIREV of a V that saturates', both(planes(row(0, 'saturate', 20)), onEvent({ destination: 1 }), onEvent({ destination: 1 }, 'SPARSE'), sending(`${FIREV} compare=ge reset=value resetAddress=4 resetPeriod=1`)), 'V of the run is held by saturate'],
  ['BIAS of a V that wraps', both(planes(row(0, 'wrap', 24)), withTick(CORE, `BIAS ${ALL} ${at('two')}`, ...fired(EMIT))), 'V of the run is held by wrap'],
  ['CURRENT to a V that wraps', both(planes(row(0, 'wrap', 24)), withTick(CORE, `CURRENT ${ALL}`, ...fired(EMIT))), 'V of the run is held by wrap'],
  // events
  ['events to what saturates', onEvent({ destination: 1, bank: 1 }), 'events add to P3, which saturates'],
  ['events of lists to what saturates', onEvent({ destination: 1, bank: 1 }, 'SPARSE'), 'events add to P3, which saturates'],
  ['events to a part that saturates', both(more(row(5, 'wrap', 8, 0, 7), row(5, 'saturate', 8, 7, 1)), onEvent({ destination: 1, bank: 2 })), 'events add to P5, which saturates'],
  ['events to no plane', onEvent({ destination: 0, bank: 3 }), 'events add to P6, which their neurons do not have'],
  ['events to a part that has none', both(more(row(5, 'wrap', 8, 0, 7)), onEvent({ destination: 1, bank: 2 })), 'events add to P5, which their neurons do not have'],
  // conditions, names, reserved fields
  ...[
    `DECAY plane=P4 kind=linear when=5 ${ALL} ${at('two')}`,
    `ALU function=add plane=P4 source=V when=5 ${ALL}`,
    `ALUP function=add plane=P4 when=6 ${ALL} ${at('two')}`,
    `COMPARE flag=f0 op=ge plane=V source=P4 when=5 ${ALL}`,
    `COMPAREP flag=f0 op=ge plane=V when=7 ${ALL} ${at('two')}`,
    `COUNT plane=V into=P4 when=5 ${ALL} ${at('two')} most=1`,
    `RANDOM plane=P4 when=5 ${ALL} ${at('two')} seed=1 mask=1`,
  ].map((line): [string, Change, string] => [`condition of ${line.split(' ')[0]!}`, tick(line), 'is not known']),
  ['condition of EMIT', emitting('when=5'), 'condition 5 is not known'],
  ['rounding of DECAY', DECAY(`kind=mul rounding=3 bits=3 ${at('two')}`), 'rounding 3 is not known'],
  ['function of ALU', tick(`ALU function=5 plane=P4 source=V ${ALL}`), 'function 5 is not known'],
  ['function of ALUP', tick(`ALUP function=7 plane=P4 ${ALL} ${at('two')}`), 'function 7 is not known'],
  ['reserved field of ALU', tick(`ALU function=add plane=P4 source=V reserved=1 ${ALL}`), 'reserved field is 1'],
  ['reserved field of COUNT', tick(`COUNT plane=V into=P4 ${ALL} ${at('two')} most=1 reserved=9`), 'reserved field is 9'],
  ['EMIT to the host', emitting('kind=1'), 'is not executed by this version'],
  ...['plane=I', 'shift=1', 'rounding=zero'].map((field): [string, Change, string] => [`EMIT of ones with ${field}`, emitting(field), 'EMIT of ones names']),
  ['EMIT of no plane', emitting('payload=plane plane=P5'), NONE],
  ['EMIT of several forms', emitting('payload=plane plane=P2'), SEVERAL],
  ['EMIT that rounds without a shift', emitting('payload=plane plane=P4 rounding=zero'), 'only a shift to the right rounds'],
  // what is sent of P4, in place of the spikes of 0 and 1 whose axons it shares
  ['EMIT of more than is heard', sendingPlane('forty', 'shift=3'), 'can hold payloads 0..5; group'],
  ['EMIT of less than is heard', sendingPlane('minusOne', 'shift=3'), 'can hold payloads -1..0; group'],
  ['EMIT of any number', sendingPlane('low', 'shift=9'), 'can hold payloads -16384..16383; group'],
  // operands
  ['rounding of a shift', DECAY(`kind=shift rounding=floor ${at('two')}`), 'rounding and bits are of mul alone'],
  ['bits of a step', DECAY(`kind=linear bits=1 ${at('two')}`), 'rounding and bits are of mul alone'],
  ['factor above one', DECAY(`kind=mul bits=0 ${at('forty')}`), 'factor at parameter 7 is 40; a whole number in 0..2'],
  ['factor below zero', DECAY(`kind=mul bits=0 ${at('minusOne')}`), 'factor at parameter 5 is -1'],
  ['shift of nothing', DECAY(`kind=shift ${at('zero')}`), 'shift at parameter 4 is 0'],
  ['shift of all', DECAY(`kind=shift ${at('forty')}`), 'shift at parameter 7 is 40'],
  ['step backwards', DECAY(`kind=drift ${at('minusOne')}`), 'step at parameter 5 is -1'],
  ['DECAY parameters', DECAY('kind=linear address=11 period=2'), 'the 2 parameters from 11'],
  ['DECAY run', tick(`DECAY plane=P4 kind=linear first=1 count=8 ${at('two')}`), 'run of 8 neurons from 1'],
  ['rounding of a shift to the left', tick(`ALU function=add plane=P4 source=V shift=1 rounding=zero ${ALL}`), 'only a shift to the right rounds'],
  ['shift of 32', tick(`ALU function=add plane=P4 source=V shift=-32 ${ALL}`), 'shift is -32'],
  ['wide operand of what saturates', tick(`ALU function=add plane=P3 source=P4 shift=7 ${ALL}`), 'P4 shifted by 7 has 31 bits; this operation takes 30'],
  ['wide operand of a minimum', tick(`ALU function=min plane=P4 source=P4 shift=9 ${ALL}`), 'P4 shifted by 9 has 33 bits; this operation takes 32'],
  ['ALU run', tick('ALU function=add plane=P4 source=V first=8 count=1'), 'run of 1 neurons from 8'],
  ['large parameter of what saturates', tick(`ALUP function=add plane=P3 ${ALL} ${at('large')}`), 'operand at parameter 8 is 536870912'],
  ['low parameter of what saturates', tick(`ALUP function=max plane=P3 ${ALL} ${at('low')}`), 'operand at parameter 9 is -536870913'],
  ['ALUP parameters', tick(`ALUP function=add plane=P4 ${ALL} address=99 period=1`), 'the 1 parameters from 99'],
  ['ALUP run', tick(`ALUP function=add plane=P4 first=0 count=0 ${at('two')}`), 'run of 0 neurons'],
  ['COMPARE run', tick('COMPARE flag=f0 op=ge plane=V source=P4 first=0 count=9'), 'run of 9 neurons'],
  ['COMPAREP run', tick(`COMPAREP flag=f0 op=ge plane=V first=0 count=9 ${at('two')}`), 'run of 9 neurons'],
  ['COMPAREP parameters', tick(`COMPAREP flag=f0 op=ge plane=V ${ALL} address=0 period=0`), 'the 0 parameters from 0'],
  ['COUNT into itself', tick(`COUNT plane=P4 into=P4 ${ALL} ${at('two')} most=1`), 'COUNT takes P4 apart into itself'],
  ['COUNT of none', tick(`COUNT plane=V into=P4 ${ALL} ${at('two')} most=0`), 'the largest quotient is 0'],
  ['COUNT by zero', tick(`COUNT plane=V into=P4 ${ALL} ${at('zero')} most=1`), 'threshold at parameter 4 is 0'],
  ['COUNT run', tick(`COUNT plane=V into=P4 first=3 count=6 ${at('two')} most=1`), 'run of 6 neurons from 3'],
  ['mask with a sign', tick(`RANDOM plane=P4 ${ALL} ${at('two')} seed=1 mask=${2 ** 31}`), 'has bit 31'],
  ['RANDOM parameters', tick(`RANDOM plane=P4 ${ALL} address=12 period=1 seed=1 mask=1`), 'the 1 parameters from 12'],
  ['RANDOM run', tick(`RANDOM plane=P4 first=0 count=9 ${at('two')} seed=1 mask=1`), 'run of 9 neurons'],
  // what sends
  ['EMIT run', sending('EMIT first=0 count=9 tree=3'), 'run of 9 neurons'],
  ['EMIT without WINDOW', withTick(CORE, EMIT), 'EMIT outside of a WINDOW'],
  ['EMIT window', withTick(CORE, WINDOW.replace('length=4', 'length=3'), EMIT, 'end:'), 'EMIT in a WINDOW of 3 ticks'],
  ['EMIT beside FIRE', withTick(CORE, ...fired(FIRE, `EMIT first=7 count=1 tree=${NO_TREE}`)), 'neuron 7 is fired or read twice'],
  ['FIREV run', sending(`FIREV first=0 count=9 address=0 period=2 tree=3 compare=ge reset=none resetAddress=0 resetPeriod=1`), 'run of 9 neurons'],
  ['FIREV without WINDOW', withTick(CORE, `${FIREV} compare=ge reset=none resetAddress=0 resetPeriod=1`), 'FIREV outside of a WINDOW'],
  ['FIREV threshold', sending(`${FIREV.replace('address=0 period=2', at('wide'))} compare=ge reset=none resetAddress=0 resetPeriod=1`), 'threshold at parameter 10'],
  ['FIREV reset value', sending(`${FIREV} compare=ge reset=value resetAddress=10 resetPeriod=1`), 'value after a spike at parameter 10'],
  ['FIREV reset values outside', sending(`${FIREV} compare=ge reset=value resetAddress=11 resetPeriod=2`), 'the 2 parameters from 11'],
  ['FIREV values without a reset', sending(`${FIREV} compare=ge reset=none resetAddress=4 resetPeriod=1`), 'without a reset names values'],
  ['FIRES of a V that wraps', both(planes(row(0, 'wrap', 24)), sending(`${FIRES} counter=I`)), 'V of the run is held by wrap, not by prove'],
  ['FIRES counts in V', sending(`${FIRES} counter=V`), 'FIRES counts in V'],
  ['FIRES counts in no plane', sending(`${FIRES} counter=P5`), NONE],
  ['FIRES counts in several forms', sending(`${FIRES} counter=P2`), SEVERAL],
  ['FIRES counts in what saturates', sending(`${FIRES} counter=P3`), 'P3 of the run is held by saturate, not by prove'],
  ['FIRES run', signed(`${FIRES.replace('count=8', 'count=9')} counter=P5`), 'run of 9 neurons'],
  ['FIRES threshold', signed(`${FIRES.replace('address=0 period=2', at('zero'))} counter=P5`), 'threshold at parameter 4'],
  ['FIRES without WINDOW', both(more(row(5, 'prove', 20)), withTick(CORE, `${FIRES} counter=P5`)), 'FIRES outside of a WINDOW'],
  ['FIRES where packets have no sign', both(withTarget({ widths: { packetBits: 0 } }), signed(`${FIRES} counter=P5`)), 'those of tiny have 0 bit'],
  ['FIRES that nobody expects', signed(`${FIRES} counter=P5`), 'can hold payloads -1..1; group 1 declares 0..1'],
  // resets
  ['RESETP of V', withReset(RESET, RESETP('V')), 'V is set by RESET'],
  ['RESETP before RESET', withReset(RESETP('P4'), RESET), 'whose RESET does not stand before it'],
  ['RESETP twice', withReset(RESET, RESETP('P4'), RESETP('P4', 'first=3 count=1')), 'RESETP of neuron 3, which is reset before'],
  ['RESETP alone', withReset(RESETP('P4')), 'neuron 0 is never reset'],
  ['RESETP run', withReset(RESET, RESETP('P4', 'first=0 count=9')), 'run of 9 neurons'],
  ['RESETP parameters', withReset(RESET, `RESETP plane=P4 ${ALL} address=12 period=1`), 'the 1 parameters from 12'],
  ['RESETP on a tick', tick(RESETP('P4')), 'RESETP stands in the tick handler'],
  ['DECAY in a reset', withReset(RESET, `DECAY plane=P4 kind=linear ${ALL} ${at('two')}`), 'DECAY stands in the reset handler'],
  // ranges
  ['range of V', planes(row(0, 'prove', 6)), 'V of neuron 0 can reach 17..121 in tick 2; it has 6 bits', 'E0406'],
  ['range of a result', both(more(row(5, 'prove', 4)), tick(`ALUP function=set plane=P5 ${ALL} ${at('forty')}`)), 'P5 of neuron 0 can reach 40..40 in tick 0; it has 4 bits', 'E0406'],
  ['range of a reset', both(more(row(5, 'prove', 3)), withReset(RESET, `RESETP plane=P5 ${ALL} ${at('seven')}`)), 'P5 of neuron 0 can reach 7..7 in tick 0; it has 3 bits', 'E0406'],
  ['range of a counter', both(more(row(5, 'prove', 2)), sending(`${FIRES} counter=P5`)), 'P5 of neuron 0 can reach 0..2 in tick 3; it has 2 bits', 'E0406'],
  ['claim of a reset', both(planes(row(0, 'prove', 24, 0, 8, [0, 24]), row(1, 'prove', 0))), 'V of neuron 0 can reach 25..25 in tick 0, which is more than its row claims', 'E0406'],
];

/** The tick handler of the core that is read, without its biases. */
const READER = [
  'WINDOW skip=@fired start=1 length=4',
  'FIRE compare=ge reset=subtract first=0 count=8 address=0 period=1 tree=2 resetValue=0',
  'fired:',
  'WINDOW skip=@end start=6 length=1',
  'READ first=8 count=3 tree=4',
  'end:',
];

describe('verifyChip', () => {
  it('accepts the core with its planes', () => {
    expect(verifyChip(programChip())).toEqual([]);
  });

  it.each<[string, Change]>([
    ['as much state as there is', both(limit({ neurons: 32 }), full)],
    ['flags and more state than usual', both(limit({ stateBits: 1552 }), full, flagged)],
    ['neighbours that differ', more(row(5, 'wrap', 8, 0, 4), row(5, 'wrap', 9, 4, 4))],
    ['neighbours with other claims', more(row(5, 'wrap', 8, 0, 4, [-1, 1]), row(5, 'wrap', 8, 4, 4))],
    ['alike with a gap', more(row(5, 'wrap', 8, 0, 3), row(5, 'wrap', 8, 4, 4))],
    ['the usual form with a claim', planes(row(0, 'prove', 24, 0, 8, [-(2 ** 23), 2 ** 23 - 1]))],
    ['no I', planes(row(1, 'prove', 0))],
    ['events to several forms that wrap', onEvent({ destination: 0, bank: 1 })],
    ['the other conditions', emitting('when=not-f1')],
    ['EMIT of as much as is heard', sendingPlane('seven', 'shift=2 rounding=zero')],
    ['EMIT of nothing', sendingPlane('minusOne', 'shift=3 rounding=zero')],
    ['several runs of one plane', withReset(RESET, RESETP('P2', 'first=0 count=4'), RESETP('P2', 'first=4 count=4'))],
    ['FIREV', sending(`${FIREV} compare=gt reset=value resetAddress=4 resetPeriod=2`)],
    ['FIRES', both(signed(`${FIRES} counter=P5`), inGroup(1, 1, { payloadMin: -1 }))],
    ['operands as wide as they may be', tick(`ALU function=add plane=P3 source=P4 shift=6 ${ALL}`)],
    [
      'READ of a V that wraps',
      both(
        withTick(1, ...READER),
        inCore(1, () => ({ planes: [row(0, 'wrap', 20, 8, 3)] })),
      ),
    ],
  ])('accepts: %s', (_, change) => {
    expect(verifyChip(change(programChip()))).toEqual([]);
  });

  it.each(cases)('refuses: %s', (_, change, fragment, code = 'E0405') => {
    const found = verifyChip(change(programChip()));
    expect(found.map((entry) => entry.message).join('\n')).toContain(fragment);
    expect(found.find((entry) => entry.message.includes(fragment))?.code).toBe(code);
  });

  it('judges the core with any numbers changed, without throwing', () => {
    const value = fc.oneof(
      fc.integer({ min: -2, max: 70 }),
      fc.constantFrom(0xffff, 2 ** 31 - 1, 2 ** 32 - 1, -(2 ** 31), 0.5, NaN),
    );
    const number = fc.constantFrom('plane', 'bits', 'first', 'count', 'min', 'max');
    const chip = both(flagged, withReset(RESET, RESETP('P4')))(programChip());
    const { planes: rows } = chip.cores[CORE]!;
    fc.assert(
      fc.property(fc.nat(rows!.length - 1), number, value, fc.nat(), value, (k, name, x, n, y) => {
        const changed = planes(...rows!.map((each, at) => (at === k ? { ...each, [name]: x } : each)))(chip);
        expect(verifyChip(withNumber(changed, n, y)).length).toBeLessThanOrEqual(20);
      }),
      { numRuns: 400 },
    );
  });

  it('refuses a file whose ticks would be walked for ever', () => {
    const ticks = 2 ** 20;
    const neurons = 60_000;
    const target = tinyTarget({ limits: { neurons: 65_535, stateBits: 2 ** 31 - 1 } });
    const chip = programChip();
    const core = { ...chip.cores[CORE]!, neuronCount: neurons, planes: [row(2, 'prove', 24, 0, neurons)] };
    const lines = `RESET first=0 count=${neurons} address=2 period=2`;
    const counting = both(
      inCore(CORE, () => core),
      withTick(CORE, `BIAS first=0 count=1 ${at('two')}`, ...fired(FIRE)),
      withReset(lines),
    )({ ...chip, target, ticks });
    const spent: number[] = [];
    const spend = (work: number): void => {
      spent.push(work);
      if (spent.length > 1000) throw new Error('enough');
    };
    expect(() => walk(counting.cores[CORE]!, target, new Map(), ticks, spend)).toThrow('enough');
    // At least a part of every copy of the states that is made.
    expect(spent.reduce((sum, work) => sum + work, 0)).toBeGreaterThan(300 * neurons);
  });

  it('refuses a file whose rows and instructions would cause unbounded work', () => {
    const count = 30_000;
    const rows = Array.from({ length: count }, (_, first) => row(2, 'wrap', 1 + (first % 2), first, 1));
    const lines = Array<string>(10_000).fill(
      statement('DECAY plane=V kind=linear', { first: 0, count, address: 0, period: 1 }),
    );
    const target = tinyTarget({ limits: { neurons: 65_535, programWords: 65_535, stateBits: 2 ** 31 - 1 } });
    const change = both(
      withTick(CORE, ...lines, ...fired(FIRE)),
      inCore(CORE, () => ({ neuronCount: count, planes: rows })),
    );
    const found = verifyChip({ ...change(programChip()), target });
    expect(found.map(({ message }) => message).join('\n')).toContain('budget');
  });
});
