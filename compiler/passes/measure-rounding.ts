/**
 * Of a network of populations: what the integers change on the user's own samples, by the numbers that were rounded, and how
 * much the populations send, which the mapping weighs.
 */
import {
  type Diagnostic,
  diagnostic,
  DiagnosticError,
  option,
  quantiseInput,
  type RoundingRecord,
  shapeSize,
} from '../../isa/index.ts';
import { PopulationRun } from '../engines/population-run.ts';
import { type QuantisedGraph, widthOf } from '../ir/layers.ts';
import type { PacketRates } from '../ir/rates.ts';
import type { Schedule } from '../ir/schedule.ts';
import { fires } from '../layer-neurons.ts';
import { assumedRates } from '../layout/packet-rates.ts';
import type { BuildOptions } from '../options.ts';
import { letInterrupt, pass, type SampleHooks } from '../pass.ts';
import type { PopulationGraph } from '../ir/population.ts';
import { sendsSpikes } from '../neurons/parts/program-code.ts';
import { ROUNDED_PARTS, rounded } from '../populations/rounded.ts';
import { hasLayers } from '../populations/activations.ts';
import { must } from '../verify/rules.ts';
import { type KeptSample, RATE_SAMPLES } from './calibrate/kept-samples.ts';
import { type QuantisedPopulations, quantisePopulations } from './quantise-populations.ts';
import { activityOf, IntegerRun } from './rounding/activity.ts';
import { type Activity, addDifference, newDifference, recordOf } from './rounding/difference.ts';

/** Share of spikes that change from which on wider weights are tried. */
const WORTH_A_TRIAL = 0.01;
const WIDEST = 16;

/** In the order in which they are told. */
const STATIONS = ['activations', ...ROUNDED_PARTS, 'input', 'chip'] as const;
type Station = (typeof STATIONS)[number];

export interface Measured {
  readonly rounding: RoundingRecord | undefined;
  readonly rates: PacketRates;
}

interface Needs {
  readonly spikingGraph: PopulationGraph;
  readonly schedule: Schedule;
  readonly quantised: QuantisedPopulations;
  readonly samples: readonly KeptSample[];
  readonly options: BuildOptions;
}

/** What input and populations send in inferences. */
class SentPackets {
  readonly #graph: QuantisedPopulations['graph'];
  readonly #spikes: number[];
  #inputs = 0;

  constructor(graph: QuantisedPopulations['graph']) {
    this.#graph = graph;
    this.#spikes = graph.layers.map(() => 0);
  }

  add(payloads: Int16Array, activity: Activity): void {
    countSpikes(activity, this.#spikes);
    for (const payload of payloads) if (payload !== 0) this.#inputs++;
  }

  /** Packets per inference and element. */
  rates(samples: number): PacketRates {
    const { inputShape, layers } = this.#graph;
    const mean = (sum: number, size: number): number => sum / samples / size;
    return {
      samples,
      input: mean(this.#inputs, shapeSize(inputShape)),
      layers: layers.map(({ shape }, p) => mean(this.#spikes[p]!, shapeSize(shape))),
    };
  }
}

/** The network as it was trained, beside others of its kind. */
class RoundingMeter {
  readonly #needs: Needs;
  readonly #trained: PopulationRun;
  readonly #parts: Map<Station, PopulationRun>;
  readonly #integers: IntegerRun;
  readonly #stations: readonly {
    readonly rounded: Station;
    answersChanged: number;
    readonly populations: ReturnType<typeof newDifference>[];
  }[];
  readonly #spikesTrained: number[];
  readonly #sent: SentPackets;

  /** @param stations what is compared; the integers are among them */
  constructor(needs: Needs, stations: readonly Station[]) {
    const { spikingGraph, schedule, quantised } = needs;
    const { graph, scales } = quantised;
    const run = (network: PopulationGraph): PopulationRun => new PopulationRun(network, schedule.depths, 'trained');
    this.#needs = needs;
    this.#trained = run(spikingGraph);
    this.#parts = new Map<Station, PopulationRun>(
      ROUNDED_PARTS.filter((part) => stations.includes(part)).map(
        (part) => [part, run(rounded(spikingGraph, graph.layers, scales, part))] as const,
      ),
    );
    if (stations.includes('activations'))
      this.#parts.set('activations', new PopulationRun(spikingGraph, schedule.depths));
    this.#integers = new IntegerRun(quantised, spikingGraph, schedule.depths);
    this.#stations = stations.map((name) => ({
      ...{ rounded: name, answersChanged: 0 },
      populations: spikingGraph.populations.map(newDifference),
    }));
    this.#spikesTrained = spikingGraph.populations.map(() => 0);
    this.#sent = new SentPackets(graph);
  }

  add({ x }: KeptSample): void {
    const { spikingGraph } = this.#needs;
    const { encoding } = spikingGraph;
    const payloads = quantiseInput(x, encoding);
    const trained = activityOf(this.#trained, x, spikingGraph);
    const chip = this.#integers.activity(payloads);
    const activity = (station: Station): Activity => {
      if (station === 'chip') return chip;
      if (station === 'input') return activityOf(this.#trained, realInput(payloads, encoding.step), spikingGraph);
      return activityOf(this.#parts.get(station)!, x, spikingGraph);
    };
    for (const station of this.#stations) {
      const other = activity(station.rounded);
      if (other.answer !== trained.answer) station.answersChanged++;
      station.populations.forEach((difference, p) => {
        addDifference(difference, trained, other, p);
      });
    }
    countSpikes(trained, this.#spikesTrained);
    this.#sent.add(payloads, chip);
  }

  /** Spikes of all populations that are not those of the training, for all numbers as the chip has them. */
  get changed(): number {
    const chip = this.#stations.find(({ rounded }) => rounded === 'chip')!;
    return chip.populations.reduce((sum, { changed }) => sum + changed, 0);
  }

  /** Spikes of all populations as they were trained. */
  get spikes(): number {
    return this.#spikesTrained.reduce((sum, each) => sum + each, 0);
  }

  rounding(samples: number, advice: string[]): RoundingRecord {
    return {
      samples,
      advice,
      populations: this.#needs.spikingGraph.populations.map(({ name }, p) => ({
        name,
        spikes: this.#spikesTrained[p]!,
      })),
      stations: this.#stations.map((station) => ({ ...station, populations: station.populations.map(recordOf) })),
    };
  }

  rates(samples: number): PacketRates {
    return this.#sent.rates(samples);
  }
}

const realInput = (payloads: Int16Array, step: number): Float64Array =>
  Float64Array.from(payloads, (payload) => payload * step);

function countSpikes({ fired }: Activity, into: number[]): void {
  fired.forEach((steps, p) => {
    for (const each of steps) into[p]! += each.length;
  });
}

/** @throws whatever the signal was aborted with */
async function measureRounding(needs: Needs, hooks: SampleHooks): Promise<Measured> {
  const { quantised, samples, options } = needs;
  if (options.ledgerSamples === 0) return measureRates(needs, hooks);
  const looked = samples.slice(0, Math.max(options.ledgerSamples, RATE_SAMPLES));
  if (looked.length === 0) return { rounding: undefined, rates: assumedRates(quantised.graph.layers.map(fires)) };
  const stations = STATIONS.filter((station) => station !== 'activations' || hasLayers(needs.spikingGraph));
  const meter = new RoundingMeter(needs, stations);
  for (const [s, sample] of looked.entries()) {
    await letInterrupt(hooks);
    meter.add(sample);
    hooks.onProgress(s + 1, looked.length);
  }
  const advice = await adviseWidth(needs, meter, looked, hooks);
  return { rounding: meter.rounding(looked.length, advice), rates: meter.rates(looked.length) };
}

/** Where no ledger is wanted: the spikes of the integers alone. */
async function measureRates(
  { quantised, schedule, spikingGraph, samples }: Needs,
  hooks: SampleHooks,
): Promise<Measured> {
  const { graph } = quantised;
  const looked = samples.slice(0, RATE_SAMPLES);
  if (looked.length === 0) return { rounding: undefined, rates: assumedRates(graph.layers.map(fires)) };
  const integers = new IntegerRun(quantised, spikingGraph, schedule.depths);
  const sent = new SentPackets(graph);
  for (const { x } of looked) {
    await letInterrupt(hooks);
    const payloads = quantiseInput(x, spikingGraph.encoding);
    sent.add(payloads, integers.activity(payloads));
  }
  return { rounding: undefined, rates: sent.rates(looked.length) };
}

/** Bits of a weight on average. */
function meanBits(graph: QuantisedGraph): number {
  const branches = graph.layers.flatMap((layer) => layer.branches);
  const weights = branches.reduce((sum, { operator }) => sum + operator.weight.length, 0);
  return branches.reduce((sum, branch) => sum + branch.operator.weight.length * widthOf(graph, branch), 0) / weights;
}

/** Wider weights, if they were seen to change less. */
async function adviseWidth(
  needs: Needs,
  { changed, spikes }: RoundingMeter,
  looked: readonly KeptSample[],
  hooks: SampleHooks,
): Promise<string[]> {
  const { spikingGraph, schedule, options } = needs;
  const times = WIDEST / meanBits(needs.quantised.graph);
  if (changed <= WORTH_A_TRIAL * spikes || times <= 1) return [];
  let quantised: QuantisedPopulations;
  try {
    quantised = quantisePopulations(spikingGraph, schedule, { ...options, weightBits: WIDEST, layerWidths: undefined });
  } catch (error) {
    // Such weights do not fit the target: there is nothing to advise.
    if (error instanceof DiagnosticError) return [];
    throw error;
  }
  const wide = new RoundingMeter({ ...needs, quantised }, ['chip']);
  for (const sample of looked) {
    await letInterrupt(hooks);
    wide.add(sample);
  }
  if (wide.changed >= changed) return [];
  return [
    `${option('weightBits', WIDEST)} changes ${wide.changed} of ${spikes} spikes on these samples, not ${changed}, and takes ${Number(times.toFixed(1))} times the memory for weights`,
  ];
}

/** Of a graph whose steps and rule were taken from elsewhere: what never fires, or always, was hardly trained so. */
function lifeless({ spikingGraph }: Needs, { rates }: Measured): Diagnostic[] {
  const { populations, steps, taken, dt } = spikingGraph;
  if (taken === undefined || rates.samples === 0) return [];
  return populations.flatMap(({ name, parameters, shape, program, connections }, p) => {
    const rate = rates.layers[p]!;
    // What hears nothing sends constants.
    if (connections.length === 0) return [];
    if (parameters.threshold === undefined || !sendsSpikes(program) || (rate > 0 && rate < steps)) return [];
    const spikes = Math.round(rate * shapeSize(shape) * rates.samples);
    return [
      diagnostic(
        'W0315',
        `"${name}" sends ${spikes} spikes in ${rates.samples} samples of ${steps} steps from ${shapeSize(shape)} neurons: it ${rate === 0 ? 'never fires' : 'fires in every step'}`,
        undefined,
        dt === undefined
          ? 'check that the samples are such as it was trained on'
          : `check ${option('dt')} and ${option('nirOrigin')}, and that the samples are such as it was trained on`,
      ),
    ];
  });
}

/** @throws whatever the signal was aborted with */
export const measureRoundingPass = pass({
  name: 'measure-rounding',
  says: 'of populations: what rounding changes on the samples, by its cause; and the spikes that the mapping weighs',
  run: async (level: Needs, tools) => {
    const measured = await measureRounding(level, tools);
    lifeless(level, measured).forEach(tools.warn);
    return measured;
  },
  print: ({ rounding }) => (rounding === undefined ? 'no samples' : JSON.stringify(rounding, undefined, 2)),
  verify: ({ rates }, { quantised }) => {
    must(rates.layers.length === quantised.graph.layers.length, 'a rate for every population');
  },
});
