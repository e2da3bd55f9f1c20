/** Populations of net.json: from the fields of a neuron to its program. */
import { fail, PLANE_NAMES, type Shape, shapeSize, V } from '../../../isa/index.ts';
import type { Firing, Leak, NeuronRule, Reset } from '../../ir/neuron-rule.ts';
import type { NeuronProgram } from '../../ir/program.ts';
import type { FloatParameter, FloatParameters, Population } from '../../ir/population.ts';
import { isTouched } from '../../neurons/parts/program-code.ts';
import { programOf } from '../../populations/rules.ts';
import type { NetTensors } from '../net-tensors.ts';
import { checkProgram, planesOf } from './program-rules.ts';
import { readProgram } from './program-text.ts';
import {
  MOST_STEPS,
  type NetDuration,
  type NetLeak,
  type NetPopulation,
  type NetValues,
  USUAL_EVENT_BITS,
} from './schema.ts';
import { type StepLength, TAU_DECAYS } from './step-length.ts';

/** Bits of a factor where none are said: those with which published recurrent networks come out exactly. */
const USUAL_BITS = 12;
const INITIAL = 'initial potential';
const ROUNDINGS = ['zero', 'floor', 'half'] as const;

export interface ReadNeuron {
  readonly shape: Shape;
  readonly program: NeuronProgram;
  readonly parameters: FloatParameters;
  readonly scale: Population['scale'];
  /** Absent where the neuron is a program of its own. */
  readonly rule?: NeuronRule;
  /** Plane that a connection adds to, by the name it gives; without one the usual plane. */
  readonly planeOf: (name: string | undefined) => number | undefined;
}

export const asShape = (shape: NetPopulation['shape']): Shape => (typeof shape === 'number' ? [shape, 1, 1] : shape);

/** Where numbers come from that are not in the document as they are meant. */
export interface Numbers {
  readonly tensors: NetTensors;
  readonly step: StepLength;
}

/** @throws DiagnosticError E0202 for seconds without a length of a step, E0208 for too many of them */
export const stepsOf = (duration: NetDuration, path: string, step: StepLength): number =>
  typeof duration === 'number' ? duration : step.steps(duration.seconds, MOST_STEPS, `${path}.seconds`);

/** Reads the numbers of one population. */
export class ValueReader {
  readonly #shape: Shape;
  readonly #path: string;
  readonly #tensors: NetTensors;
  readonly #step: StepLength;

  constructor(shape: Shape, path: string, { tensors, step }: Numbers) {
    this.#shape = shape;
    this.#path = path;
    this.#tensors = tensors;
    this.#step = step;
  }

  pathOf(field: string): string {
    return `${this.#path}.${field}`;
  }

  /** @throws DiagnosticError E0205 where there are neither one, nor as many as channels or neurons; E0208 beyond the range */
  read(values: NetValues, field: string, [min, max]: readonly [number, number] = [-Infinity, Infinity]): Float64Array {
    const path = this.pathOf(field);
    const numbers =
      typeof values === 'number'
        ? Float64Array.of(values)
        : Array.isArray(values)
          ? Float64Array.from(values)
          : Float64Array.from(this.#tensors.read(values, path).data);
    const [channels] = this.#shape;
    const size = shapeSize(this.#shape);
    if (![1, channels, size].includes(numbers.length))
      fail('E0205', `there are ${numbers.length} values for ${channels} channels and ${size} neurons`, { path });
    const bad = numbers.findIndex((value) => !(value >= min && value <= max) || !Number.isFinite(value));
    if (bad >= 0) fail('E0208', `value ${bad} is ${numbers[bad]!}; ${min} to ${max} is expected`, { path });
    return numbers;
  }

  /** @throws DiagnosticError as {@link stepsOf} does */
  steps(duration: NetDuration, field: string): number {
    return stepsOf(duration, this.pathOf(field), this.#step);
  }

  leak(leak: NetLeak, field: string): Leak {
    if (typeof leak === 'number' || Array.isArray(leak) || 'shape' in leak)
      return { kind: 'mul', bits: USUAL_BITS, rounding: 0, values: this.read(leak, field, [0, 1]) };
    const plain = { bits: 1, rounding: 0 };
    if ('shift' in leak) return { kind: 'shift', ...plain, values: this.read(leak.shift, `${field}.shift`, [1, 31]) };
    if ('step' in leak)
      return { kind: 'linear', ...plain, values: this.read(leak.step, `${field}.step`, [0, Infinity]) };
    const { bits = USUAL_BITS, rounding = 'zero' } = leak;
    const values =
      'tau' in leak
        ? this.#step.factors(
            this.read(leak.tau, `${field}.tau`),
            leak.decay ?? TAU_DECAYS[0],
            this.pathOf(`${field}.tau`),
          )
        : this.read(leak.factor, `${field}.factor`, [0, 1]);
    return { kind: 'mul', bits, rounding: ROUNDINGS.indexOf(rounding), values };
  }
}

/** @throws DiagnosticError E0202, E0205, E0208 for what does not fit */
export function readNeuron(population: NetPopulation, path: string, numbers: Numbers): ReadNeuron {
  const shape = asShape(population.shape);
  const { scale = 'channel' } = population;
  const values = new ValueReader(shape, path, numbers);
  if (population.neuron === 'program') return { shape, scale, ...readOwnProgram(population, values, path) };
  const rule = ruleOf(population, values);
  const { program, parameters, fed } = programOf(rule);
  return { shape, scale, rule, program, parameters, planeOf: (name) => (name === undefined ? fed : undefined) };
}

/** A bias that adds nothing is none: no instruction adds it. */
export const someBias = (bias: Float64Array): Float64Array | undefined =>
  bias.every((value) => value === 0) ? undefined : bias;

type NamedPopulation = Exclude<NetPopulation, { neuron: 'program' }>;

function ruleOf(population: NamedPopulation, values: ValueReader): NeuronRule {
  const { bias, initial = 0, floor } = population;
  return {
    leak: 'leak' in population ? values.leak(population.leak, 'leak') : undefined,
    current: 'currentLeak' in population ? { leak: values.leak(population.currentLeak, 'currentLeak') } : undefined,
    firing: 'threshold' in population ? firingOf(population, values) : undefined,
    floor: floor === undefined ? undefined : values.read(floor, 'floor', [-Infinity, 0]),
    bias: bias === undefined ? undefined : someBias(values.read(bias, 'bias')),
    initial: values.read(initial, 'initial'),
    byEvent: 'update' in population || 'bits' in population ? eventsOf(population, values) : undefined,
  };
}

/** @throws DiagnosticError E0202 for what neurons that are looked at behind every event do not have, or the others not */
function eventsOf(
  population: Extract<NamedPopulation, { neuron: 'if' | 'lif' }>,
  values: ValueReader,
): NeuronRule['byEvent'] {
  const { update, bits, reset, refractory, spikesPerStep } = population;
  if (update !== 'event') {
    if (bits !== undefined)
      fail('E0202', 'bits of V are those of neurons with "update": "event"', { path: 'bits' }, 'leave bits out');
    return undefined;
  }
  const faults: readonly (readonly [bad: boolean, field: string, text: string])[] = [
    [refractoryOf(refractory, values) > 0, 'refractory', 'has no refractory period: it is compared with every event'],
    [spikesPerStep !== undefined, 'spikesPerStep', 'has no limit of spikes in a step: it fires with every event'],
    [
      reset.kind === 'subtract' && reset.time === 'after decay',
      'reset',
      'is reset with the event, before V decays at the end of the step',
    ],
  ];
  const found = faults.find(([bad]) => bad);
  if (found !== undefined)
    fail(
      'E0202',
      `a neuron with "update": "event" ${found[2]}`,
      { path: found[1] },
      `leave ${found[1]} out, or say "update": "step"`,
    );
  return { bits: bits ?? USUAL_EVENT_BITS };
}

function firingOf(population: Extract<NamedPopulation, { threshold: unknown }>, values: ValueReader): Firing {
  const { threshold, compare } = population;
  const refractory = refractoryOf(population.refractory, values);
  const thresholds = values.read(threshold, 'threshold');
  if (thresholds.some((each) => each <= 0))
    fail(
      'E0208',
      'a threshold is not above 0',
      { path: values.pathOf('threshold') },
      'add what V is shifted by to threshold, reset and initial',
    );
  const spikesPerStep = 'spikesPerStep' in population ? population.spikesPerStep : undefined;
  if (spikesPerStep !== undefined) checkSeveral(population, refractory);
  return {
    threshold: thresholds,
    comparison: compare,
    reset: resetOf(population.reset, values),
    refractory,
    spikesPerStep,
    ...('adaptationLeak' in population && {
      adaptation: {
        leak: values.leak(population.adaptationLeak, 'adaptationLeak'),
        step: values.read(population.adaptationStep, 'adaptationStep', [0, Infinity]),
      },
    }),
  };
}

const refractoryOf = (duration: NetDuration | undefined, values: ValueReader): number =>
  duration === undefined ? 0 : values.steps(duration, 'refractory');

/** Several spikes in a step take a threshold off each, and V may reach one to the point. */
function checkSeveral({ compare, reset }: Extract<NamedPopulation, { threshold: unknown }>, refractory: number): void {
  const isTaken = reset.kind === 'subtract' && reset.time !== 'after decay';
  if (compare === 'ge' && isTaken && refractory === 0) return;
  const needs: readonly (readonly [good: boolean, field: string, text: string])[] = [
    [compare === 'ge', 'compare', 'compare "ge"'],
    [isTaken, 'reset', 'a reset by subtraction before decay'],
    [refractory === 0, 'refractory', 'no refractory period'],
  ];
  const [, path, text] = needs.find(([good]) => !good)!;
  fail(
    'E0202',
    `spikesPerStep needs ${text}`,
    { path },
    'leave spikesPerStep out: the neuron then fires at most once in a step',
  );
}

function resetOf(reset: Extract<NamedPopulation, { threshold: unknown }>['reset'], values: ValueReader): Reset {
  switch (reset.kind) {
    case 'subtract':
      return { kind: 'subtract', time: reset.time ?? 'before decay' };
    case 'value':
      return { kind: 'value', values: values.read(reset.value, 'reset.value') };
    case 'none':
      return { kind: 'none' };
  }
}

type OwnProgram = Extract<NetPopulation, { neuron: 'program' }>;

function readOwnProgram(
  { program: text, planes = [], parameters: given = {}, input }: OwnProgram,
  values: ValueReader,
  path: string,
): Omit<ReadNeuron, 'shape' | 'scale'> {
  const byName = new Map(planes.map(({ name, plane }) => [name, PLANE_NAMES.indexOf(plane)] as const));
  const numbers = planes.map(({ plane }) => PLANE_NAMES.indexOf(plane));
  if (new Set(numbers).size < numbers.length || byName.size < numbers.length)
    fail('E0202', 'a plane, or a name of one, is given twice', { path: `${path}.planes` });
  const parameters: Record<string, FloatParameter> = {};
  for (const [name, { values: numbers, unit }] of Object.entries(given))
    parameters[name] = { values: values.read(numbers, `parameters.${name}.values`), unit };
  const initial = planes.flatMap(({ initial: parameter, plane }) =>
    parameter === undefined ? [] : [{ plane: PLANE_NAMES.indexOf(plane), parameter }],
  );
  for (const { parameter } of initial)
    if (!(parameter in parameters))
      fail('E0202', `the neuron has no parameter "${parameter}"`, { path: `${path}.planes` });
  if (!initial.some(({ plane }) => plane === V)) {
    // No parameter of a document has a blank in its name.
    parameters[INITIAL] = { values: Float64Array.of(0), unit: 'potential' };
    initial.unshift({ plane: V, parameter: INITIAL });
  }
  const names = { planes: byName, parameters: new Set(Object.keys(parameters)), path: `${path}.program` };
  const steps = readProgram(Array.isArray(text) ? text.join('\n') : text, names);
  const held = planes
    .map(({ plane, policy = 'prove', bits = 0 }) => ({ plane: PLANE_NAMES.indexOf(plane), policy, bits }))
    .filter(({ plane, policy, bits }) => plane > 1 || policy !== 'prove' || bits !== 0)
    .sort((a, b) => a.plane - b.plane);
  const program = { planes: held, steps, initial };
  checkProgram(program, parameters, path);
  // Where a plane saturates, the order of events matters: there is one where they come one by one.
  const isOrdered = isTouched(program);
  const saturating = new Set(held.filter(({ policy }) => policy === 'saturate').map(({ plane }) => plane));
  const fed = new Set([...planesOf(program)].filter((plane) => isOrdered || !saturating.has(plane)));
  const planeOf = (name: string | undefined): number | undefined => {
    const wanted = name ?? input ?? 'V';
    const plane = byName.get(wanted) ?? (PLANE_NAMES as readonly string[]).indexOf(wanted);
    return fed.has(plane) ? plane : undefined;
  };
  return { program, parameters, planeOf };
}
