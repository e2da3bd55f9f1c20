/** A network as its file gives it: the two kinds by which networks come in. */
import type { AnnGraph } from './ann.ts';
import type { LayerIndex } from '../ir/layers.ts';
import type { PopulationNetwork } from '../ir/population.ts';
import type { Conversion } from '../ir/conversion.ts';

/** Trained with activations; a build makes it spiking. */
export interface ConventionalNetwork {
  readonly kind: 'conventional';
  readonly ann: AnnGraph;
}

/** With neurons of its own: what `snnc convert` wrote. A build takes them as they are. */
export interface SpikingNetwork {
  readonly kind: 'spiking';
  /** The conventional network that it stands for: its layers and weights. */
  readonly ann: AnnGraph;
  /** Its neurons, its input and its window. */
  readonly conversion: Conversion;
}

/** Conventional layers around populations. */
export interface ConventionalParts {
  /** Computed in every step from the input of that step; connections from FRONT hear its output. */
  readonly front?: AnnGraph;
  /** Computed once, from the spike counts of a population, in the place of its decoding. */
  readonly head?: { readonly ann: AnnGraph; readonly reads: LayerIndex };
}

/** Of populations, and layers in front of them and behind one of them. */
export interface TrainedNetwork extends PopulationNetwork {
  readonly layers?: ConventionalParts;
}

/** What has a conventional network in it. */
export type AnnNetwork = ConventionalNetwork | SpikingNetwork;

export type Network = AnnNetwork | TrainedNetwork;
