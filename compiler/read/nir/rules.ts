/**
 * How simulators compute the neurons that a NIR graph names. The graph has continuous equations; what a step does with them,
 * and what of its numbers is an artefact of who wrote it, is a matter of the library (spec/nir.md has the table).
 */
import { option, type OptionName } from '../../../isa/index.ts';
import type { FiringComparison } from '../../ir/neuron-rule.ts';
import type { Decoding } from '../../ir/population.ts';
import { byName, type NamedRule, rulesText } from '../../ir/named-rules.ts';
import { FIRING_COMPARISONS } from '../../populations/steps.ts';

/** Length of a step that snnTorch and SpikingJelly assume and write, in seconds. */
export const USUAL_STEP = 1e-4;
/** Bits of the factor that a state is kept by, of graphs that snnc wrote: their tau is that of such a factor. */
export const WRITTEN_LEAK_BITS = 12;
/** Of all others: the most that the chip has. With 12, a factor of 0.9 is a ten-thousandth off, and V of a network a step of it. */
export const LEAK_BITS = 16;

export const NIR_DECAYS = ['euler', 'exponential'] as const;
export const NIR_GAINS = ['euler', 'exponential', 'resistance', 'membrane', 'decayed', 'one'] as const;
export const NIR_COMPARISONS = FIRING_COMPARISONS;
export const NIR_RESETS = ['value', 'zero', 'subtract', 'none'] as const;
export const NIR_RESET_TIMES = ['spike', 'next-step', 'added-back'] as const;
export const NIR_FLOORS = ['none', 'zero', 'threshold'] as const;
export const NIR_ORIGINS = [
  ...(['snntorch', 'norse', 'sinabs', 'rockpool', 'spikingjelly', 'lava', 'spyx', 'nengo'] as const),
  'spinnaker2',
  'none',
] as const;
export type NirOrigin = (typeof NIR_ORIGINS)[number];

/** What a step does with a neuron. */
export interface NirRule {
  /** What is left of a state: 1 − dt/tau, or e^(−dt/tau). */
  readonly decay: (typeof NIR_DECAYS)[number];
  /**
   * What of the input arrives. `euler`: dt/tau·r (with a current dt/tau_syn·w_in of that); `exponential`: 1 − e^(−dt/tau) in the
   * place of dt/tau; `resistance`: r (r·w_in); `membrane`: of neurons with a current dt/tau_mem·r·w_in, of others as `euler`; `decayed`: what is left of it behind one step; `one`: as it is. Of IF the first
   * two are dt·r.
   */
  readonly gain: (typeof NIR_GAINS)[number];
  readonly compare: FiringComparison;
  readonly reset: (typeof NIR_RESETS)[number];
  /**
   * `spike`: before V decays; `next-step`: behind the decay; `added-back`: as snnTorch subtracts without delay, where a V that is
   * still above the threshold lowers the next comparison by it.
   */
  readonly resetTime: (typeof NIR_RESET_TIMES)[number];
  /** Most spikes of a step. */
  readonly spikes: number;
  /** Lowest V: none, 0, or −threshold. */
  readonly floor: (typeof NIR_FLOORS)[number];
}

/** For all neurons, or by the names of their nodes: the first that matches decides, and those that none matches are left alone. */
type Asked<V> = V | readonly NamedRule<V>[];
type AskedRule = { readonly [Part in keyof NirRule]?: Asked<NirRule[Part]> | undefined };

/** What is asked for, in the place of what the origin says. */
export interface NirOptions extends AskedRule {
  readonly origin?: NirOrigin | undefined;
  /** Steps that all connections take, beside Delay nodes. */
  readonly delay?: number | undefined;
  /** How the output is read. */
  readonly output?: Decoding | undefined;
}

/** Parts of a rule, with the options that ask for them. */
const PARTS = [
  ['decay', 'nirDecay'],
  ['gain', 'nirGain'],
  ['compare', 'nirCompare'],
  ['reset', 'nirReset'],
  ['resetTime', 'nirResetTime'],
  ['spikes', 'nirSpikes'],
  ['floor', 'nirFloor'],
] as const satisfies readonly (readonly [keyof NirRule, OptionName])[];

/** How messages name what can be asked for. */
export const NIR_OPTIONS: readonly (readonly [keyof NirOptions, string])[] = (
  [['origin', 'nirOrigin'], ...PARTS, ['delay', 'nirDelay'], ['output', 'nirOutput']] as const
).map(([key, name]) => [key, option(name)] as const);

/** Neurons that libraries may treat differently; those that do not fire belong to the family of those that do. */
export type NirFamily = 'IF' | 'LIF' | 'CubaLIF';

interface Origin {
  readonly library: string;
  /** Length of a step that its exporter assumes, in the unit of its tau. */
  readonly dt?: number;
  /** Length of a step that it usually simulates with, where the file has no trace of it. */
  readonly usualStep?: number;
  readonly rule: (family: NirFamily) => NirRule;
  /** Steps from a spike, and from the input, to where it is heard. */
  readonly delay: number;
  readonly inputDelay: number;
  /** Steps from what a state that never fires hears to where it shows; absent: 0. */
  readonly stateDelay?: number;
  /** Whether it clips decays to 0 to 1, and writes a tau that is infinite or negative for those above. */
  readonly clips?: boolean;
  /** What V is at the start, where it is not 0: of leaky neurons v_leak, or of those that fire v_reset. */
  readonly startsAt?: 'v_leak' | 'v_reset';
}

/** The equations, in steps of Euler, word for word. */
const EQUATIONS: NirRule = {
  ...{ decay: 'euler', gain: 'euler', compare: 'gt', floor: 'none' },
  ...{ reset: 'value', resetTime: 'spike', spikes: 1 },
};

/** "As many as there are": so many that a window of four of them still fits the counters of the usual targets. */
const UNLIMITED_SPIKES = 127;

const several = { compare: 'ge', reset: 'subtract', spikes: UNLIMITED_SPIKES } as const;
const atOnce = { delay: 0, inputDelay: 0 } as const;
const aStepLater = { delay: 1, inputDelay: 1 } as const;

/** Undefined: nobody knows. */
export const originOf = (name: NirOrigin | undefined): Origin => ORIGINS[name ?? 'none'];

const ORIGINS: Readonly<Record<NirOrigin, Origin>> = {
  snntorch: {
    ...{ library: 'snnTorch', dt: USUAL_STEP, clips: true, ...atOnce },
    rule: () => ({ ...EQUATIONS, resetTime: 'added-back' }),
  },
  norse: {
    ...{ library: 'Norse', usualStep: 1e-3, startsAt: 'v_leak', ...atOnce },
    // A current takes all of a spike, and its exporter writes nothing that would make up for dt/tau_syn.
    rule: (family) => ({
      ...EQUATIONS,
      gain: family === 'IF' ? 'resistance' : family === 'LIF' ? 'euler' : 'membrane',
    }),
  },
  sinabs: {
    ...{ library: 'sinabs', dt: 1, ...atOnce },
    rule: (family) => ({
      ...EQUATIONS,
      ...several,
      decay: 'exponential',
      gain: family === 'CubaLIF' ? 'decayed' : 'resistance',
      floor: family === 'IF' ? 'threshold' : 'none',
    }),
  },
  rockpool: {
    ...{ library: 'Rockpool', ...atOnce },
    rule: (family) => ({
      ...EQUATIONS,
      ...several,
      decay: 'exponential',
      gain: family === 'CubaLIF' ? 'decayed' : 'euler',
    }),
  },
  spikingjelly: {
    ...{ library: 'SpikingJelly', dt: USUAL_STEP, startsAt: 'v_reset', ...atOnce },
    rule: () => ({ ...EQUATIONS, compare: 'ge' }),
  },
  lava: { library: 'Lava', rule: () => EQUATIONS, ...aStepLater },
  spyx: {
    ...{ library: 'Spyx', dt: 1, clips: true, delay: 1, inputDelay: 0 },
    rule: (family) => ({
      ...EQUATIONS,
      reset: 'subtract',
      gain: family === 'IF' ? 'one' : 'euler',
      resetTime: family === 'CubaLIF' ? 'spike' : 'next-step',
    }),
  },
  nengo: {
    // Its synapses give in a step what they made of the one before.
    ...{ library: 'Nengo', usualStep: 1e-3, ...atOnce, stateDelay: 1 },
    rule: () => ({ ...EQUATIONS, decay: 'exponential', gain: 'exponential', reset: 'zero', floor: 'zero' }),
  },
  spinnaker2: { library: 'SpiNNaker2', rule: () => EQUATIONS, ...aStepLater },
  none: { library: 'the equations', rule: () => EQUATIONS, ...atOnce },
};

/** The parts of a rule that were asked for, of all neurons or of some. */
export const askedParts = (options: NirOptions): string[] =>
  PARTS.flatMap(([part]) => (options[part] === undefined ? [] : [part]));

/** What was asked for of nodes, by their names. @throws DiagnosticError E0103 for a name that no node has */
export function askedOf(names: readonly string[], options: NirOptions): Partial<NirRule>[] {
  const found: Record<string, unknown>[] = names.map(() => ({}));
  for (const [part, name] of PARTS) {
    const asked: Asked<unknown> = options[part];
    if (asked === undefined) continue;
    const rules = Array.isArray(asked) ? (asked as readonly NamedRule<string | number>[]) : undefined;
    const values = rules === undefined ? names.map(() => asked) : byName(names, rules, option(name, rulesText(rules)));
    values.forEach((value, n) => {
      if (value !== undefined) found[n]![part] = value;
    });
  }
  return found;
}

/** Several spikes in a step take the threshold off each, and V may reach it to the point. */
export const allowsSeveral = ({ compare, reset, resetTime }: NirRule): boolean =>
  compare === 'ge' && reset === 'subtract' && resetTime === 'spike';

/** In the words of the options. */
export const ruleText = (rule: NirRule): string =>
  `decay ${rule.decay}, gain ${rule.gain}, compare ${rule.compare}, reset ${rule.reset}${
    rule.reset === 'none' ? '' : ` (${rule.resetTime})`
  }, spikes ${rule.spikes}, floor ${rule.floor}`;
