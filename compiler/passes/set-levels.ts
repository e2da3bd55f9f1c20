/**
 * Of populations that are conventional layers: how much a level is. The network runs as it was trained on the samples, with
 * activations without levels; thresholds are chosen from what these were, by the rules of a conversion.
 */
import { diagnostic, fail, shapeSize } from '../../isa/index.ts';
import { PopulationRun } from '../engines/population-run.ts';
import { channelLastOrder } from '../engines/scatter.ts';
import type { FloatLayer } from '../ir/layers.ts';
import type { PopulationGraph } from '../ir/population.ts';
import type { Schedule } from '../ir/schedule.ts';
import type { BuildOptions, ThresholdOptions } from '../options.ts';
import { letInterrupt, optionalPass, type SampleHooks } from '../pass.ts';
import { hasLayers, withThresholds } from '../populations/activations.ts';
import { must } from '../verify/rules.ts';
import { silentChannels } from './calibrate-activations.ts';
import { ActivationHistogram } from './calibrate/histogram.ts';
import type { KeptSample } from './calibrate/kept-samples.ts';
import { chooseThresholds, clipThresholds, needsData, thresholdOptionsIn } from './choose-thresholds.ts';

/** How levels are counted: as the layers of a conversion that counts once, when it has heard everything. */
const COUNTING = 'exact';

/** Rule and grain of the thresholds of conventional layers: those asked for, else those of the conversion that counts. */
export const levelOptions = (options: BuildOptions): ThresholdOptions => thresholdOptionsIn(COUNTING, options);

/** The layers as thresholds are chosen for them; what is no layer has none. */
const layersOf = ({ populations }: PopulationGraph) => ({
  layers: populations.map(({ name, shape, activation }): Pick<FloatLayer, 'name' | 'shape' | 'activation'> => {
    if (activation === undefined) return { name, shape, activation: { kind: 'none' } };
    const { limit, isStaircase, levels } = activation;
    return { name, shape, activation: { kind: 'relu', max: limit, ...(isStaircase && { levels }) } };
  }),
});

/** With the levels of staircases, and of 1 elsewhere, so that what is sent is the activation. */
const asTrained = (graph: PopulationGraph): PopulationGraph =>
  withThresholds(
    graph,
    graph.populations.map(
      ({ activation, shape: [channels] }) =>
        activation && new Float64Array(channels).fill(activation.isStaircase ? activation.limit : activation.levels),
    ),
  );

/** Histograms of the activations, per population and channel. */
async function observe(
  graph: PopulationGraph,
  skews: readonly number[],
  samples: readonly KeptSample[],
  hooks: SampleHooks,
): Promise<ActivationHistogram[][]> {
  const run = new PopulationRun(graph, skews, 'trained');
  const looked = graph.populations.flatMap(({ shape, activation }, p) =>
    activation === undefined
      ? []
      : [{ p, activation, order: channelLastOrder(shape), values: new Float64Array(shapeSize(shape)) }],
  );
  const histograms = graph.populations.map(({ shape, activation }) =>
    Array.from({ length: activation === undefined ? 0 : shape[0] }, () => new ActivationHistogram()),
  );
  for (const [s, { x }] of samples.entries()) {
    await letInterrupt(hooks);
    run.run(x, (step, view) => {
      for (const { p, activation, order, values } of looked) {
        if (activation.time === 'end' && step < graph.steps - 1) continue;
        const sent = view.sent(p);
        for (let k = 0; k < order.length; k++) values[k] = sent[order[k]!]!;
        const channels = histograms[p]!;
        const area = values.length / channels.length;
        channels.forEach((histogram, c) => {
          histogram.addAll(values, c * area, (c + 1) * area);
          if (histogram.max === Infinity)
            fail('E0208', `activations overflow in channel ${c}`, { layer: graph.populations[p]!.name });
        });
      }
    });
    hooks.onProgress(s + 1, samples.length);
  }
  return histograms;
}

interface Needs {
  readonly spikingGraph: PopulationGraph;
  readonly schedule: Schedule;
  readonly samples: readonly KeptSample[];
  readonly options: BuildOptions;
}

/** @throws DiagnosticError E0301 where an activation has no upper limit and there are no data, E0208 where one is not finite */
export const setLevelsPass = optionalPass({
  name: 'set-levels',
  says: 'of populations with conventional layers: thresholds of these, from the samples',
  when: ({ spikingGraph }: Needs) => hasLayers(spikingGraph),
  run: async ({ spikingGraph, schedule, samples, options }, tools) => {
    const graph = layersOf(spikingGraph);
    const levels = levelOptions(options);
    if (samples.length === 0) {
      const thresholds = clipThresholds(graph) ?? needsData(graph);
      tools.warn(diagnostic('W0301', 'no calibration data: the clip levels of the activations are the thresholds'));
      return { spikingGraph: withThresholds(spikingGraph, thresholds) };
    }
    const histograms = await observe(asTrained(spikingGraph), schedule.depths, samples, tools);
    silentChannels({ samples: samples.length, histograms }).forEach(tools.warn);
    return { spikingGraph: withThresholds(spikingGraph, chooseThresholds(graph, { histograms }, levels)) };
  },
  print: ({ spikingGraph: { populations } }) =>
    populations
      .filter(({ activation }) => activation !== undefined)
      .map(({ name, parameters }) => `${name}: ${[...parameters.threshold!.values].join(' ')}`)
      .join('\n'),
  verify: ({ spikingGraph: { populations } }) => {
    for (const { name, activation, parameters } of populations)
      if (activation !== undefined)
        must(
          parameters.threshold!.values.every((level) => level > 0 && Number.isFinite(level)),
          'levels are finite and above 0',
          name,
        );
  },
});
