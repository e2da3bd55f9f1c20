/**
 * Random networks of populations as net.json documents: any neurons, connected in any way, with recurrence, skips and delays,
 * and with any decoding of what comes out.
 */
import fc from 'fast-check';
import type { RandomNetwork } from '../networks.ts';
import { Draws } from '../random.ts';
import { connection, convolution } from './connections.ts';
import { eventNeuron, FIRING_KINDS, namedNeuron, SILENT_KINDS, type Site } from './neurons.ts';
import { type Grid, type Shape, sizeOf } from './numbers.ts';
import { ownProgram } from './programs.ts';

type Fields = Record<string, unknown>;

export interface PopulationRecipe {
  readonly populations: number;
  /** Beside those through which everything hears the input. */
  readonly connections: number;
  readonly steps: number;
  readonly grid: Grid;
  readonly decode: 'count' | 'first' | 'last' | 'max' | 'mean';
  /** Whether some neurons are programs of their own. */
  readonly programs: boolean;
  /** Whether some neurons are looked at behind every event. */
  readonly events?: boolean;
  /** Whether connections are such that every format says them. */
  readonly even?: boolean;
  readonly seed: number;
}

export interface RandomPopulations extends RandomNetwork {
  readonly recipe: PopulationRecipe;
}

const recipe: fc.Arbitrary<PopulationRecipe> = fc.record({
  populations: fc.integer({ min: 1, max: 5 }),
  connections: fc.integer({ min: 0, max: 5 }),
  steps: fc.integer({ min: 1, max: 12 }),
  grid: fc.constantFrom<Grid>('real', 'dyadic', 'whole'),
  decode: fc.constantFrom('count', 'first', 'last', 'max', 'mean'),
  programs: fc.boolean(),
  seed: fc.integer(),
});

const made = (drawn: PopulationRecipe): RandomPopulations => {
  const { document, inputShape } = new PopulationsBuilder(drawn).build();
  return { json: JSON.stringify(document), inputShape, seed: drawn.seed, recipe: drawn };
};

export const arbitraryPopulations: fc.Arbitrary<RandomPopulations> = recipe.map(made);

/** The same with neurons that are looked at behind every event among the others. */
export const arbitraryEventPopulations: fc.Arbitrary<RandomPopulations> = recipe.map((drawn) =>
  made({ ...drawn, events: true }),
);

/** The same with connections that every format says, and without programs of their own. */
export const arbitraryEvenPopulations: fc.Arbitrary<RandomPopulations> = recipe.map((drawn) =>
  made({ ...drawn, programs: false, even: true }),
);

interface Made {
  readonly name: string;
  readonly shape: Shape;
  readonly fires: boolean;
  readonly fields: Fields;
  /** Planes that connections can name; none where they cannot. */
  readonly fed: readonly string[];
}

const PAYLOADS = [
  { min: 0, max: 1 },
  { min: -1, max: 1 },
  { min: 0, max: 3 },
  { min: -8, max: 7 },
  { min: 0, max: 255, step: 1 / 256 },
  { min: -5, max: 0 },
] as const;
/** An event is never negative. */
const EVENT_PAYLOADS = PAYLOADS.filter(({ min, max }) => min === 0 && max < 255);

class PopulationsBuilder {
  readonly #recipe: PopulationRecipe;
  readonly #draws: Draws;
  readonly #input: Shape;
  readonly #payload: (typeof PAYLOADS)[number];
  readonly #populations: Made[] = [];
  readonly #connections: Fields[] = [];

  constructor(drawn: PopulationRecipe) {
    this.#recipe = drawn;
    this.#draws = new Draws(drawn.seed);
    this.#payload = this.#draws.pick(drawn.events === true ? EVENT_PAYLOADS : PAYLOADS);
    const side = (): number => this.#draws.between(1, 5);
    this.#input = this.#draws.chance(0.3) ? [side() + side(), 1, 1] : [this.#draws.between(1, 3), side(), side()];
  }

  build(): { document: object; inputShape: Shape } {
    const draws = this.#draws;
    const { populations, connections, decode, steps } = this.#recipe;
    for (let p = 0; p < populations; p++) this.#grow(p);
    for (let k = 0; k < connections; k++) this.#connect();
    const readsSpikes = decode === 'count' || decode === 'first';
    const output = readsSpikes ? draws.pick(this.#populations) : this.#populations.at(-1)!;
    const [, height, width] = this.#input;
    const flat = height === 1 && width === 1 && draws.chance(0.5);
    const document = {
      format: 'snn-net/1',
      name: 'random',
      input: { shape: flat ? this.#input[0] : this.#input, steps, payload: this.#payload },
      populations: shuffled(draws, this.#populations).map(({ name, shape, fields }) => ({ name, shape, ...fields })),
      connections: shuffled(draws, this.#connections),
      output: { population: output.name, decode },
    };
    return { document, inputShape: this.#input };
  }

  /** One more population, which hears the input or one before it. */
  #grow(index: number): void {
    const draws = this.#draws;
    const { decode, populations } = this.#recipe;
    const fires = index < populations - 1 || decode === 'count' || decode === 'first';
    const from = index === 0 || draws.chance(0.25) ? undefined : draws.pick(this.#populations);
    const joining = this.#joining(from);
    const isConvolution = sizeOf(joining.source) > 1 && draws.chance(0.4);
    const made = isConvolution ? convolution(joining) : undefined;
    const shape = made?.shape ?? this.#anyShape(joining.source);
    const name = `population${index}`;
    const { fields, fed } = this.#neuron(shape, fires);
    const scale = draws.chance(0.1) ? { scale: draws.pick([16, 50, 1000]) } : {};
    const population = { name, shape, fires, fields: { ...fields, ...scale }, fed };
    this.#populations.push(population);
    this.#join(from, population, made?.fields ?? connection(joining, shape), this.#delay());
  }

  #anyShape(source: Shape): Shape {
    const draws = this.#draws;
    if (draws.chance(0.3)) return source;
    if (draws.chance(0.5)) return [draws.between(1, 9), 1, 1];
    return [draws.between(1, 3), draws.between(1, 3), draws.between(1, 3)];
  }

  #neuron(shape: Shape, fires: boolean): { fields: Fields; fed: readonly string[] } {
    const draws = this.#draws;
    const site: Site = { draws, shape, grid: this.#recipe.grid };
    if (this.#recipe.events === true && fires && draws.chance(0.6)) return eventNeuron(site);
    if (this.#recipe.programs && draws.chance(0.6)) return ownProgram(site, fires);
    return { fields: namedNeuron(site, draws.pick(fires ? FIRING_KINDS : SILENT_KINDS)), fed: [] };
  }

  /** Any two: forwards over populations, back, or to itself. */
  #connect(): void {
    const draws = this.#draws;
    const to = draws.below(this.#populations.length);
    const from = draws.below(this.#populations.length + 1) - 1;
    const source = from < 0 ? undefined : this.#populations[from]!;
    if (source?.fires === false) return;
    const target = this.#populations[to]!;
    // A cycle takes one step for each of its connections; a few have too little.
    const back = from >= to && !draws.chance(0.03) ? from - to + 1 : 0;
    this.#join(source, target, connection(this.#joining(source), target.shape), back + this.#delay());
  }

  #delay(): number {
    return this.#draws.chance(0.6) ? 0 : this.#draws.between(1, 3);
  }

  #joining(from: Made | undefined) {
    const { min, max } = this.#payload;
    const most = from === undefined ? Math.max(-min, max) * ('step' in this.#payload ? this.#payload.step : 1) : 1;
    const { grid, even } = this.#recipe;
    return { draws: this.#draws, grid, source: from?.shape ?? this.#input, most, even };
  }

  #join(from: Made | undefined, to: Made, fields: Fields, delay: number): void {
    const draws = this.#draws;
    this.#connections.push({
      ...{ from: from?.name ?? 'input', to: to.name, ...fields },
      ...((delay > 0 || draws.chance(0.3)) && { delay }),
      ...(to.fed.length > 0 && draws.chance(0.3) && { plane: draws.pick(to.fed) }),
    });
  }
}

function shuffled<T>(draws: Draws, list: readonly T[]): T[] {
  const all = [...list];
  for (let k = all.length - 1; k > 0; k--) {
    const other = draws.below(k + 1);
    [all[k], all[other]] = [all[other]!, all[k]!];
  }
  return all;
}
