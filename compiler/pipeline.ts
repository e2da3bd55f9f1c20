/**
 * The passes in the order in which a build runs them. This list is the table of contents of the compiler, what `snnc
 * passes` prints and what `--dump-after` names.
 */
export const PASSES = [
  ['read-network', 'ONNX or net.json → operator graph, all shapes known'],
  ['form-layers', 'operator graph → spiking layers: fold normalisation and pooling, close a layer at every activation'],
  ['fire-output', 'paper mode: the last layer fires, and a read-out counts its spikes'],
  ['calibrate-activations', 'run the conventional network on calibration data, keep histograms per channel'],
  ['choose-thresholds', 'thresholds per layer or channel: maximum, percentile or least squares'],
  ['balance-thresholds', '--balance: thresholds follow what they clip'],
  ['set-neurons', 'threshold, initial potential and bias of every neuron, as the mode wants them'],
  ['correct-bias', '--correct bias, both: what a channel lacks on average goes into its bias, layer by layer'],
  ['correct-potential', '--correct potential, both: the same into its initial potential'],
  ['schedule-ticks', 'depth, window and delays of every layer'],
  ['encode-input', 'image values → event payloads'],
  ['measure-rates', 'spikes of each layer in a few samples, for the traffic that the mapping weighs'],
  ['quantise-weights', 'integers with a range proof: weights, shifts, thresholds, biases'],
  [
    'assign-tiles',
    'which neurons share a core: blocks with little traffic between them, within all limits of a core; who hears whom',
  ],
  ['place-tiles', 'cores → places, so that packets take few hops: simulated annealing'],
  ['route-trees', 'the multicast trees, and the routing tables'],
  ['compare-placements', 'the placement beside those of simpler methods'],
  ['emit-chip', 'programs, parameters, synapses, sink tables'],
  ['embed-self-test', 'a few samples with the answers of the reference interpreter'],
  ['measure-conversion', 'the ledger: a few samples through all forms of the network, layer by layer'],
] as const satisfies readonly (readonly [name: string, meaning: string])[];

export type PassName = (typeof PASSES)[number][0];
