/**
 * Chips of one core whose planes are all in sight: the program under test is executed in tick 0, and every later tick sets V
 * from one of the other planes. What is expected comes from definitions over BigInt, one neuron after the other.
 */
import fc from 'fast-check';
import { Emulator } from '../../../emulator/index.ts';
import type { Chip } from '../../../isa/index.ts';
import { MOST_PLANES, type PlaneForm, V } from '../../../isa/planes.ts';
import { seededRandom } from '../../arbitraries/random.ts';
import { boxOf, CoreBuilder, plainSink, tinyTarget, treeRoutes } from '../../isa/chips.ts';
import { statement } from '../../isa/program.ts';
import { chipFrame, inputMap, outputMap } from '../chips.ts';

const [INPUT_TREE, READ_TREE] = [0, 1];
/** Planes whose signs become the flags of their neurons before the program, and the plane that shows flags behind it. */
export const F0 = 6;
const F1 = 7;
export const WHEN = ['always', 'f0', 'f1', 'not-f0', 'not-f1'] as const;
export const PLANES = ['V', 'I', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7'] as const;

export const WIDE: PlaneForm = { policy: 'prove', bits: 32 };

/** All states of some neurons. */
export interface States {
  readonly forms: readonly PlaneForm[];
  /** By plane and neuron. */
  readonly planes: bigint[][];
  /** By neuron. */
  readonly flags: number[];
}

/** What a form makes of a result, from its definition. */
export function kept(result: bigint, { policy, bits }: PlaneForm): bigint {
  if (policy === 'prove') return BigInt.asIntN(32, result);
  if (policy === 'wrap') return BigInt.asIntN(bits, result);
  const most = 2n ** BigInt(bits - 1) - 1n;
  if (result > most) return most;
  return result < -most - 1n ? -most - 1n : result;
}

export function holds(when: number, flags: number): boolean {
  const [f0, f1] = [(flags & 1) === 1, (flags & 2) === 2];
  return [true, f0, f1, !f0, !f1][when]!;
}

/** Sets a plane of those neurons of a run that an instruction acts on. */
export function change(
  states: States,
  plane: number,
  { first, count, when }: { readonly first: number; readonly count: number; readonly when: number },
  result: (neuron: number, k: number) => bigint,
): void {
  for (let k = 0; k < count; k++) {
    const n = first + k;
    if (holds(when, states.flags[n]!)) states.planes[plane]![n] = kept(result(n, k), states.forms[plane]!);
  }
}

/** Forms of all planes; the last two hold what becomes of flags. */
export const anyForm: fc.Arbitrary<PlaneForm> = fc.oneof(
  fc.constant(WIDE),
  fc.record({ policy: fc.constant('wrap' as const), bits: fc.integer({ min: 1, max: 32 }) }),
  fc.record({ policy: fc.constant('saturate' as const), bits: fc.integer({ min: 1, max: 30 }) }),
);

/** A run within so many neurons, most of them in no way aligned. */
export const anyRun = fc.record({ before: fc.nat(9), count: fc.integer({ min: 1, max: 40 }), behind: fc.nat(9) });
export type Run = typeof anyRun extends fc.Arbitrary<infer T> ? T : never;

export const anyPeriod = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(16, 48));

/** Numbers of so many bits: ends, small ones, and any. */
export function numbers(seed: number, count: number, bits: number): bigint[] {
  const random = seededRandom(seed);
  const most = 2 ** (bits - 1);
  return Array.from({ length: count }, () => {
    const kind = random();
    if (kind < 0.1) return BigInt(-most);
    if (kind < 0.2) return BigInt(most - 1);
    const range = kind < 0.5 ? Math.min(most, 8) : most;
    return BigInt(Math.floor((random() * 2 - 1) * range));
  });
}

/** States of neurons before a program. */
export function statesFrom(forms: readonly PlaneForm[], neurons: number, seed: number): States {
  const planes = forms.map(({ bits }, plane) => numbers(seed + plane, neurons, bits));
  const flags = planes[F0]!.map((value, n) => (value >= 0n ? 1 : 0) + (planes[F1]![n]! >= 0n ? 2 : 0));
  return { forms, planes, flags };
}

/** The lines under test, and what else they need. */
export interface PlaneProgram {
  readonly states: States;
  readonly lines: (core: CoreBuilder) => readonly string[];
}

const onlyIn = (tick: number, label: string, lines: readonly string[]): string[] => [
  `WINDOW skip=@${label} start=${tick} length=1`,
  ...lines,
  `${label}:`,
];

function planeChip({ states: { forms, planes }, lines }: PlaneProgram): Chip {
  const neurons = planes[V]!.length;
  const builder = new CoreBuilder(0, neurons);
  const run = { first: 0, count: neurons };
  const initial = (plane: number): string =>
    statement(plane === V ? 'RESET' : `RESETP plane=${PLANES[plane]!}`, run, {
      address: builder.parameters(...planes[plane]!.map(Number)),
      period: neurons,
    });
  const [zero, one, two] = [0, 1, 2].map((value) => builder.parameters(value));
  const all = statement(run, 'period=1');
  const compare = (flag: string, plane: number): string =>
    `COMPAREP flag=${flag} op=ge plane=${PLANES[plane]!} ${all} address=${zero}`;
  const tested = [
    compare('f0', F0),
    compare('f1', F1),
    ...lines(builder),
    `ALUP function=set plane=P7 ${all} address=${zero}`,
    `ALUP function=add plane=P7 when=f0 ${all} address=${one}`,
    `ALUP function=add plane=P7 when=f1 ${all} address=${two}`,
  ];
  const shown = planes.map((_, plane) =>
    onlyIn(
      plane,
      `p${plane}`,
      plane === V ? tested : [statement(`ALU function=set plane=V source=${PLANES[plane]!}`, run)],
    ),
  );
  const core = {
    ...builder.build(
      shown.flat(),
      planes.map((_, plane) => initial(plane)),
    ),
    planes: forms.map((form, plane) => ({ plane, ...form, ...run, min: 0, max: 0 })),
  };
  return frame(core, MOST_PLANES);
}

/** A chip of this core, whose neurons are one layer; inputs are its axons. */
export function frame(image: Chip['cores'][number], ticks: number): Chip {
  const { neuronCount, axonCount } = image;
  const target = tinyTarget({ mesh: { width: 1, height: 1 }, widths: { vBits: 32 } });
  const core = {
    ...image,
    delaySlots: 2,
    sinks: [
      ...image.sinks,
      ...image.groups.map((_, group) => plainSink({ tree: INPUT_TREE, group, delay: 0, sourceCount: axonCount })),
    ],
  };
  return {
    ...chipFrame(target, [core]),
    ticks,
    window: ticks,
    routes: [...treeRoutes(target, INPUT_TREE, 0, [0]), ...treeRoutes(target, READ_TREE, 0, [], true)],
    input: inputMap(axonCount, axonCount === 0 ? [] : [{ tree: INPUT_TREE, box: boxOf(axonCount, 1, 1) }], [-9, 9]),
    output: outputMap(neuronCount, READ_TREE),
    layers: [{ name: 'out', shape: [neuronCount, 1, 1], depth: 0, fires: true }],
    placements: [{ layer: 0, core: 0, firstNeuron: 0, box: boxOf(neuronCount, 1, 1) }],
  };
}

/** V of all neurons after each tick of an inference, or of several of the same emulator. */
export function potentials(chip: Chip, ...inputs: readonly Int16Array[]): number[][] {
  const seen: number[][] = [];
  const emulator = new Emulator(chip, { timing: 'none', kernels: 'wasm' });
  for (const input of inputs.length > 0 ? inputs : [new Int16Array(chip.input.shape[0])])
    emulator.infer(input, {
      onTick: (_, view) => {
        seen.push([...view.potential(0)]);
      },
    });
  return seen;
}

/** What the planes are after a program; the last one shows the flags. */
export const planesAfter = (program: PlaneProgram): number[][] => potentials(planeChip(program));

/** The same as expected; V can hold everything, so that it can show the others. */
export const expectedPlanes = ({ planes, flags }: States): number[][] => [
  ...planes.slice(0, F1).map((values) => values.map(Number)),
  [...flags],
];
