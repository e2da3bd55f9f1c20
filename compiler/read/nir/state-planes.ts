/** States that a neuron of NIR keeps for what it hears through synapses: planes of its program, each added to the next one in every step. */
import { I, MOST_PLANES, type Shape, shapeSize, V } from '../../../isa/index.ts';
import type { Leak, NeuronRule } from '../../ir/neuron-rule.ts';
import type { LayerIndex } from '../../ir/layers.ts';
import type { FloatParameter, FloatParameters, Synaptic, SynapticState } from '../../ir/population.ts';
import type { NeuronProgram, ProgramStep } from '../../ir/program.ts';
import { isReadOut, programOf } from '../../populations/rules.ts';
import { decay, withParameter, withPlane } from '../../populations/steps.ts';
import type { NirNode } from './fields.ts';
import { FORGETS } from './neurons.ts';
import { spread } from './numbers.ts';

/** A state that what is heard goes through: what a step keeps of it; undefined: all. One value, or one for each element. */
export type Kept = Leak | undefined;

/** What states get in every step beside what is heard, or hold at the start. */
export interface Constant {
  readonly to: LayerIndex;
  /** Of the first of these states; of the neuron itself where there is none. */
  readonly states: readonly Kept[];
  /** For each neuron, without its gain. */
  readonly values: Float64Array;
  readonly isInitial: boolean;
  /** Steps that Delay nodes hold it up for. */
  readonly delay: number;
}

interface Heard {
  readonly connected: readonly { readonly states: readonly Kept[] }[];
  readonly constants: readonly Constant[];
  /** Of the neurons: one, or one for each. */
  readonly gains: Float64Array;
  readonly shape: Shape;
}

interface StatePlane {
  readonly kept: Kept;
  readonly plane: number;
  /** Plane that it is added to. */
  readonly into: number;
}

/** The same of states that share a plane. */
export const keyOf = (states: readonly Kept[]): string =>
  states.map((state) => (state === undefined ? 'all' : String(state.values))).join('|');

export class StatePlanes {
  readonly program: NeuronProgram;
  readonly parameters: FloatParameters;
  /** Absent where it needs more than the rule of a neuron says. */
  readonly rule: NeuronRule | undefined;
  /** The neurons, and what they hear through, for who writes them again. */
  readonly synaptic: Synaptic | undefined;
  readonly #planes = new Map<string, StatePlane>();
  readonly #fed: number;

  /** @throws DiagnosticError E0207 for more states than there are planes */
  constructor(node: NirNode, given: NeuronRule, heard: Heard) {
    const lists = [...heard.connected, ...heard.constants].map(({ states }) => states);
    const isValue = node.type === 'Output' && heard.connected.every(({ states }) => states.length > 0);
    // Output behind synapses alone: its value is what comes there in the last step, not what came in all of them.
    const base = isValue ? { ...given, leak: FORGETS } : given;
    const rule = withConstants(withCurrent(base, lists), given, heard);
    const { program, parameters, fed } = programOf(rule);
    // What goes straight to neurons without a current of their own.
    this.#fed = given.current === undefined ? V : fed;
    const isOwn = given.current === undefined && rule.current !== undefined;
    const used = new Set([V, ...(rule.current === undefined ? [] : [I]), ...program.planes.map(({ plane }) => plane)]);
    const free = Array.from({ length: MOST_PLANES }, (_, plane) => plane).filter((plane) => !used.has(plane));
    const suffixes = lists.flatMap((states) => states.map((_, k) => states.slice(k)));
    for (const states of suffixes.sort((a, b) => a.length - b.length)) {
      if (this.#planes.has(keyOf(states))) continue;
      const isCurrent = isOwn && states.length === 1;
      const plane = isCurrent ? I : free.shift();
      if (plane === undefined)
        node.fail(
          'E0207',
          `what it hears comes through more than ${this.#planes.size} states that differ (tau of I, LI, CubaLI before it); its neurons have no plane for another one`,
          'give what leads to it the same tau',
        );
      this.#planes.set(keyOf(states), { kept: states[0], plane, into: this.planeOf(states.slice(1)) });
    }
    const extra = [...this.#planes.values()].filter(({ plane }) => !(isOwn && plane === I));
    const added = this.#added(heard);
    const carried = stepsOf(extra, isReadOut(rule));
    this.parameters = { ...parameters, ...carried.parameters, ...added.parameters };
    this.program = {
      steps: [...added.steps, ...carried.adding, ...program.steps, ...carried.decaying],
      planes: [
        ...program.planes,
        ...extra.filter(({ plane }) => plane !== I).map(({ plane }) => ({ plane, policy: 'prove', bits: 0 }) as const),
      ].sort((a, b) => a.plane - b.plane),
      initial: [...program.initial, ...added.initial],
    };
    const isPlain = extra.length === 0 && added.steps.length + added.initial.length === 0;
    const isFedAlike = heard.connected.every(({ states }) => this.planeOf(states) === fed);
    this.rule = isPlain && isFedAlike ? rule : undefined;
    const ofPlane = (name: string, plane: number): Float64Array | undefined =>
      added.parameters[`${name} ${plane}`]?.values;
    const states = [...this.#planes.values()].map(({ kept: leak, plane, into }): SynapticState => ({
      ...{ leak, plane, into, constant: ofPlane('constant', plane), initial: ofPlane('initial', plane) },
    }));
    const own = { rule: withConstants(base, given, heard), states };
    const constant = states.some(({ plane }) => plane === this.#fed) ? undefined : ofPlane('constant', this.#fed);
    this.synaptic = this.rule === undefined || states.length > 0 ? { ...own, constant } : undefined;
  }

  /** Plane that is added to by what goes through these states. */
  planeOf(states: readonly Kept[]): number {
    return states.length === 0 ? this.#fed : this.#planes.get(keyOf(states))!.plane;
  }

  /** What planes other than V get in every step, and hold at the start. */
  #added({ constants, gains, shape }: Heard) {
    const parameters: Record<string, FloatParameter> = {};
    const steps: ProgramStep[] = [];
    const initial: { plane: number; parameter: string }[] = [];
    const found = sums(constants, (constant) => this.planeOf(constant.states), gains, shape);
    for (const [plane, values] of found.steps) {
      if (plane === V) continue;
      parameters[`constant ${plane}`] = { values, unit: 'potential' };
      steps.push(withParameter('add', plane, `constant ${plane}`));
    }
    for (const [plane, values] of found.initial) {
      parameters[`initial ${plane}`] = { values, unit: 'potential' };
      initial.push({ plane, parameter: `initial ${plane}` });
    }
    return { parameters, steps, initial };
  }
}

/** The only synapse of neurons that have no current is their current. */
function withCurrent(rule: NeuronRule, lists: readonly (readonly Kept[])[]): NeuronRule {
  const last = new Map(
    lists.filter(({ length }) => length > 0).map((states) => [keyOf(states.slice(-1)), states.at(-1)]),
  );
  const [leak] = last.values();
  return rule.current === undefined && last.size === 1 && leak !== undefined ? { ...rule, current: { leak } } : rule;
}

/** What comes to V in every step is the bias of the neuron. */
function withConstants(rule: NeuronRule, given: NeuronRule, { constants, gains, shape }: Heard): NeuronRule {
  if (given.current !== undefined) return rule;
  const direct = constants.filter(({ states }) => states.length === 0);
  const constant = sums(direct, () => V, gains, shape).steps.get(V);
  if (constant === undefined) return rule;
  const own = rule.bias && spread(rule.bias, shapeSize(shape));
  return { ...rule, bias: own === undefined ? constant : constant.map((value, k) => value + own[k]!) };
}

/** By plane, with the gain of the neurons. */
function sums(
  constants: readonly Constant[],
  planeOf: (constant: Constant) => number,
  gains: Float64Array,
  shape: Shape,
) {
  const found = { steps: new Map<number, Float64Array>(), initial: new Map<number, Float64Array>() };
  for (const constant of constants) {
    const list = constant.isInitial ? found.initial : found.steps;
    const plane = planeOf(constant);
    const sum = list.get(plane) ?? new Float64Array(shapeSize(shape));
    constant.values.forEach((value, k) => (sum[k]! += value * gains[gains.length === 1 ? 0 : k]!));
    list.set(plane, sum);
  }
  return found;
}

/** @param isRead whether the value of the last step is read, before it would decay */
function stepsOf(planes: readonly StatePlane[], isRead: boolean) {
  const parameters: Record<string, FloatParameter> = {};
  const decaying = planes.flatMap(({ kept, plane }): ProgramStep[] => {
    if (kept === undefined) return [];
    parameters[leakName(plane)] = { values: kept.values, unit: 'factor' };
    return [decay(plane, kept satisfies Leak, leakName(plane), isRead ? 'carrying' : 'firing')];
  });
  // What is added to others comes before these are added themselves.
  const adding = [...planes].reverse().map(({ plane, into }) => withPlane('add', into, plane));
  return { parameters, decaying, adding };
}

const leakName = (plane: number): string => `currentLeak ${plane}`;
