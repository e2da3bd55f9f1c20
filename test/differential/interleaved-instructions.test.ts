/** The instructions of programs on the interleaved machine, against numbers worked out by hand. */
import { describe, expect, it } from '@jest/globals';
import type { PlaneRow, Policy } from '../../isa/chip.ts';
import { CoreBuilder, tinyTarget } from '../isa/core-builder.ts';
import { runCore } from '../isa/watched-core.ts';
import { LeftWidth } from '../interleaved/planes.ts';

const row = (plane: number, policy: Policy, bits: number, first = 0, count = 64): PlaneRow => ({
  ...{ plane, policy, bits, first, count },
  min: 0,
  max: 0,
});
const WIDE = tinyTarget({ widths: { vBits: 32 } });
const P2 = [row(2, 'prove', 32)];

/** The values of a plane behind one tick of these lines, from these initial potentials. */
function behind(
  initial: readonly number[],
  lines: readonly string[],
  plane = 0,
  planes: readonly PlaneRow[] = [],
): number[] {
  const { length: count } = initial;
  const builder = new CoreBuilder(0, count);
  const address = builder.parameters(...initial);
  const image = {
    ...builder.build(lines.map(withParameters(builder)), [
      `RESET first=0 count=${count} address=${address} period=${count}`,
    ]),
    planes,
  };
  let found: number[] = [];
  runCore(
    image,
    [[]],
    (core) => {
      found = initial.map((_, neuron) => core.state(plane, neuron));
    },
    WIDE,
  );
  return found;
}

/** `of=1,2` stands for the address and the period of parameters. */
const withParameters =
  (builder: CoreBuilder) =>
  (line: string): string =>
    line.replace(/of=(\S+)/, (_, list: string) => {
      const values = list.split(',').map(Number);
      return `address=${builder.parameters(...values)} period=${values.length}`;
    });

const decay = (initial: readonly number[], how: string): number[] =>
  behind(initial, [`DECAY plane=V ${how.replace('of=', `first=0 count=${initial.length} of=`)}`]);

describe('DECAY', () => {
  it('multiplies and rounds towards zero, down, or halves up', () => {
    const states = [5, -5, 6, -6, 7, -7, 1, -1, 0];
    expect(decay(states, 'kind=mul bits=0 of=1')).toEqual([2, -2, 3, -3, 3, -3, 0, 0, 0]);
    expect(decay(states, 'kind=mul rounding=floor bits=0 of=1')).toEqual([2, -3, 3, -3, 3, -4, 0, -1, 0]);
    expect(decay(states, 'kind=mul rounding=half bits=0 of=1')).toEqual([3, -2, 3, -3, 4, -3, 1, 0, 0]);
    expect(decay([100, -100], 'kind=mul rounding=half bits=3 of=15,0')).toEqual([94, 0]);
  });

  it('multiplies products of 47 bits exactly', () => {
    expect(decay([2 ** 31 - 1, -(2 ** 31)], 'kind=mul rounding=floor bits=15 of=65535')).toEqual([
      2147450879, -2147450880,
    ]);
    expect(decay([2 ** 31 - 1, -(2 ** 31)], 'kind=mul rounding=half bits=15 of=65536')).toEqual([
      2 ** 31 - 1,
      -(2 ** 31),
    ]);
  });

  it('takes a part off by a shift, but at least one', () => {
    expect(decay([17, 16, 15, 1, 0, -1, -15, -16, -17], 'kind=shift of=4')).toEqual([
      16, 15, 14, 0, 0, 0, -14, -15, -15,
    ]);
    expect(decay([-(2 ** 31), 2 ** 31 - 1], 'kind=shift of=31')).toEqual([-(2 ** 31) + 1, 2 ** 31 - 2]);
  });

  it('takes a step off, which stops at zero or not', () => {
    expect(decay([7, 3, 2, 0, -2, -3, -7], 'kind=linear of=3')).toEqual([4, 0, 0, 0, 0, 0, -4]);
    expect(decay([7, 3, 2, 0, -2, -3, -7], 'kind=drift of=3')).toEqual([4, 0, -1, 0, 1, 0, -4]);
  });
});

describe('ALU and ALUP', () => {
  const twice = (lines: string[], planes = P2): number[] => behind([13, -13], lines, 2, planes);

  it('shift the source to the left, down, or towards zero', () => {
    const set = (how: string): number[] => twice([`ALU function=set plane=P2 source=V first=0 count=2 ${how}`]);
    expect(set('')).toEqual([13, -13]);
    expect(set('shift=3')).toEqual([104, -104]);
    expect(set('shift=-2')).toEqual([3, -4]);
    expect(set('shift=-2 rounding=zero')).toEqual([3, -3]);
    expect(set('shift=-31')).toEqual([0, -1]);
  });

  it('add, subtract, set, and take the smaller or the larger', () => {
    const of = (name: string): number[] =>
      behind([13, -13], [`ALUP function=${name} plane=V first=0 count=2 of=5,-20`]);
    expect(of('add')).toEqual([18, -33]);
    expect(of('sub')).toEqual([8, 7]);
    expect(of('set')).toEqual([5, -20]);
    expect(of('min')).toEqual([5, -20]);
    expect(of('max')).toEqual([13, -13]);
    expect(behind([13, -13], ['ALU function=sub plane=V source=V first=0 count=2 shift=1'])).toEqual([-13, 13]);
  });

  it('store what the policy of the plane makes of the result', () => {
    const shifted = 'ALU function=set plane=P2 source=V first=0 count=2';
    expect(twice([shifted, 'ALUP function=add plane=P2 first=0 count=2 of=4'], [row(2, 'wrap', 5)])).toEqual([-15, -9]);
    expect(twice([`${shifted} shift=31`], [row(2, 'wrap', 32)])).toEqual([-(2 ** 31), -(2 ** 31)]);
    expect(twice([`${shifted} shift=31`], [row(2, 'wrap', 3)])).toEqual([0, 0]);
    expect(twice([`${shifted} shift=4`], [row(2, 'saturate', 6)])).toEqual([31, -32]);
    expect(twice([shifted], [row(2, 'wrap', 1)])).toEqual([-1, -1]);
    expect(() => twice([`${shifted} shift=4`], [row(2, 'prove', 8)])).toThrow(LeftWidth);
    expect(() => twice([shifted], [])).toThrow('neuron 0 has no P2');
  });
});

describe('COMPARE and COMPAREP', () => {
  const flagged = (lines: string[], when: string, initial = [4, 5, 6]): number[] =>
    behind(initial, [...lines, `ALUP function=set plane=V when=${when} first=0 count=3 of=100`]);
  const compare = (how: string): string => `COMPAREP plane=V first=0 count=3 ${how}`;

  it('know four comparisons', () => {
    expect(flagged([compare('flag=f0 op=ge of=5')], 'f0')).toEqual([4, 100, 100]);
    expect(flagged([compare('flag=f0 op=gt of=5')], 'f0')).toEqual([4, 5, 100]);
    expect(flagged([compare('flag=f1 op=le of=5')], 'f1')).toEqual([100, 100, 6]);
    expect(flagged([compare('flag=f1 op=lt of=5')], 'not-f1')).toEqual([4, 100, 100]);
    expect(flagged(['COMPARE flag=f0 op=ge plane=V source=I first=0 count=3'], 'f0', [-1, 0, 1])).toEqual([
      -1, 100, 100,
    ]);
  });

  it('set a flag on all neurons, or only more of them', () => {
    const first = compare('flag=f0 op=ge of=6');
    expect(flagged([first, compare('flag=f0 op=lt of=5')], 'f0')).toEqual([100, 5, 6]);
    expect(flagged([first, compare('flag=f0 op=lt combine=or of=5')], 'f0')).toEqual([100, 5, 100]);
    expect(flagged([first, compare('flag=f0 op=lt when=f0 of=9')], 'f0')).toEqual([4, 5, 100]);
    expect(flagged([first, compare('flag=f0 op=lt when=not-f0 of=9')], 'f0')).toEqual([100, 100, 6]);
    expect(flagged([first, compare('flag=f1 op=lt when=not-f0 of=5')], 'f1')).toEqual([100, 5, 6]);
  });

  it('find flags of 0 in every tick', () => {
    const builder = new CoreBuilder(0, 1);
    const [one, zero] = [builder.parameters(1), builder.parameters(0)];
    const tick = [
      `ALUP function=add plane=V when=f0 first=0 count=1 address=${one} period=1`,
      `COMPAREP flag=f0 op=ge plane=V first=0 count=1 address=${zero} period=1`,
    ];
    const image = builder.build(tick, [`RESET first=0 count=1 address=${zero} period=1`]);
    runCore(image, [[], [], []], (core) => {
      expect(core.state(0, 0)).toBe(0);
    });
  });
});

describe('COUNT', () => {
  const states = [29, 30, 59, 60, 1000, 0, -100];
  const lines = ['COUNT plane=V into=P2 first=0 count=7 of=30 most=3'];

  it('takes whole thresholds out of positive states, so many at most', () => {
    expect(behind(states, lines, 2, P2)).toEqual([0, 1, 1, 2, 3, 0, 0]);
    expect(behind(states, lines, 0, P2)).toEqual([29, 0, 29, 0, 910, 0, -100]);
  });

  it('leaves both planes where its condition does not hold', () => {
    const set = 'ALUP function=set plane=P2 first=0 count=7 of=77';
    expect(behind(states, [set, lines[0]!.replace('first', 'when=f0 first')], 2, P2)).toEqual(Array(7).fill(77));
    expect(behind(states, [set, lines[0]!.replace('first', 'when=f0 first')], 0, P2)).toEqual(states);
  });
});

/** The definition in exact integers: seed 1, identities 0, 1 and -1, tick 0. */
const DRAWN = [604019821, 0, 895139313];

describe('RANDOM', () => {
  it('has these numbers', () => {
    const line = 'RANDOM plane=V first=0 count=3 of=0,1,-1 seed=1 mask=0x7fffffff';
    expect(behind([0, 0, 0], [line])).toEqual(DRAWN);
    expect(behind([0, 0, 0], [line.replace('0x7fffffff', '255')])).toEqual(DRAWN.map((value) => value % 256));
  });
});

describe('RESETP', () => {
  it('sets a plane behind RESET, which has made it 0', () => {
    const builder = new CoreBuilder(0, 2);
    const address = builder.parameters(7, -9);
    const image = {
      ...builder.build(
        [],
        [
          `RESET first=0 count=2 address=${address} period=2`,
          `RESETP plane=P2 first=1 count=1 address=${address} period=1`,
        ],
      ),
      planes: P2,
    };
    runCore(image, [], (core) => {
      expect([0, 2].map((plane) => [core.state(plane, 0), core.state(plane, 1)])).toEqual([
        [7, -9],
        [0, 7],
      ]);
    });
  });
});
