/** What the loader asks of chips without an end, and what it proves of their ticks. */
import { describe, expect, it } from '@jest/globals';
import { type Chip, type CoreImage, formatDiagnostic, verifyChip } from '../../../isa/index.ts';
import { ENDLESS_TICKS } from '../../../isa/endless.ts';
import { oneTurn, type Recurrence } from '../../../isa/recurrence.ts';
import { walk } from '../../../isa/range/walked.ts';
import { endlessChip } from '../../programs/endless.ts';
import { boxOf, sampleChip } from '../chips.ts';
import { CoreBuilder, tinyTarget } from '../core-builder.ts';
import { heardAtOnce } from '../watched-core.ts';

const good = endlessChip({ recurring: false });
const inCore = (chip: Chip, at: number, change: (core: CoreImage) => CoreImage): Chip => ({
  ...chip,
  cores: chip.cores.map((core, k) => (k === at ? change(core) : core)),
});
const said = (chip: Chip): string =>
  verifyChip(chip)
    .map(({ code, message }) => `${code} ${message}`)
    .join('\n');

/** The second core of the chip with another tick handler. */
function withHandler(lines: readonly string[]): Chip {
  return inCore(good, 1, (core) => {
    const builder = new CoreBuilder(core.core, core.neuronCount);
    builder.parameters(...core.parameters);
    builder.weights(
      8,
      [...core.synapses].map((byte) => (byte << 24) >> 24),
    );
    builder.group(core.axonCount, 0, 1, 'DENSE destination=V width=w8 shift=0 first=0 count=4 weights=0');
    for (const sink of core.sinks) builder.sink(sink);
    return builder.build(lines, ['RESET first=0 count=4 address=2 period=1']);
  });
}

const FIRE = 'FIRE compare=ge reset=value first=0 count=4 address=0 period=1 tree=2 resetValue=0';
const DECAY = 'DECAY plane=V kind=mul bits=5 first=0 count=4 address=1 period=1';

describe('a chip without an end', () => {
  it('is taken where its intervals come to rest, and where its claims close', () => {
    expect(verifyChip(good)).toEqual([]);
    expect(verifyChip(withHandler([FIRE, DECAY]))).toEqual([]);
    expect(verifyChip(endlessChip({ recurring: true }))).toEqual([]);
  });

  it('may have a layer that starts later, and then goes on as long as ticks are counted', () => {
    const later = withHandler([`WINDOW skip=@end start=3 length=${ENDLESS_TICKS - 3}`, FIRE, DECAY, 'end:']);
    const layers = later.layers.map((layer, k) => ({ ...layer, depth: k === 0 ? 0 : 3 }));
    expect(verifyChip({ ...later, layers })).toEqual([]);
    expect(verifyChip(later).map(formatDiagnostic).join()).toContain(
      'FIRE of layer out starts in tick 3; its depth is 0',
    );
  });

  const cases: [name: string, chip: Chip, says: string][] = [
    [
      'a layer that starts beyond all',
      { ...good, layers: good.layers.map((layer) => ({ ...layer, depth: 2 ** 20 + 1 })) },
      'E0405 depth is 1048577; a whole number in 0..1048576 is expected',
    ],
    ['a window', { ...good, window: 1 }, 'E0405 window is 1; 0 is expected in a chip without an end'],
    ['input ticks', { ...good, input: { ...good.input, ticks: 2 } }, 'E0405 input in 2 ticks'],
    ['a self-test', { ...good, selfTest: { samples: [] } }, 'E0405 a self-test of inferences'],
    [
      'a layer that starts later',
      { ...good, layers: good.layers.map((layer) => ({ ...layer, depth: 1 })) },
      'E0405 FIRE of layer hidden starts in tick 0; its depth is 1',
    ],
    [
      'FIRE behind a WINDOW',
      withHandler(['WINDOW skip=@end start=0 length=9', FIRE, 'end:']),
      'E0405 FIRE behind a WINDOW that ends in tick 9; in a chip without an end, what sends is executed in every tick, or from one on',
    ],
    [
      'FIRE behind an EVERY',
      withHandler(['EVERY skip=@end start=0 length=1 period=2 times=0', FIRE, 'end:']),
      'E0405 FIRE behind an EVERY; in a chip without an end, what sends is executed in every tick',
    ],
    ['READ', withHandler(['READ first=0 count=4 tree=2']), 'E0405 READ in a chip without an end'],
    [
      'an output that does not reach the host',
      {
        ...good,
        routes: good.routes.map((route) => (route.router === 0 ? { ...route, ports: route.ports & 0x7fff } : route)),
      },
      'E0405 tree 2 is in the output map, but does not reach the host port',
    ],
    [
      'spikes to the host that are no output',
      {
        ...good,
        routes: good.routes.map((route) =>
          route.tree === 1 && route.router === 0 ? { ...route, ports: route.ports | 0x8000 } : route,
        ),
      },
      'E0405 tree 1 carries events, but goes to the host port',
    ],
    [
      'an output from the input',
      {
        ...good,
        output: { ...good.output, parts: [{ tree: 0, box: boxOf(4, 1, 1) }] },
        routes: good.routes.map((route) =>
          route.router === 0 && route.tree !== 1 ? { ...route, ports: route.ports ^ 0x8000 } : route,
        ),
      },
      'E0405 tree 0 does not come from what sends spikes',
    ],
    [
      'an output of another size',
      { ...good, output: { ...good.output, shape: [3, 1, 1], parts: [{ tree: 2, box: boxOf(3, 1, 1) }] } },
      'E0405 a box of 3 elements for 4 neurons',
    ],
    [
      'an output whose packets carry a plane',
      withHandler([DECAY, 'EMIT payload=plane plane=V first=0 count=4 tree=2']),
      'E0405 tree 2 is in the output map, but its packets carry a plane; the host takes spikes',
    ],
    // The range proof.
    [
      'neurons that forget nothing',
      withHandler([FIRE]),
      'E0406 V of neuron 3 can reach -8388650..107 in tick 118150; it has 24 bits',
    ],
    [
      'potentials that escape at once',
      withHandler([
        'DECAY plane=V kind=drift first=0 count=4 address=0 period=1',
        FIRE.replace('reset=value', 'reset=subtract'),
        'BIAS first=0 count=4 address=0 period=1',
      ]),
      'E0406 ',
    ],
    [
      'an EVERY without claims',
      withHandler([
        'EVERY skip=@end start=3 length=1 period=2 times=0',
        'BIAS first=0 count=4 address=2 period=1',
        'end:',
        FIRE,
        DECAY,
      ]),
      'E0406 nothing is proven of ticks without end: its EVERY come again without end, and not every plane of every neuron claims a range',
    ],
    [
      'an EVERY so often that it does not end',
      withHandler([
        `EVERY skip=@end start=3 length=1 period=2 times=${2 ** 32 - 1}`,
        'BIAS first=0 count=4 address=2 period=1',
        'end:',
        FIRE,
        DECAY,
      ]),
      'E0406 nothing is proven of ticks without end: its EVERY',
    ],
    ['a claim that is too narrow', endlessChip({ recurring: true, claim: 300 }), 'which is more than its row claims'],
  ];
  it.each(cases)('may not have %s', (_, chip, says) => {
    expect(said(chip)).toContain(says);
    for (const { remedy } of verifyChip(chip)) expect(remedy).toBeDefined();
  });

  it('is the only one that has no ticks', () => {
    expect(said({ ...sampleChip(), ticks: 0 })).toContain('a chip without an end');
  });
});

/** A neuron that a bias is added to behind each of these gates, and that decays in every tick. */
function gated(gates: readonly string[], claim: number): CoreImage {
  const builder = new CoreBuilder(0, 1);
  const [bias, zero, left] = [builder.parameters(10), builder.parameters(0), builder.parameters(15)];
  const lines = gates.flatMap((gate, k) => [
    gate.replace('skip', `skip=@end${k}`),
    `BIAS first=0 count=1 address=${bias} period=1`,
    `end${k}:`,
  ]);
  return {
    ...builder.build(
      [...lines, `DECAY plane=V kind=mul bits=3 first=0 count=1 address=${left} period=1`],
      [`RESET first=0 count=1 address=${zero} period=1`],
    ),
    planes: [
      { plane: 0, policy: 'prove', bits: 24, first: 0, count: 1, min: -1, max: claim },
      { plane: 1, policy: 'prove', bits: 0, first: 0, count: 1, min: 0, max: 0 },
    ],
  };
}

describe('claims of ticks without end', () => {
  const proof = (core: CoreImage, vBits = 24) => {
    const sinks = heardAtOnce(core);
    const windows = new Map(
      sinks.map(({ tree }): [number, Recurrence] => [tree, oneTurn({ start: 0, length: ENDLESS_TICKS })]),
    );
    return walk({ ...core, sinks }, tinyTarget({ widths: { vBits } }), windows, ENDLESS_TICKS, () => undefined);
  };
  // A bias of 10 comes to rest at 135; two in one tick, at 285.
  const every = (start: number, period: number, times = 0) =>
    `EVERY skip start=${start} length=1 period=${period} times=${times}`;

  it('are walked through every kind of tick, whenever it comes', () => {
    // Ticks 5 + 6i and 4 + 5j meet in tick 29 first.
    expect(proof(gated([every(5, 6), every(4, 5)], 285))).toBeUndefined();
    expect(proof(gated([every(5, 6), every(4, 5)], 284))).toMatchObject({ claim: true, tick: 29 });
    // 4 + 6i and 5 + 6j never do.
    expect(proof(gated([every(4, 6), every(5, 6)], 135))).toBeUndefined();
    expect(proof(gated([every(4, 6), every(5, 6)], 134))).toMatchObject({ claim: true });
    // A WINDOW far away, and turns that come to an end.
    expect(proof(gated([every(0, 2), 'WINDOW skip start=1001 length=1'], 135))).toBeUndefined();
    expect(proof(gated([every(0, 2), 'WINDOW skip start=1000 length=1'], 284))).toMatchObject({
      claim: true,
      tick: 1000,
    });
    expect(proof(gated([every(0, 2), every(1, 7, 3)], 284))).toMatchObject({ claim: true, tick: 8 });
    expect(proof(gated([every(0, 2), every(1, 8, 3)], 135))).toBeUndefined();
  });

  it('are asked for where intervals do not come to rest', () => {
    const { planes: _, ...core } = gated(['WINDOW skip start=0 length=1'], 0);
    const [bias, address] = [1, core.parameters.length];
    const restless = { ...core, parameters: Int32Array.of(...core.parameters, bias) };
    const builder = new CoreBuilder(0, 1);
    const { program, tickHandler, resetHandler } = builder.build(
      [`BIAS first=0 count=1 address=${address} period=1`],
      ['RESET first=0 count=1 address=1 period=1'],
    );
    expect(proof({ ...restless, program, tickHandler, resetHandler }, 32)).toMatchObject({
      unsettled: true,
      plane: 0,
      neuron: 0,
    });
  });

  it('are not walked through turns that take too long to meet', () => {
    expect(proof(gated([every(0, 1021), every(0, 1031)], 285))).toEqual({
      fault: 'its EVERY come again in the same order only after 1052651 ticks; 1048576 are walked',
    });
    expect(proof(gated([every(0, 1009), every(0, 1013)], 285))).toBeUndefined();
  });

  it('that hold in every tick need no EVERY', () => {
    expect(proof(gated(['WINDOW skip start=0 length=1000000'], 135))).toBeUndefined();
    expect(proof(gated([every(0, 1)], 135))).toBeUndefined();
    expect(proof(gated([every(0, 1)], 134))).toMatchObject({ claim: true });
  });
});
