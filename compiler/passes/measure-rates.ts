/**
 * How many packets a neuron of each layer sends in an inference: what the mapping weighs. The float spiking network runs on a
 * few calibration samples, so the rates do not depend on the target and can travel with a converted network.
 */
import { quantiseInput, shapeSize, type InputEncoding, type Shape } from '../../isa/index.ts';
import { CODES, type SpikeCode } from '../codes.ts';
import type { BuildOptions } from '../options.ts';
import type { FloatGraph } from '../ir/layers.ts';
import type { PacketRates, PlaceProfile } from '../ir/rates.ts';
import { assumedRates } from '../layout/packet-rates.ts';
import { SpikingSimulator } from '../engines/simulate.ts';
import { simulatedNetwork } from '../engines/simulated-network.ts';
import type { SpikingGraph } from '../ir/spiking.ts';
import { fires } from '../layer-neurons.ts';
import type { Network } from '../ann/network.ts';
import { letInterrupt, optionalPass, type SampleHooks } from '../pass.ts';
import { verifyRates } from '../verify/verify-float-layers.ts';
import { type KeptSample, RATE_SAMPLES } from './calibrate/kept-samples.ts';

/** One input of the network, NCHW. */
export interface RateSample {
  /** Preprocessed values. */
  readonly x: Float64Array;
  /** What the chip gets for them: an element that is not 0 is one packet. */
  readonly payloads: Int16Array;
}

/** @throws whatever the signal was aborted with */
export async function measureRates(
  spiking: SpikingGraph,
  samples: readonly RateSample[],
  code: SpikeCode,
  hooks: SampleHooks,
): Promise<PacketRates> {
  const { packets } = CODES[code];
  const { layers } = spiking.graph;
  const sends = spiking.neurons.map(fires);
  if (samples.length === 0) return assumedRates(sends);
  const simulator = new SpikingSimulator(simulatedNetwork(spiking));
  const spikes = layers.map(() => 0);
  const places = [spiking.graph.inputShape, ...layers.map(({ shape }) => shape)].map(
    (shape) => new PlaceCounter(shape),
  );
  let inputs = 0;
  for (const [s, { x, payloads }] of samples.entries()) {
    await letInterrupt(hooks);
    simulator.run(x);
    payloads.forEach((payload, k) => {
      if (payload === 0) return;
      if (s < RATE_SAMPLES) inputs++;
      places[0]!.add(placeOf(spiking.graph.inputShape, k), 1);
    });
    for (let l = 0; l < layers.length; l++)
      if (sends[l]!) {
        const [channels] = layers[l]!.shape;
        simulator.counts(l).forEach((count, k) => {
          if (count === 0) return;
          if (s < RATE_SAMPLES) spikes[l]! += packets(count);
          places[l + 1]!.add(Math.floor(k / channels), packets(count));
        });
        // What is taken back was sent, and takes another packet.
        if (s < RATE_SAMPLES) spikes[l]! += 2 * simulator.takenBack(l);
      }
    hooks.onProgress(s + 1, samples.length);
  }
  const measured = Math.min(samples.length, RATE_SAMPLES);
  const mean = (sum: number, shape: FloatGraph['inputShape']): number => sum / measured / shapeSize(shape);
  return {
    samples: measured,
    input: mean(inputs, spiking.graph.inputShape),
    layers: layers.map(({ shape }, l) => mean(spikes[l]!, shape)),
    profiles: places.map((counter) => counter.profile(samples.length)),
  };
}

/** Place of an element, NCHW. */
const placeOf = ([, height, width]: Shape, element: number): number => element % (height * width);

/** Samples that profiles are measured on: where in an image things are differs more than how much there is. */
const PROFILE_SAMPLES = 16;
/** Decimals of a profile: samples are few. */
const PROFILE_SCALE = 1000;

/** Packets by row and by column. */
class PlaceCounter {
  readonly #rows: Float64Array;
  readonly #columns: Float64Array;
  readonly #size: number;
  #sum = 0;
  #senders = 0;

  constructor([channels, height, width]: Shape) {
    this.#size = channels * height * width;
    this.#rows = new Float64Array(height);
    this.#columns = new Float64Array(width);
  }

  add(place: number, packets: number): void {
    const x = place % this.#columns.length;
    this.#rows[(place - x) / this.#columns.length]! += packets;
    this.#columns[x]! += packets;
    this.#sum += packets;
    this.#senders++;
  }

  profile(samples: number): PlaceProfile {
    const relative = (counts: Float64Array): number[] =>
      Array.from(counts, (count) =>
        this.#sum === 0 ? 1 : Math.round((PROFILE_SCALE * count * counts.length) / this.#sum) / PROFILE_SCALE,
      );
    const active = Math.round((PROFILE_SCALE * this.#senders) / this.#size / samples) / PROFILE_SCALE;
    return { rows: relative(this.#rows), columns: relative(this.#columns), active };
  }
}

/** A line per layer. */
function printRates({ layers }: FloatGraph, rates: PacketRates): string {
  const lines = rates.layers.map((rate, l) => `${layers[l]!.name}: ${rate}`);
  return [`${rates.samples} samples`, `input: ${rates.input}`, ...lines].join('\n');
}

interface Needs {
  readonly network: Pick<Network, 'kind'>;
  readonly spiking: SpikingGraph;
  readonly samples: readonly KeptSample[];
  readonly encoding: InputEncoding;
  /** What is assumed, or what the network brought. */
  readonly rates: PacketRates;
  readonly options: BuildOptions;
}

/** @throws whatever the signal was aborted with */
export const measureRatesPass = optionalPass({
  name: 'measure-rates',
  says: 'spikes of each layer in a few samples, for the traffic that the mapping weighs',
  when: ({ network }: Needs) => network.kind === 'conventional',
  run: async ({ spiking, samples, encoding, options }, tools) => {
    const measured = samples.slice(0, PROFILE_SAMPLES).map(({ x }) => ({ x, payloads: quantiseInput(x, encoding) }));
    return { rates: await measureRates(spiking, measured, options.code, tools) };
  },
  print: ({ rates }, { spiking }) => printRates(spiking.graph, rates),
  verify: ({ rates }, { spiking }) => {
    verifyRates(spiking.graph, rates);
  },
});
