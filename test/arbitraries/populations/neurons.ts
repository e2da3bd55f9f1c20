/** Random neurons of populations: all kinds that have names, with any of their fields. */
import type { Draws } from '../random.ts';
import { type Grid, numberOn, real, type Shape, values } from './numbers.ts';

export interface Site {
  readonly draws: Draws;
  readonly shape: Shape;
  readonly grid: Grid;
}

type Fields = Record<string, unknown>;

export const FIRING_KINDS = ['if', 'lif', 'cubalif', 'alif'] as const;
export const SILENT_KINDS = ['i', 'li', 'cubali'] as const;

/** Size of 1 on a grid: thresholds are about as large. */
const unitOf = ({ grid }: Site): number => (grid === 'whole' ? 8 : 1);

function leak({ draws, shape, grid }: Site): unknown {
  const factor = (): number => (draws.chance(0.1) ? draws.pick([0, 1]) : real(draws, 0.3, 1));
  switch (draws.below(5)) {
    case 0:
      return values(draws, shape, factor);
    case 1:
      return {
        ...(draws.chance(0.5) && { kind: 'multiply' }),
        factor: values(draws, shape, factor),
        ...(draws.chance(0.7) && { bits: draws.between(1, 16) }),
        ...(draws.chance(0.7) && { rounding: draws.pick(['zero', 'floor', 'half']) }),
      };
    case 2:
      return { kind: 'shift', shift: values(draws, shape, () => draws.between(1, draws.pick([3, 31]))) };
    case 3:
      return { kind: 'linear', step: values(draws, shape, () => Math.abs(numberOn(draws, grid, 0, 0.4))) };
    default:
      return factor();
  }
}

function reset({ draws, shape, grid }: Site): Fields {
  switch (draws.below(4)) {
    case 0:
      return { kind: 'subtract' };
    case 1:
      return { kind: 'subtract', time: draws.pick(['before decay', 'after decay']) };
    case 2:
      return { kind: 'value', value: values(draws, shape, () => numberOn(draws, grid, -0.5, 0.3)) };
    default:
      return { kind: 'none' };
  }
}

function state(site: Site): Fields {
  const { draws, shape, grid } = site;
  const some = (min: number, max: number): unknown => values(draws, shape, () => numberOn(draws, grid, min, max));
  return {
    ...(draws.chance(0.3) && { bias: some(-0.2, 0.4) }),
    ...(draws.chance(0.3) && { initial: some(-0.5, 0.9) }),
    ...(draws.chance(0.3) && { floor: some(-2, -0.1) }),
  };
}

function firing(site: Site): Fields {
  const { draws, shape } = site;
  const threshold = (): number => numberOn(draws, site.grid, 0.25, 1.2);
  return {
    threshold: values(draws, shape, () => threshold() || unitOf(site)),
    compare: draws.pick(['ge', 'gt']),
    reset: reset(site),
    ...(draws.chance(0.35) && { refractory: draws.pick([1, 2, 3, 7]) }),
  };
}

/** The fields of a neuron of this kind, without its name and its shape. */
export function namedNeuron(site: Site, kind: (typeof FIRING_KINDS | typeof SILENT_KINDS)[number]): Fields {
  const { draws, shape, grid } = site;
  const fires = (FIRING_KINDS as readonly string[]).includes(kind);
  return {
    neuron: kind,
    ...state(site),
    ...(kind !== 'if' && kind !== 'i' && { leak: leak(site) }),
    ...((kind === 'cubalif' || kind === 'cubali') && { currentLeak: leak(site) }),
    ...(fires && firing(site)),
    ...(kind === 'alif' && {
      adaptationLeak: leak(site),
      adaptationStep: values(draws, shape, () => Math.abs(numberOn(draws, grid, 0.05, 0.5))),
    }),
  };
}

/** A neuron that is looked at behind every event: of a named kind, or a program with saturating and wrapping planes. */
export function eventNeuron(site: Site): { fields: Fields; fed: readonly string[] } {
  const { draws, shape, grid } = site;
  const bits = draws.pick([8, 10, 12, 16]);
  const threshold = (): number => Math.abs(numberOn(draws, grid, 0.25, 1.2)) || unitOf(site);
  if (draws.chance(0.6)) {
    const kind = draws.pick(['if', 'lif'] as const);
    const resets = [{ kind: 'subtract' }, { kind: 'value', value: 0 }, { kind: 'none' }];
    const fields = {
      neuron: kind,
      ...state(site),
      ...(kind === 'lif' && { leak: leak(site) }),
      threshold: values(draws, shape, threshold),
      compare: draws.pick(['ge', 'gt']),
      reset: draws.pick(resets.slice(0, draws.chance(0.9) ? 2 : 3)),
      update: 'event',
      bits,
    };
    return { fields, fed: [] };
  }
  const policy = draws.pick(['saturate', 'saturate', 'wrap']);
  const potentials = (min: number, max: number) => ({
    values: values(draws, shape, () => numberOn(draws, grid, min, max)),
    unit: 'potential',
  });
  const program = [
    `ALUP function=max plane=V values=low`,
    `ALU function=${draws.pick(['add', 'sub', 'min', 'max'])} plane=V source=trace shift=-${draws.between(1, 6)}`,
    ...(draws.chance(0.5) ? ['DECAY plane=trace kind=shift values=two'] : []),
    '.touched',
    ...(draws.chance(0.5) ? [`ALU function=sub plane=V source=trace shift=-${draws.between(2, 8)}`] : []),
    `COMPAREP flag=f0 op=${draws.pick(['ge', 'gt'])} plane=V values=theta`,
    ...(draws.chance(0.3)
      ? ['COMPARE flag=f1 op=lt plane=V source=trace when=f0', 'ALUP function=set plane=trace when=f1 values=low']
      : []),
    `EMIT when=${draws.pick(['f0', 'f0', 'not-f1'])}`,
    `ALUP function=${draws.pick(['sub', 'set'])} plane=V when=f0 values=theta`,
    `ALUP function=add plane=trace when=f0 values=theta`,
  ];
  const fields = {
    neuron: 'program',
    program,
    planes: [
      { name: 'V', plane: 'V', policy, bits },
      { name: 'trace', plane: 'P3', policy: draws.pick(['saturate', 'wrap']), bits: draws.pick([6, 8, 11]) },
    ],
    parameters: {
      theta: { values: values(draws, shape, threshold), unit: 'potential' },
      low: potentials(-1, 0),
      two: { values: 2, unit: 'number' },
    },
  };
  return { fields, fed: ['V', ...(draws.chance(0.5) ? ['trace'] : [])] };
}
