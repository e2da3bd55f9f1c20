/**
 * Runs a few samples through the four forms of the network (the conventional one, the spiking one in floating point, the
 * integers, which the chip computes bit for bit) and writes down where they part.
 */
import { quantiseInput, type InputEncoding } from '../../isa/index.ts';
import { CONVERSIONS } from '../conversions.ts';
import { AnnEvaluator } from '../engines/evaluate-ann.ts';
import type { AnnGraph } from '../ann/ann.ts';
import { LayerEvaluator } from '../engines/evaluate-layers.ts';
import { LayerAccount, type LayerLedger } from './measure/ledger.ts';
import { windowOf } from '../ir/spiking.ts';
import { INPUT, type ConvertedGraph } from '../ir/layers.ts';
import { normBound } from './measure/operator-norm.ts';
import { SpikingSimulator } from '../engines/simulate.ts';
import { simulatedIntegers, simulatedNetwork } from '../engines/simulated-network.ts';
import type { SpikingGraph } from '../ir/spiking.ts';
import { letInterrupt, optionalPass, type SampleHooks } from '../pass.ts';
import { printJson } from '../print/print-json.ts';
import { must } from '../verify/rules.ts';
import type { KeptSample } from './calibrate/kept-samples.ts';
import { StationAccount, type Stations } from './measure/stations.ts';

export interface Ledger {
  readonly samples: number;
  readonly stations: Stations;
  readonly layers: readonly LayerLedger[];
}

export interface MeasuredNetworks {
  readonly ann: AnnGraph;
  /** The node of the conventional network that is its output. */
  readonly outputNode: string;
  readonly spiking: SpikingGraph;
  readonly quantised: ConvertedGraph;
  readonly encoding: InputEncoding;
  /** Real value of one unit of a read-out accumulator. */
  readonly outputStep: number;
}

/** @throws whatever the signal was aborted with */
async function measureConversion(
  networks: MeasuredNetworks,
  samples: readonly KeptSample[],
  hooks: SampleHooks,
): Promise<Ledger> {
  const measurement = new Measurement(networks);
  for (const [k, sample] of samples.entries()) {
    await letInterrupt(hooks);
    measurement.add(sample);
    hooks.onProgress(k + 1, samples.length);
  }
  return measurement.result();
}

class Measurement {
  readonly #networks: MeasuredNetworks;
  readonly #original: AnnEvaluator;
  readonly #reference: LayerEvaluator;
  readonly #float: SpikingSimulator;
  readonly #integer: SpikingSimulator;
  readonly #accounts: readonly LayerAccount[];
  /** Per layer and branch. */
  readonly #norms: readonly (readonly number[])[];
  readonly #stations = new StationAccount();
  #samples = 0;

  constructor(networks: MeasuredNetworks) {
    const { spiking, quantised, ann } = networks;
    const { graph, neurons, window, mode, shiftWindow = window } = spiking;
    this.#networks = networks;
    this.#original = new AnnEvaluator(ann);
    this.#reference = new LayerEvaluator(graph);
    this.#float = new SpikingSimulator(simulatedNetwork(spiking));
    this.#integer = new SpikingSimulator(simulatedIntegers(quantised, mode));
    const shift = (CONVERSIONS[mode].biasShare * window) / shiftWindow;
    this.#accounts = graph.layers.map((layer, l) => new LayerAccount(layer, neurons[l]!, windowOf(spiking, l), shift));
    this.#norms = graph.layers.map(({ branches, shape }) => branches.map((branch) => normBound(branch, shape)));
  }

  add({ x, label }: KeptSample): void {
    const { encoding, outputStep, spiking, outputNode } = this.#networks;
    const { graph, window } = spiking;
    this.#original.run(x);
    this.#reference.run(x);
    this.#float.run(x);
    this.#integer.run(quantiseInput(x, encoding));
    const bounds: number[] = [];
    graph.layers.forEach(({ branches }, l) => {
      const inheritedBound = branches.reduce(
        (sum, { source }, b) => (source === INPUT ? sum : sum + this.#norms[l]![b]! * bounds[source]!),
        0,
      );
      const bound = this.#accounts[l]!.add({
        activations: this.#reference.activation(l),
        counts: this.#float.counts(l),
        potentials: this.#float.potentials(l),
        integerCounts: this.#integer.counts(l),
        inheritedBound,
      });
      bounds.push(bound);
    });
    this.#stations.add(label, [
      this.#original.output(outputNode),
      this.#float.readout().map((v) => v / window),
      this.#integer.readout().map((v) => (v * outputStep) / window),
    ]);
    this.#samples++;
  }

  result(): Ledger {
    return {
      samples: this.#samples,
      stations: this.#stations.result(),
      layers: this.#accounts.map((account) => account.result()),
    };
  }
}

interface Needs {
  readonly networks: MeasuredNetworks;
  readonly ledgerSamples: readonly KeptSample[];
  /** undefined until it is made. */
  readonly ledger: Ledger | undefined;
}

/** @throws whatever the signal was aborted with */
export const measureConversionPass = optionalPass({
  name: 'measure-conversion',
  says: 'the ledger: a few samples through all forms of the network, layer by layer',
  when: ({ ledgerSamples }: Needs) => ledgerSamples.length > 0,
  run: async ({ networks, ledgerSamples }, tools): Promise<{ readonly ledger: Ledger | undefined }> => ({
    ledger: await measureConversion(networks, ledgerSamples, tools),
  }),
  print: ({ ledger }) => printJson(ledger),
  verify: ({ ledger }, { networks, ledgerSamples }) => {
    must(ledger?.samples === ledgerSamples.length, 'the ledger is of all samples');
    must(ledger?.layers.length === networks.quantised.layers.length, 'the ledger has every layer');
  },
});
