/** Spikes and membrane potentials of chosen neurons, tick by tick. */
import { type Chip, shapeSize } from '../../isa/machine.ts';
import type { TickObserver, TickView } from '../machine/observer.ts';

/** A layer that is watched, or one neuron of it. */
export interface Probe {
  /** Index of the layer in the chip. */
  readonly layer: number;
  /** NCHW index of the one neuron; absent: all neurons of the layer, in NCHW order. */
  readonly neuron?: number;
}

/** What a probe saw in one inference: element [tick * neurons + neuron]. */
export interface ProbeTrace {
  readonly neurons: number;
  /** 1 where the neuron fired in the tick, else 0. */
  readonly spikes: Uint8Array;
  /** Membrane potentials after the tick, that is after the reset of what fired. */
  readonly potentials: Int32Array;
}

/** Neurons that a probe watches. */
export const probedNeurons = ({ layers }: Chip, { layer, neuron }: Probe): number =>
  neuron === undefined ? shapeSize(layers[layer]!.shape) : 1;

/** Watches one inference after the other, in memory that depends on the chip and the probes alone. */
export class ProbeObserver implements TickObserver {
  /** By probe; of the inference that was watched last. */
  readonly traces: readonly ProbeTrace[];
  readonly #probes: readonly Probe[];
  readonly #layers: readonly number[];

  constructor(chip: Chip, probes: readonly Probe[]) {
    this.#probes = probes;
    this.#layers = [...new Set(probes.map(({ layer }) => layer))];
    this.traces = probes.map((probe) => {
      const neurons = probedNeurons(chip, probe);
      const values = neurons * chip.ticks;
      return { neurons, spikes: new Uint8Array(values), potentials: new Int32Array(values) };
    });
  }

  onTick(tick: number, view: TickView): void {
    for (const layer of this.#layers) {
      const potentials = view.potential(layer);
      const fired = view.fired(layer);
      this.#probes.forEach((probe, k) => {
        if (probe.layer === layer) take(this.traces[k]!, tick, probe.neuron, potentials, fired);
      });
    }
  }
}

function take(
  { neurons, spikes, potentials }: ProbeTrace,
  tick: number,
  neuron: number | undefined,
  ofLayer: Int32Array,
  fired: readonly number[],
): void {
  const start = tick * neurons;
  if (neuron !== undefined) {
    potentials[start] = ofLayer[neuron]!;
    spikes[start] = fired.includes(neuron) ? 1 : 0;
    return;
  }
  potentials.set(ofLayer, start);
  spikes.fill(0, start, start + neurons);
  for (const index of fired) spikes[start + index] = 1;
}
