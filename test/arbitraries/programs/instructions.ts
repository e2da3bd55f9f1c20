/** Random instructions of a tick handler, as lines of assembly, whose results mostly fit where they must. */
import { ALWAYS, WHEN_NAMES } from '../../../isa/instruction/flags.ts';
import { PLANE_NAMES } from '../../../isa/planes.ts';
import type { CoreBuilder } from '../../isa/core-builder.ts';
import { statement } from '../../isa/program.ts';
import type { Draws } from '../random.ts';
import type { GradedRun, ProgramLayer } from './layers.ts';

export interface Site {
  readonly vBits: number;
  readonly draws: Draws;
  readonly builder: CoreBuilder;
  readonly layer: ProgramLayer;
}

interface Run {
  readonly first: number;
  readonly count: number;
}

/** Operands of a plane that must fit are mostly smaller by so many bits. */
const roomOf = (draws: Draws): number => draws.pick([1, 4, 6, 8, 8]);

/** Parameters of a run, in min..max. */
function parameters(
  { draws, builder }: Site,
  { count }: Run,
  min: number,
  max: number,
): { address: number; period: number } {
  const period = draws.chance(0.2) ? count : draws.between(1, Math.min(count, 4));
  return { address: builder.parameters(...draws.numbers(period, min, max)), period };
}

/** All of the layer, or a part of it. */
function runOf({ draws, layer: { first, count } }: Site): Run {
  if (draws.chance(0.7)) return { first, count };
  const from = draws.below(count);
  return { first: first + from, count: draws.between(1, count - from) };
}

const planesOf = ({ layer: { forms } }: Site): number[] =>
  forms.flatMap(({ bits }, plane) => (bits > 0 ? [plane] : []));

const whenOf = ({ draws }: Site): { when: string } => ({
  when: WHEN_NAMES[draws.chance(0.5) ? ALWAYS : draws.below(WHEN_NAMES.length)]!,
});

const named = (plane: number): string => PLANE_NAMES[plane]!;

/** Size in bits of a constant for a plane. */
const operandBits = ({ draws, layer: { forms } }: Site, plane: number): number => {
  const { policy, bits } = forms[plane]!;
  if (policy === 'prove') return draws.between(1, bits - roomOf(draws));
  return draws.between(1, policy === 'saturate' ? 30 : 32);
};

const signed = (bits: number): [min: number, max: number] => [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];

type Maker = (site: Site) => string[];

const decay: Maker = (site) => {
  const { draws } = site;
  const plane = draws.pick(planesOf(site));
  const run = runOf(site);
  const common = { plane: named(plane), ...whenOf(site), ...run };
  const kind = draws.pick(['mul', 'mul', 'shift', 'linear', 'drift']);
  if (kind === 'mul') {
    const bits = draws.below(16);
    const factors = draws.chance(0.5) ? [0, 2 ** (bits + 1)] : [2 ** bits, 2 ** (bits + 1) - 1];
    const rounding = draws.pick(['zero', 'floor', 'half']);
    const values = parameters(site, run, factors[0]!, factors[1]!);
    return [statement('DECAY', { ...common, kind, rounding, bits, ...values })];
  }
  if (kind === 'shift')
    return [statement('DECAY', { ...common, kind, ...parameters(site, run, 1, draws.pick([3, 31])) })];
  const most = 2 ** Math.min(30, operandBits(site, plane));
  return [statement('DECAY', { ...common, kind, ...parameters(site, run, 0, most) })];
};

const FUNCTIONS = ['add', 'sub', 'set', 'min', 'max'] as const;

/** A shift of the source by which the result may fit the plane. */
function shiftFor({ draws, layer: { forms } }: Site, plane: number, source: number, operator: string): number {
  const [to, from] = [forms[plane]!, forms[source]!];
  const compares = operator === 'min' || operator === 'max';
  if (to.policy === 'prove') {
    // What is proven to fit is mostly small; what wraps and saturates can have any of its values.
    const room = from.policy === 'prove' ? draws.pick([0, 0, 1]) : to.bits - roomOf(draws) - from.bits;
    const most = Math.min(room, compares ? 32 - from.bits : 6, 6);
    return draws.between(Math.max(-31, Math.min(0, room) - 6), Math.max(-31, most));
  }
  const most = to.policy === 'saturate' ? 30 : compares ? 32 : 31 + from.bits;
  return draws.between(-31, Math.max(-31, Math.min(31, most - from.bits)));
}

const alu: Maker = (site) => {
  const { draws } = site;
  const [plane, source] = [draws.pick(planesOf(site)), draws.pick(planesOf(site))];
  const operator = draws.pick(FUNCTIONS);
  const shift = shiftFor(site, plane, source, operator);
  // A wide source of a narrow lane is not shifted into it.
  if (site.layer.forms[plane]!.policy === 'saturate' && site.layer.forms[source]!.bits > 30) return [];
  const rounding = shift < 0 ? draws.pick(['floor', 'zero']) : 'floor';
  const operands = { function: operator, plane: named(plane), ...whenOf(site), source: named(source), rounding };
  return [statement('ALU', { ...operands, ...runOf(site), shift })];
};

const alup: Maker = (site) => {
  const plane = site.draws.pick(planesOf(site));
  const run = runOf(site);
  const values = parameters(site, run, ...signed(operandBits(site, plane)));
  const operator = site.draws.pick(FUNCTIONS);
  return [statement('ALUP', { function: operator, plane: named(plane), ...whenOf(site), ...run, ...values })];
};

/** Keeps a plane within an interval. */
const clip: Maker = (site) => {
  const plane = site.draws.pick(planesOf(site));
  const { bits, policy } = site.layer.forms[plane]!;
  const [min, max] = signed(Math.max(2, Math.min(30, bits) - (policy === 'prove' ? roomOf(site.draws) : 1)));
  const { first, count } = site.layer;
  const clipped = (operator: string, value: number): string =>
    statement('ALUP', {
      function: operator,
      plane: named(plane),
      first,
      count,
      address: site.builder.parameters(value),
      period: 1,
    });
  return [clipped('min', max), clipped('max', min)];
};

const comparison = ({ draws }: Site) => ({
  flag: draws.pick(['f0', 'f1']),
  op: draws.pick(['ge', 'gt', 'le', 'lt']),
  combine: draws.pick(['set', 'or']),
});

const compare: Maker = (site) => {
  const [plane, source] = [site.draws.pick(planesOf(site)), site.draws.pick(planesOf(site))];
  const operands = { ...comparison(site), plane: named(plane), ...whenOf(site), source: named(source) };
  return [statement('COMPARE', { ...operands, ...runOf(site) })];
};

const comparep: Maker = (site) => {
  const plane = site.draws.pick(planesOf(site));
  const run = runOf(site);
  const values = parameters(site, run, ...signed(site.draws.between(1, 32)));
  return [statement('COMPAREP', { ...comparison(site), plane: named(plane), ...whenOf(site), ...run, ...values })];
};

const count: Maker = (site) => {
  const { draws } = site;
  const planes = planesOf(site);
  if (planes.length < 2) return [];
  const plane = draws.pick(planes);
  const into = draws.pick(planes.filter((other) => other !== plane));
  const { policy, bits } = site.layer.forms[into]!;
  const most = draws.between(
    1,
    policy === 'prove' ? Math.min(65_535, 2 ** (bits - roomOf(draws)) - 1) : draws.pick([1, 7, 65_535]),
  );
  const run = runOf(site);
  const values = parameters(site, run, 1, draws.pick([1, 9, 300, 2 ** 31 - 1]));
  return [statement('COUNT', { plane: named(plane), into: named(into), ...whenOf(site), ...run, ...values, most })];
};

const random: Maker = (site) => {
  const plane = site.draws.pick(planesOf(site));
  const run = runOf(site);
  const identities = parameters(site, run, ...signed(32));
  const mask = 2 ** Math.min(31, operandBits(site, plane)) - 1;
  const seed = site.draws.below(2 ** 32);
  return [statement('RANDOM', { plane: named(plane), ...whenOf(site), ...run, ...identities, seed, mask })];
};

const MAKERS: readonly Maker[] = [decay, decay, alu, alu, alu, alup, clip, clip, compare, comparep, count, random];

/** Some instructions on the planes of a layer. */
export const programLines = (site: Site): string[] =>
  Array.from({ length: site.draws.between(1, 7) }, () => site.draws.pick(MAKERS)(site)).flat();

/** BIAS and CURRENT, as far as the layer has what they need. */
export function plainLines(site: Site): string[] {
  const { draws, layer } = site;
  const [v, i] = layer.forms;
  if (v!.policy !== 'prove') return [];
  const run = runOf(site);
  const lines: string[] = [];
  if (draws.chance(0.5)) lines.push(statement('BIAS', { ...run, ...parameters(site, run, -20, 40) }));
  const fits = i!.bits > 0 && (i!.policy === 'prove' || i!.bits < v!.bits - roomOf(draws));
  if (fits && draws.chance(0.5)) lines.push(statement('CURRENT', { ...runOf(site) }));
  return lines;
}

/** The instructions that send for a layer that fires; EMIT has a comparison before it. */
export function sendingLines(site: Site): string[] {
  const { draws, layer } = site;
  return layer.runs.flatMap(({ first, count: neurons, tree, graded, counter }) => {
    const run = { first, count: neurons };
    const plain = layer.forms[0]!.policy === 'prove';
    const only = graded !== undefined || !plain;
    const kind =
      layer.plain || counter !== undefined ? 'FIRE' : draws.pick(only ? ['EMIT'] : ['FIRE', 'FIREV', 'EMIT']);
    const compared = draws.pick(['ge', 'gt']);
    if (kind === 'EMIT') {
      const bits = layer.forms[0]!.bits;
      const values = parameters(site, run, ...signed(Math.min(bits, 8)));
      const test = statement('COMPAREP', { flag: 'f0', op: compared, plane: 'V', ...run, ...values });
      const when = draws.pick(['f0', 'f0', 'f0', 'f1', 'not-f0', 'not-f1', 'always']);
      const lines = draws.chance(0.8) ? [test] : [];
      if (graded === undefined) return [...lines, statement('EMIT', { when, ...run, tree })];
      const { shift, rounding } = graded;
      const payload = { payload: 'plane', plane: named(graded.plane), shift, rounding };
      return [...lines, ...boundingLines(site, run, graded), statement('EMIT', { ...payload, when, ...run, tree })];
    }
    const thresholds = parameters(site, run, 1, draws.pick([3, 50, 300]));
    if (counter !== undefined)
      return [statement('FIRES', { compare: compared, counter: named(counter), ...run, ...thresholds, tree })];
    if (kind === 'FIRE') {
      const reset = draws.pick(['subtract', 'value']);
      const resetValue = reset === 'value' ? draws.between(-20, 20) : 0;
      return [statement('FIRE', { compare: compared, reset, ...run, ...thresholds, tree, resetValue })];
    }
    const reset = draws.pick(['value', 'none']);
    const values = reset === 'value' ? parameters(site, run, -30, 30) : { address: 0, period: 1 };
    const behind = { resetAddress: values.address, resetPeriod: values.period };
    return [statement('FIREV', { compare: compared, reset, ...run, ...thresholds, tree, ...behind })];
  });
}

/** What brings a plane into the range that is sent of it. */
function boundingLines(site: Site, run: Run, { plane, bound }: GradedRun): string[] {
  const { builder } = site;
  switch (bound.kind) {
    case 'width':
      return [];
    case 'count': {
      const { from, most } = bound;
      const values = parameters(site, run, 1, site.draws.pick([1, 9, 50]));
      return [statement('COUNT', { plane: named(from), into: named(plane), ...run, ...values, most })];
    }
    case 'clip': {
      const clipped = (operator: string, value: number): string =>
        statement('ALUP', {
          ...{ function: operator, plane: named(plane), ...run },
          ...{ address: builder.parameters(value), period: 1 },
        });
      return [clipped('min', bound.max), clipped('max', bound.min)];
    }
  }
}

/** The instructions that prepare an inference. */
export function resetLines(site: Site): string[] {
  const { draws, layer, vBits } = site;
  const { first, count: neurons, forms } = layer;
  const run = { first, count: neurons };
  const { policy, bits } = forms[0]!;
  // What wraps and saturates is reset to any potential.
  const initial = signed(policy === 'prove' ? bits - roomOf(draws) : draws.pick([bits, vBits]));
  const lines = [statement('RESET', { ...run, ...parameters(site, run, ...initial) })];
  for (const plane of planesOf(site)) {
    if (plane === 0 || layer.plain || !draws.chance(0.3)) continue;
    const part = runOf(site);
    const values = parameters(site, part, ...signed(forms[plane]!.policy === 'prove' ? operandBits(site, plane) : 32));
    lines.push(statement('RESETP', { plane: named(plane), ...part, ...values }));
  }
  return lines;
}
