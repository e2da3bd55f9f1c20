/** Runs a few samples through the reference interpreter and keeps its answers for the chip to be tested against. */
import { shapeSize, SpikeDigest, SpikeSet, type SelfTest, type SelfTestSample } from '../../isa/index.ts';
import { ReferenceInterpreter, type ReferenceView } from '../engines/interpret.ts';
import type { QuantisedGraph } from '../ir/layers.ts';
import { fires } from '../layer-neurons.ts';
import { letInterrupt, pass, type SampleHooks } from '../pass.ts';
import { must } from '../verify/rules.ts';

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
async function embedSelfTest(
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
      for (let index = 0; index < map.length; index++) if (map[index] !== 0) spikes.add(l, index, tick);
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

interface Needs {
  /** The layers as the chip has them. */
  readonly chip: QuantisedGraph;
  readonly selfTestSamples: readonly QuantisedSample[];
}

/** @throws whatever the signal was aborted with */
export const embedSelfTestPass = pass({
  name: 'embed-self-test',
  says: 'a few samples with the answers of the reference interpreter',
  run: async ({ chip, selfTestSamples }: Needs, tools) => ({
    selfTest: await embedSelfTest(chip, selfTestSamples, tools),
  }),
  print: ({ selfTest }) => `${selfTest.samples.length} samples`,
  verify: ({ selfTest }, { chip, selfTestSamples }) => {
    must(selfTest.samples.length === selfTestSamples.length, 'every sample has its answer');
    const outputs = chip.layers.at(-1)!.shape;
    must(
      selfTest.samples.every(({ readout }) => readout.length === shapeSize(outputs)),
      'an answer has a number for every output',
    );
  },
});
