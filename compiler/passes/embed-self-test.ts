/** Runs a few samples through the reference interpreter and keeps its answers for the chip to be tested against. */
import { SpikeDigest, SpikeSet, type LayerInfo, type SelfTest, type SelfTestSample } from '../../isa/index.ts';
import { ReferenceInterpreter } from '../ir/interpret.ts';
import type { QuantisedGraph } from '../ir/layers.ts';

export interface QuantisedSample {
  /** Payloads, NCHW. */
  readonly payloads: Int16Array;
  /** -1 = unknown. */
  readonly label: number;
}

/**
 * @param layers of the chip, in the order of the graph's
 * @param samples payloads within the range of the graph's input
 */
export function embedSelfTest(
  graph: QuantisedGraph,
  layers: readonly LayerInfo[],
  samples: readonly QuantisedSample[],
): SelfTest {
  const interpreter = new ReferenceInterpreter(graph);
  const spikes = new SpikeSet(layers, graph.ticks);
  return {
    samples: samples.map(({ payloads, label }): SelfTestSample => {
      spikes.clear();
      const result = interpreter.run(payloads, (tick, view) => {
        for (let l = 0; l < graph.layers.length; l++) {
          const map = view.spikes(l);
          for (let index = 0; index < map.length; index++) if (map[index] === 1) spikes.add(l, index, tick);
        }
      });
      const digest = new SpikeDigest();
      digest.add({ spikes });
      return { input: payloads, label, readout: result.readout, spikes: result.spikes, spikeDigest: digest.hex() };
    }),
  };
}
