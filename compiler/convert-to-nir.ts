/** From the bytes of a network file to a NIR graph: of populations as they are, of other networks as they were converted. */
import {
  AS_TRAINED,
  type ConvertRecord,
  type Diagnostic,
  diagnostic,
  fail,
  namesFit,
  option,
  shapeSize,
} from '../isa/index.ts';
import { refuseConversion } from './build-populations.ts';
import { chooseOptions } from './choose/choose-options.ts';
import { conversionLosses } from './conversion-losses.ts';
import { INPUT } from './ir/layers.ts';
import type { NeuronRule } from './ir/neuron-rule.ts';
import type { Connection, Population, PopulationNetwork } from './ir/population.ts';
import { checkLabels } from './labels.ts';
import { valuesByRole } from './layer-neurons.ts';
import { forEachWeight } from './linear/branch-weights.ts';
import type { BuildRequest } from './options.ts';
import { PassRunner, type BuildHooks } from './pass-runner.ts';
import { READ } from './pipeline.ts';
import { programOf } from './populations/rules.ts';
import { calibrateNetwork, formAnn, scheduleNetwork, type Scheduled } from './stages.ts';
import { writeNir } from './write/nir/write-nir.ts';

export interface ConvertedToNir {
  readonly file: Uint8Array;
  /** What the graph does not say. */
  readonly lost: readonly string[];
  readonly facts: Omit<ConvertRecord, 'format' | 'files' | 'warnings' | 'lost'>;
  readonly warnings: readonly Diagnostic[];
}

/** @throws DiagnosticError for every fault of the network and the data, and for what cannot be written as NIR at all */
export async function convertToNir(request: BuildRequest, hooks: BuildHooks): Promise<ConvertedToNir> {
  const run = new PassRunner(hooks);
  const { network } = await run.through(READ, request);
  if (network.kind === 'populations' && network.layers !== undefined)
    fail(
      'E0207',
      'the network has conventional layers beside its populations, and NIR has no node for an activation without spikes',
      { file: request.fileName },
      'build it: `snnc build`; or write the populations alone',
    );
  const { labels } = request.options;
  if (network.kind === 'populations') {
    refuseConversion(request.options, network);
    if (request.calibration !== undefined)
      fail(
        'E0103',
        `${option('calibration')} is of no use: the network is of populations, which are written as they were trained`,
        undefined,
        'leave the option out',
      );
    return written(named(network, labels), factsOf(network), [], run);
  }
  const formed = await formAnn(request, network, run);
  const { calibrated } = await chooseOptions(await calibrateNetwork(formed, run), run);
  const scheduled = await scheduleNetwork(calibrated, calibrated.level.options, run);
  const { mode, window, windows } = scheduled.spiking;
  if (windows !== undefined)
    fail(
      'E0103',
      `layers have windows of ${windows.join(', ')} ticks, and all nodes of a NIR graph run equally long`,
      undefined,
      `leave out ${option('levels')}, or write net.json`,
    );
  const populations = named(populationsOf(scheduled), labels);
  const facts = {
    ...{ ...factsOf(populations), mode, window, threshold: scheduled.thresholdRule, per: scheduled.options.per },
    calibrationSamples: scheduled.calibrationSamples,
  };
  return written(populations, facts, conversionLosses(scheduled), run);
}

/** With names of classes that were given beside the file. @throws DiagnosticError E0103 where there is not one per class */
function named(network: PopulationNetwork, labels: readonly string[] | undefined): PopulationNetwork {
  if (labels === undefined) return network;
  checkLabels(labels, shapeSize(network.populations[network.output.population]!.shape));
  return { ...network, labels };
}

type Facts = ConvertedToNir['facts'];

function written(network: PopulationNetwork, facts: Facts, more: readonly string[], run: PassRunner): ConvertedToNir {
  const { file, lost: fromNodes } = writeNir(network);
  const lost = [...more, ...fromNodes];
  const warnings = lost.map((loss) => diagnostic('W0316', loss));
  return { file, lost, facts, warnings: [...run.warnings, ...warnings] };
}

const factsOf = ({ name, steps, populations }: PopulationNetwork): Facts => ({
  ...{ network: name, mode: AS_TRAINED, window: steps, threshold: AS_TRAINED, per: 'channel', calibrationSamples: 0 },
  layers: populations.map(({ name: layer, rule }) => {
    const values = rule?.firing?.threshold ?? new Float64Array(0);
    const ends = [
      values.reduce((a, b) => Math.min(a, b), Infinity),
      values.reduce((a, b) => Math.max(a, b), 0),
    ] as const;
    return { name: layer, channels: values.length, threshold: values.length === 0 ? null : [...ends] };
  }),
});

/** The converted network in steps: a spike counts as the threshold of the neuron that sent it. */
function populationsOf({ spiking, encoding, ann }: Scheduled): PopulationNetwork {
  const { graph, neurons, window } = spiking;
  const values = neurons.map((layer) => valuesByRole(layer, new Float64Array(0)));
  const populations = graph.layers.map((layer, l): Population => {
    const { threshold, initial, bias } = values[l]!;
    const rule: NeuronRule = {
      ...{ leak: undefined, current: undefined, floor: undefined },
      firing:
        threshold.length === 0
          ? undefined
          : { threshold, comparison: 'ge', reset: { kind: 'subtract', time: 'before decay' }, refractory: 0 },
      bias: bias.some((each) => each !== 0) ? bias : undefined,
      initial: initial.length === 0 ? Float64Array.of(0) : initial,
    };
    const { program, parameters, fed } = programOf(rule);
    const connections = layer.branches.map((branch): Connection => {
      const sent = branch.source === INPUT ? undefined : values[branch.source]!.threshold;
      const weight = Float64Array.from(branch.operator.weight);
      if (sent !== undefined)
        forEachWeight(branch, layer.shape, (k, each, channel) => {
          weight[k] = each * sent[sent.length === 1 ? 0 : channel]!;
        });
      return { ...branch, operator: { ...branch.operator, weight }, delay: 0, plane: fed };
    });
    const biases = connections.map(() => undefined);
    return { name: layer.name, shape: layer.shape, connections, program, parameters, scale: 'channel', rule, biases };
  });
  return {
    ...{ kind: 'populations', name: ann.name, encoding, steps: window, populations },
    output: { population: populations.length - 1, decoding: 'last' },
    ...(namesFit(ann.labels?.length ?? 0, shapeSize(graph.layers.at(-1)!.shape)) && { labels: ann.labels }),
  };
}
