/** Neurons of populations as a plain loop over steps in floating point, with nothing of the compiler in it. */

export type PlainLeak =
  | number
  | { readonly kind: 'linear'; readonly step: number }
  | { readonly kind: 'shift'; readonly shift: number };

/** One population that hears the input, and itself. Numbers hold for all neurons. */
export interface PlainNetwork {
  readonly neurons: number;
  readonly steps: number;
  readonly leak?: PlainLeak;
  readonly currentLeak?: PlainLeak;
  readonly bias?: number;
  readonly initial?: number;
  readonly floor?: number;
  /** Absent: it does not fire. */
  readonly firing?: {
    readonly threshold: number;
    readonly compare: 'ge' | 'gt';
    readonly reset:
      | { readonly kind: 'subtract'; readonly time: 'before decay' | 'after decay' }
      | { readonly kind: 'value'; readonly value: number }
      | { readonly kind: 'none' };
    readonly refractory: number;
    readonly adaptation?: { readonly leak: PlainLeak; readonly step: number };
  };
  /** By neuron, then source. */
  readonly weights: readonly (readonly number[])[];
  readonly delay: number;
  /** By neuron, then neuron; spikes come back so many steps later. */
  readonly recurrent?: { readonly weights: readonly (readonly number[])[]; readonly delay: number };
}

export interface PlainCourse {
  /** By step, then neuron. */
  readonly spikes: readonly (readonly boolean[])[];
  /** At the end of a step. */
  readonly potentials: readonly (readonly number[])[];
  /** Of the same step before it decays. */
  readonly before: readonly (readonly number[])[];
}

function decayed(value: number, leak: PlainLeak | undefined): number {
  if (leak === undefined) return value;
  if (typeof leak === 'number') return value * leak;
  if (leak.kind === 'shift') return value - value / 2 ** leak.shift;
  return Math.sign(value) * Math.max(0, Math.abs(value) - leak.step);
}

/** @param input by step, then source */
export function plainCourse(network: PlainNetwork, input: readonly (readonly number[])[]): PlainCourse {
  const course = { spikes: [] as boolean[][], potentials: [] as number[][], before: [] as number[][] };
  const neurons = Array.from({ length: network.neurons }, () => ({
    ...{ v: network.initial ?? 0, current: 0, adapted: 0, waits: 0 },
  }));
  for (let step = 0; step < network.steps; step++) {
    const [spikes, before]: [boolean[], number[]] = [[], []];
    neurons.forEach((state, n) => {
      const { weights, recurrent, delay } = network;
      let sum = 0;
      input[step - delay]?.forEach((payload, s) => (sum += payload * weights[n]![s]!));
      if (recurrent !== undefined)
        course.spikes[step - recurrent.delay]?.forEach(
          (fired, s) => (sum += Number(fired) * recurrent.weights[n]![s]!),
        );
      if (network.currentLeak === undefined) state.v += sum;
      else {
        state.current += sum;
        state.v += state.current;
      }
      state.v += network.bias ?? 0;
      spikes.push(stepOf(network, state, before));
    });
    course.spikes.push(spikes);
    course.before.push(before);
    course.potentials.push(neurons.map(({ v }) => v));
  }
  return course;
}

interface State {
  v: number;
  current: number;
  adapted: number;
  waits: number;
}

/** What follows when all that comes has been added up; whether the neuron fires. */
function stepOf({ firing, floor, leak, currentLeak }: PlainNetwork, state: State, before: number[]): boolean {
  let fires = false;
  const threshold = firing === undefined ? 0 : firing.threshold + state.adapted;
  const isWaiting = state.waits > 0;
  if (firing !== undefined) {
    const { compare, reset } = firing;
    if (isWaiting && reset.kind === 'value') state.v = reset.value;
    fires = !isWaiting && (compare === 'ge' ? state.v >= threshold : state.v > threshold);
    if (fires && reset.kind === 'value') state.v = reset.value;
    if (fires && reset.kind === 'subtract' && reset.time === 'before decay') state.v -= threshold;
  }
  if (floor !== undefined) state.v = Math.max(floor, state.v);
  before.push(state.v);
  state.v = decayed(state.v, leak);
  state.current = decayed(state.current, currentLeak);
  if (firing === undefined) return false;
  if (fires && firing.reset.kind === 'subtract' && firing.reset.time === 'after decay') state.v -= threshold;
  state.waits = fires ? firing.refractory : Math.max(0, state.waits - 1);
  if (firing.adaptation !== undefined)
    state.adapted = decayed(state.adapted, firing.adaptation.leak) + (fires ? firing.adaptation.step : 0);
  return fires;
}
