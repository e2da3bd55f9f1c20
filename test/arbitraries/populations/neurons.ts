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
