/**
 * How many cycles an instruction takes, as a value: spec/isa.md prints it, and whoever counts cycles evaluates it. Figures
 * of the target have the names of its `timing`, operands those of the instruction's fields.
 */
import type { Target } from '../target.ts';

type Timing = Target['timing'];

/** Numbers of the target's timing that a formula may name. */
type Figure = 'lanes' | 'laneCycles' | 'vectorCycles';

/** A quantity of an instruction with the fields N, once a run has had the outcome S. */
interface Formula<N extends string, S = void> {
  readonly text: string;
  readonly value: (fields: Readonly<Record<N, number>>, timing: Timing, outcome: S) => number;
}

/** Cycles in units that the execution counts: events, lane steps, taps, steps of an update. */
export interface Cycles<N extends string = string, S = void> {
  /** The whole formula, in words where only the execution knows a number. */
  readonly text: string;
  /** Cycles of one unit, before stalls. */
  perUnit(fields: Readonly<Record<N, number>>, timing: Timing, outcome: S): number;
}

/** Value of a field. */
const operand = <const N extends string>(name: N): Formula<N> => ({ text: name, value: (fields) => fields[name] });

const figure = (name: Figure): Formula<never> => ({
  text: name,
  value: (_, timing) => {
    const found = timing[name];
    return typeof found === 'number' ? found : found.value;
  },
});

const quotient = <A extends string, B extends string>(a: Formula<A>, b: Formula<B>): Formula<A | B> => ({
  text: `${a.text} / ${b.text}`,
  value: (fields, timing) => a.value(fields, timing) / b.value(fields, timing),
});

/** Steps of all lanes that these items take, times the cycles of a step. */
const steps = <N extends string>(items: Formula<N>, cyclesOfStep: Figure): Formula<N> => {
  const count = quotient(items, figure('lanes'));
  const each = figure(cyclesOfStep);
  return {
    text: `ceil(${count.text}) * ${each.text}`,
    value: (fields, timing) => Math.ceil(count.value(fields, timing)) * each.value(fields, timing),
  };
};

const always = <N extends string>({ text, value }: Formula<N>): Cycles<N> => ({ text, perUnit: value });

/** So many times, as the execution counts them. */
const times = <N extends string>(count: string, { text, value }: Formula<N>): Cycles<N> => ({
  text: `${count} * ${text}`,
  perUnit: value,
});

export const NO_CYCLES: Cycles<never> = { text: '0', perUnit: () => 0 };

/** One row of synapses; the unit is an event. */
export const CYCLES_OF_ROW = always(steps(operand('count'), 'laneCycles'));
/** One synapse; the unit is an event. */
export const CYCLES_OF_SYNAPSE = always(figure('laneCycles'));
/** A list of synapses, whose length differs from axon to axon; the unit is a lane step. */
export const CYCLES_OF_LIST = times('ceil(entries / lanes)', figure('laneCycles'));
/** A run of synapses for every tap; the unit is a tap. */
export const CYCLES_OF_TAPS = times(
  'taps that hit the tile',
  steps(quotient(operand('outChannels'), operand('groups')), 'laneCycles'),
);
/** All neurons of a run alike; the unit is an execution. */
export const CYCLES_OF_RUN = always(steps(operand('count'), 'vectorCycles'));

const STEP_OF_DECAY: Formula<'kind' | 'count'> = {
  text: `ceil(count / lanes) * (multiplyCycles with mul, where the target has it, else vectorCycles)`,
  value: ({ kind, count }, { lanes, multiplyCycles, vectorCycles }) =>
    Math.ceil(count / lanes) * ((kind === 0 ? multiplyCycles : undefined) ?? vectorCycles).value,
};

/** All neurons of a run, by a multiplier or an adder; the unit is an execution. */
export const CYCLES_OF_DECAY = always(STEP_OF_DECAY);

/** Passes of a division that brings a bit of the quotient each. */
export const passesOf = (most: number): number => Math.ceil(Math.log2(most + 1));

/** All neurons of a run, by a restoring division; the unit is an execution. */
export const CYCLES_OF_COUNT: Cycles<'count' | 'most'> = {
  text: 'ceil(count / lanes) * vectorCycles * ceil(log2(most + 1))',
  perUnit: ({ count, most }, { lanes, vectorCycles }) => Math.ceil(count / lanes) * vectorCycles.value * passesOf(most),
};

/** What a step of an update has come to. */
export interface UpdateStep {
  /** Whether the potential of any neuron has changed since its last update, or it fires. */
  readonly active: boolean;
  readonly spikes: number;
}

const STEP_OF_UPDATE: Formula<never, UpdateStep> = {
  text: 'max(updateActiveCycles if any of them is active else updateIdleCycles, spikes of the step)',
  value: (_, { updateActiveCycles, updateIdleCycles }, { active, spikes }) =>
    Math.max((active ? updateActiveCycles : updateIdleCycles).value, spikes),
};

/** Every neuron of a run is compared, and each spike takes a cycle; the unit is a step of the update lanes. */
export const CYCLES_OF_UPDATE: Cycles<never, UpdateStep> = {
  text: `per step of updateLanes neurons: ${STEP_OF_UPDATE.text}, plus stalls`,
  perUnit: STEP_OF_UPDATE.value,
};

const READ_OUT = operand('count');

/** Every neuron of a run sends one packet; the unit is an execution. */
export const CYCLES_OF_READ_OUT: Cycles<'count'> = {
  text: `${READ_OUT.text}, plus stalls, in the read-out phase`,
  perUnit: READ_OUT.value,
};
