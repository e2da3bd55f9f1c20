/**
 * A chip without an end, and the same in plain integers: two populations of leaky neurons in a loop of several ticks, input
 * in any tick, and the spikes of the second one go to the host.
 */
import type { StreamEvent } from '../../emulator/index.ts';
import { type Chip, decodeChip, encodeChip, type Target } from '../../isa/index.ts';
import { Draws } from '../arbitraries/random.ts';
import { boxOf, CoreBuilder, plainSink, tinyTarget, treeRoutes } from '../isa/chips.ts';
import { withStateFigures } from '../isa/state-figures.ts';

const TREE = { input: 0, hidden: 1, out: 2 } as const;
const INPUTS = 3;
const HIDDEN = 12;
const OUT = 4;
const PAYLOADS = [-2, 3] as const;
const THRESHOLD = { hidden: 45, out: 24 } as const;
/** Factor of 64 that is left after a tick. */
const LEFT = 48;
/** Ticks until the loop is heard again. */
const BACK = 3;
const BIAS = { value: 17, start: 2, length: 2, period: 7 } as const;

const target: Target = withStateFigures(tinyTarget());

/** Weights by source, then neuron. */
type Weights = readonly (readonly number[])[];

function weights(sources: number, neurons: number, [min, max]: readonly [number, number], seed: number): Weights {
  const draws = new Draws(seed);
  return Array.from({ length: sources }, () => draws.numbers(neurons, min, max));
}

const FROM_INPUT = weights(INPUTS, HIDDEN, [-9, 30], 1);
const FROM_HIDDEN = weights(HIDDEN, OUT, [-20, 30], 2);
const FROM_OUT = weights(OUT, HIDDEN, [-40, 10], 3);

export interface EndlessOptions {
  /** Whether the first population has a bias that comes again, and the ranges that prove it are claimed. */
  readonly recurring: boolean;
  /** Claimed of V, above and below 0. */
  readonly claim?: number;
}

/** Lines of the tick handler. */
function ticks(builder: CoreBuilder, neurons: number, threshold: number, tree: number): string[] {
  const run = `first=0 count=${neurons}`;
  const [fires, left] = [builder.parameters(threshold), builder.parameters(LEFT)];
  return [
    `FIRE compare=ge reset=value ${run} address=${fires} period=1 tree=${tree} resetValue=0`,
    `DECAY plane=V kind=mul bits=5 ${run} address=${left} period=1`,
  ];
}

function dense(builder: CoreBuilder, from: Weights, neurons: number): string {
  return `DENSE destination=V width=w8 shift=0 first=0 count=${neurons} weights=${builder.weights(8, ...from)}`;
}

function hiddenCore({ recurring, claim = 4000 }: EndlessOptions) {
  const builder = new CoreBuilder(0, HIDDEN);
  const input = builder.group(INPUTS, ...PAYLOADS, dense(builder, FROM_INPUT, HIDDEN));
  const back = builder.group(OUT, 0, 1, dense(builder, FROM_OUT, HIDDEN));
  builder.sink(plainSink({ tree: TREE.input, group: input, delay: 0, sourceCount: INPUTS }));
  builder.sink(plainSink({ tree: TREE.out, group: back, delay: BACK, sourceCount: OUT }));
  const { value, start, length, period } = BIAS;
  const bias = [
    `EVERY skip=@bias start=${start} length=${length} period=${period} times=0`,
    `BIAS first=0 count=${HIDDEN} address=${builder.parameters(value)} period=1`,
    'bias:',
  ];
  const image = builder.build(
    [...(recurring ? bias : []), ...ticks(builder, HIDDEN, THRESHOLD.hidden, TREE.hidden)],
    [`RESET first=0 count=${HIDDEN} address=${builder.parameters(0)} period=1`],
  );
  if (!recurring) return image;
  const run = { policy: 'prove', first: 0, count: HIDDEN } as const;
  return {
    ...image,
    planes: [
      { ...run, plane: 0, bits: 24, min: -claim, max: claim },
      { ...run, plane: 1, bits: 0, min: 0, max: 0 },
    ],
  };
}

function outCore() {
  const builder = new CoreBuilder(3, OUT);
  const heard = builder.group(HIDDEN, 0, 1, dense(builder, FROM_HIDDEN, OUT));
  builder.sink(plainSink({ tree: TREE.hidden, group: heard, sourceCount: HIDDEN }));
  return builder.build(ticks(builder, OUT, THRESHOLD.out, TREE.out), [
    `RESET first=0 count=${OUT} address=${builder.parameters(0)} period=1`,
  ]);
}

/** As it comes out of its file; whether the loader takes it is for the caller to ask. */
export function endlessChip(options: EndlessOptions): Chip {
  return decodeChip(
    encodeChip({
      target,
      ticks: 0,
      window: 0,
      cores: [hiddenCore(options), outCore()],
      routes: [
        ...treeRoutes(target, TREE.input, 0, [0]),
        ...treeRoutes(target, TREE.hidden, 0, [3]),
        ...treeRoutes(target, TREE.out, 3, [0], true),
      ],
      input: {
        shape: [INPUTS, 1, 1],
        scale: 1,
        mean: [0, 0, 0],
        std: [1, 1, 1],
        step: 1,
        payloadMin: PAYLOADS[0],
        payloadMax: PAYLOADS[1],
        parts: [{ tree: TREE.input, box: boxOf(INPUTS, 1, 1) }],
      },
      output: { shape: [OUT, 1, 1], step: 1, parts: [{ tree: TREE.out, box: boxOf(OUT, 1, 1) }], labels: [] },
      layers: [
        { name: 'hidden', shape: [HIDDEN, 1, 1], depth: 0, fires: true },
        { name: 'out', shape: [OUT, 1, 1], depth: 0, fires: true },
      ],
      placements: [
        { layer: 0, core: 0, firstNeuron: 0, box: boxOf(HIDDEN, 1, 1) },
        { layer: 1, core: 3, firstNeuron: 0, box: boxOf(OUT, 1, 1) },
      ],
      provenance: { tool: 'test', network: 'endless', sourceSha256: '0'.repeat(64), options: {}, annMacs: 0 },
    }),
  );
}

/** Events of one tick after the other; many ticks have none. */
export function eventSource(seed: number): () => StreamEvent[] {
  const draws = new Draws(seed);
  return () => {
    if (draws.chance(0.4)) return [];
    const events: StreamEvent[] = [];
    for (let element = INPUTS - 1; element >= 0; element--)
      if (draws.chance(0.6)) events.push({ element, payload: draws.between(...PAYLOADS) });
    return events;
  };
}

/** Payload of every input element in a tick. */
export function payloadsOf(events: readonly StreamEvent[]): number[] {
  const payloads = new Array<number>(INPUTS).fill(0);
  for (const { element, payload } of events) payloads[element] = payload;
  return payloads;
}

/** The two populations in plain integers. */
export class EndlessReference {
  readonly hidden = new Array<number>(HIDDEN).fill(0);
  readonly out = new Array<number>(OUT).fill(0);
  readonly #recurring: boolean;
  #heard: readonly number[] = [];
  /** Spikes of `out` of the last ticks, the oldest first. */
  readonly #under: (readonly number[])[] = Array.from({ length: BACK }, () => []);
  #tick = 0;

  constructor({ recurring }: EndlessOptions) {
    this.#recurring = recurring;
  }

  /** @returns neurons of the second population that fire */
  step(events: readonly StreamEvent[]): number[] {
    const phase = (this.#tick - BIAS.start) % BIAS.period;
    const biased = this.#recurring && this.#tick >= BIAS.start && phase < BIAS.length;
    for (const { element, payload } of events) add(this.hidden, FROM_INPUT[element]!, payload);
    for (const source of this.#under.shift()!) add(this.hidden, FROM_OUT[source]!, 1);
    for (const source of this.#heard) add(this.out, FROM_HIDDEN[source]!, 1);
    if (biased) for (let n = 0; n < HIDDEN; n++) this.hidden[n]! += BIAS.value;
    this.#heard = fire(this.hidden, THRESHOLD.hidden);
    const fired = fire(this.out, THRESHOLD.out);
    this.#under.push(fired);
    this.#tick++;
    return fired;
  }
}

function add(potentials: number[], row: readonly number[], payload: number): void {
  for (let n = 0; n < potentials.length; n++) potentials[n]! += row[n]! * payload;
}

/** Those that fire; what is left of the potentials decays. */
function fire(potentials: number[], threshold: number): number[] {
  const fired: number[] = [];
  for (let n = 0; n < potentials.length; n++) {
    if (potentials[n]! >= threshold) {
      fired.push(n);
      potentials[n] = 0;
    }
    potentials[n] = Math.trunc((potentials[n]! * LEFT) / 64) + 0;
  }
  return fired;
}
