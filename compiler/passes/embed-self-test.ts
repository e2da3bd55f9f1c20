/** Runs a few samples through the reference interpreter and keeps its answers for the chip to be tested against. */
import { SpikeDigest, SpikeSet, type SelfTest, type SelfTestSample } from '../../isa/index.ts';
import { ReferenceInterpreter, type ReferenceView } from '../engines/interpret.ts';
import type { QuantisedGraph } from '../ir/layers.ts';
import { fires } from '../layer-neurons.ts';
import { letInterrupt, type SampleHooks } from '../pass-runner.ts';

export interface QuantisedSample {
  /** Payloads, NCHW. */
  readonly payloads: Int16Array;
  /** -1 = unknown. */
  readonly label: number;
}

/**
 * @param samples payloads within the range of the graph's input
 * @throws whatever the signal was aborted with
 */
export async function embedSelfTest(
  graph: QuantisedGraph,
  samples: readonly QuantisedSample[],
  hooks: SampleHooks,
): Promise<SelfTest> {
  const interpreter = new ReferenceInterpreter(graph);
  const layers = graph.layers.map((layer) => {
    const { name, shape, depth } = layer;
    return { name, shape, depth, fires: fires(layer) };
  });
  const spikes = new SpikeSet(layers, graph.ticks);
  const collect = (tick: number, view: ReferenceView): void => {
    for (let l = 0; l < graph.layers.length; l++) {
      const map = view.spikes(l);
      for (let index = 0; index < map.length; index++) if (map[index] === 1) spikes.add(l, index, tick);
    }
  };
  const done: SelfTestSample[] = [];
  for (const { payloads, label } of samples) {
    spikes.clear();
    const ticks = interpreter.ticks(payloads, collect);
    let next = ticks.next();
    for (; next.done !== true; next = ticks.next()) {
      await letInterrupt(hooks);
    }
    const digest = new SpikeDigest();
    digest.add({ spikes });
    const { readout, spikes: count } = next.value;
    done.push({ input: payloads, label, readout, spikes: count, spikeDigest: digest.hex() });
    hooks.onProgress(done.length, samples.length);
  }
  return { samples: done };
}
