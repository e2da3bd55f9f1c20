/** The neurons that have names, as programs: leaky or not, with a synaptic current or without, firing or read out. */
import { bitsNeeded, I, V } from '../../isa/index.ts';
import type { NeuronProgram, ProgramStep } from '../ir/program.ts';
import type { Firing, Leak, NeuronRule, Reset } from '../ir/neuron-rule.ts';
import type { FloatParameter, FloatParameters } from '../ir/population.ts';
import {
  ADD_CURRENT,
  bias,
  compareParameter,
  comparePlane,
  type Condition,
  countDown,
  countSpikes,
  decay,
  emit,
  emitPlane,
  fireSubtract,
  fireToValue,
  touched,
  within,
  withParameter,
  withPlane,
} from './steps.ts';

export interface RuleProgram {
  readonly program: NeuronProgram;
  readonly parameters: FloatParameters;
  /** Plane that connections add to. */
  readonly fed: number;
}

/** Planes of neurons with more than V and I. */
const REFRACTORY = 2;
const ADAPTATION = 3;
const THRESHOLD = 4;
const COUNTED = 5;
const OWED = 6;

const potential = (values: Float64Array): FloatParameter => ({ values, unit: 'potential' });
const number = (value: number): FloatParameter => ({ values: Float64Array.of(value), unit: 'number' });
const leakOf = ({ kind, values }: Leak): FloatParameter => ({
  values,
  unit: kind === 'mul' ? 'factor' : kind === 'shift' ? 'number' : 'potential',
});

/** Whether the potential of its last step is read, which then is not to decay for another one. */
export const isReadOut = ({ firing }: Pick<NeuronRule, 'firing'>): boolean =>
  firing === undefined || firing.isSilent === true;

/** The program of a neuron. Parameters of one value are the same for all channels. */
export function programOf(rule: NeuronRule): RuleProgram {
  if (rule.byEvent !== undefined && rule.firing !== undefined)
    return eventProgram(rule, rule.firing, rule.byEvent.bits);
  const { leak, current, firing, floor } = rule;
  const parameters: Record<string, FloatParameter> = { initial: potential(rule.initial) };
  const steps: ProgramStep[] = [];
  if (current !== undefined) steps.push(ADD_CURRENT);
  if (rule.bias !== undefined) {
    parameters.bias = potential(rule.bias);
    steps.push(bias('bias'));
  }
  if (firing !== undefined) steps.push(...fire(firing, parameters));
  if (floor !== undefined) {
    parameters.floor = potential(floor);
    steps.push(withParameter('max', V, 'floor'));
  }
  // The last step of an output is read before it would decay.
  const time = isReadOut(rule) ? 'carrying' : 'firing';
  if (leak !== undefined) {
    parameters.leak = leakOf(leak);
    steps.push(decay(V, leak, 'leak', time));
  }
  if (current !== undefined) {
    parameters.currentLeak = leakOf(current.leak);
    steps.push(decay(I, current.leak, 'currentLeak', time));
  }
  if (firing !== undefined) steps.push(...afterDecay(firing, parameters).map((each) => within(time, each)));
  const planes = [
    ...(firing?.spikesPerStep === undefined
      ? []
      : [{ plane: COUNTED, policy: 'prove', bits: bitsNeeded({ min: 0, max: firing.spikesPerStep }) } as const]),
    ...(firing !== undefined && firing.refractory > 0
      ? [{ plane: REFRACTORY, policy: 'prove', bits: 2 + Math.floor(Math.log2(firing.refractory)) } as const]
      : []),
    ...(firing?.adaptation === undefined
      ? []
      : [ADAPTATION, THRESHOLD].map((plane) => ({ plane, policy: 'prove', bits: 0 }) as const)),
    ...(firing !== undefined && owes(firing) ? [{ plane: OWED, policy: 'prove', bits: 0 } as const] : []),
  ];
  const program = { planes, steps, initial: [{ plane: V, parameter: 'initial' }] };
  return { program, parameters, fed: current === undefined ? V : I };
}

/** What follows every event, and what the step does then: bias and leak. What a bias lifts over the threshold fires at the next event. */
function eventProgram({ leak, bias, floor, initial }: NeuronRule, firing: Firing, bits: number): RuleProgram {
  const { reset, comparison } = firing;
  const parameters: Record<string, FloatParameter> = {
    initial: potential(initial),
    threshold: potential(firing.threshold),
  };
  const steps = [touched(compareParameter(0, V, comparison, 'threshold')), touched(emit('f0'))];
  if (reset.kind === 'value') {
    parameters.resetValue = potential(reset.values);
    steps.push(touched(withParameter('set', V, 'resetValue', 'f0')));
  } else if (reset.kind === 'subtract') steps.push(touched(withParameter('sub', V, 'threshold', 'f0')));
  if (floor !== undefined) {
    parameters.floor = potential(floor);
    steps.push(touched(withParameter('max', V, 'floor')));
  }
  if (bias !== undefined) {
    parameters.bias = potential(bias);
    steps.push(withParameter('add', V, 'bias'));
    if (floor !== undefined) steps.push(withParameter('max', V, 'floor'));
  }
  if (leak !== undefined) {
    parameters.leak = leakOf(leak);
    steps.push(decay(V, leak, 'leak', 'firing'));
  }
  const planes = [{ plane: V, policy: 'saturate', bits } as const];
  return { program: { planes, steps, initial: [{ plane: V, parameter: 'initial' }] }, parameters, fed: V };
}

/** Whether FIRE or FIREV says it all. */
const isFused = ({ reset, refractory, adaptation, spikesPerStep, isSilent }: Firing): boolean =>
  isSilent !== true &&
  spikesPerStep === undefined &&
  refractory === 0 &&
  adaptation === undefined &&
  (reset.kind === 'value' || isBefore(reset));

const isBefore = (reset: Reset): boolean => reset.kind === 'subtract' && reset.time === 'before decay';

/** Whether θ can be taken off a comparison in advance, and is given back behind it. */
const owes = ({ reset }: Firing): boolean => reset.kind === 'subtract' && reset.time === 'added back';

function fire(firing: Firing, parameters: Record<string, FloatParameter>): ProgramStep[] {
  const { comparison, reset, refractory, adaptation } = firing;
  parameters.threshold = potential(firing.threshold);
  if (reset.kind === 'value') parameters.resetValue = potential(reset.values);
  if (isFused(firing)) return [reset.kind === 'value' ? fireToValue(comparison) : fireSubtract(comparison)];
  if (firing.spikesPerStep !== undefined) {
    const counted = countSpikes(COUNTED, firing.spikesPerStep);
    return firing.isSilent === true ? [counted] : [counted, emitPlane(COUNTED)];
  }
  const steps: ProgramStep[] = [];
  let allowed: Condition = 'always';
  if (refractory > 0) {
    parameters.zero = number(0);
    steps.push(compareParameter(1, REFRACTORY, 'gt', 'zero'));
    if (reset.kind === 'value') steps.push(withParameter('set', V, 'resetValue', 'f1'));
    allowed = 'not-f1';
  }
  if (adaptation === undefined) steps.push(compareParameter(0, V, comparison, 'threshold', allowed));
  else
    steps.push(
      withPlane('set', THRESHOLD, ADAPTATION),
      withParameter('add', THRESHOLD, 'threshold'),
      comparePlane(0, V, comparison, THRESHOLD, allowed),
    );
  if (firing.isSilent !== true) steps.push(emit('f0'));
  if (reset.kind === 'value') steps.push(withParameter('set', V, 'resetValue', 'f0'));
  if (isBefore(reset)) steps.push(takeThreshold(adaptation !== undefined));
  if (owes(firing)) {
    parameters.nothing = number(0);
    steps.push(
      takeThreshold(false),
      withPlane('add', V, OWED),
      withParameter('set', OWED, 'nothing'),
      compareParameter(1, V, comparison, 'threshold'),
      withParameter('set', OWED, 'threshold', 'f1'),
    );
  }
  return steps;
}

const takeThreshold = (adapts: boolean): ProgramStep =>
  adapts ? withPlane('sub', V, THRESHOLD, 'f0') : withParameter('sub', V, 'threshold', 'f0');

/** What the spike of this step leaves for the next ones. */
function afterDecay(
  { reset, refractory, adaptation }: Firing,
  parameters: Record<string, FloatParameter>,
): ProgramStep[] {
  const steps: ProgramStep[] = [];
  if (reset.kind === 'subtract' && reset.time === 'after decay') steps.push(takeThreshold(adaptation !== undefined));
  if (reset.kind === 'subtract' && reset.time === 'added back') steps.push(withPlane('sub', V, OWED));
  if (refractory > 0) {
    parameters.one = number(1);
    parameters.refractory = number(refractory);
    steps.push(countDown(REFRACTORY), withParameter('set', REFRACTORY, 'refractory', 'f0'));
  }
  if (adaptation !== undefined) {
    parameters.adaptationLeak = leakOf(adaptation.leak);
    parameters.adaptationStep = potential(adaptation.step);
    steps.push(
      decay(ADAPTATION, adaptation.leak, 'adaptationLeak', 'firing'),
      withParameter('add', ADAPTATION, 'adaptationStep', 'f0'),
    );
  }
  return steps;
}
