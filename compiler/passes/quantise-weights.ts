/**
 * From float to the integers of the chip. Per output channel one even threshold Θ, shared by all branches that reach the
 * neuron; each branch has its own left shift, so a branch with large weights does not cost another its precision, and
 * the fractional bits of the membrane potential keep bias and initial potential from rounding away.
 */
import {
  diagnostic,
  failMisfit,
  leastThatFits,
  type Diagnostic,
  type InputEncoding,
  type Target,
  type StoredBits,
  option,
} from '../../isa/index.ts';
import type { ConvertedGraph, ConvertedLayer } from '../ir/layers.ts';
import type { SpikingGraph } from '../ir/spiking.ts';
import { fires } from '../layer-neurons.ts';
import type { QuantisationFacts, QuantiseContext, QuantiseOptions } from './quantise/context.ts';
import { LayerQuantiser } from './quantise/layer-quantiser.ts';
import { RoundedRun } from './quantise/hear-layer.ts';
import { chosenRounding } from './quantise/rounding.ts';
import type { SecondOrder } from './quantise/second-order.ts';
import { correctionSamples, type KeptSample } from './calibrate/kept-samples.ts';
import type { BuildOptions, Rounding } from '../options.ts';
import { pass } from '../pass.ts';
import { printQuantisedGraph } from '../print/print-layers.ts';
import { verifyQuantised, verifyWidths } from '../verify/verify-quantised.ts';
import type { ChosenWidths } from './choose-widths.ts';
import type { Schedule } from '../ir/schedule.ts';

/** Squared error of a layer's weights relative to their squares beyond which a warning is given: 22 % of their size. */
const LARGE_WEIGHT_ERROR = 0.05;

export interface QuantiseResult {
  readonly graph: ConvertedGraph;
  /** Per layer. */
  readonly facts: readonly QuantisationFacts[];
  readonly warnings: readonly Diagnostic[];
  /** Real value of one unit of a read-out accumulator. */
  readonly outputStep: number;
  readonly rounding: Rounding;
}

/**
 * @param run what the rounding of a layer follows; absent: weights are rounded to nearest
 * @throws DiagnosticError E0303 where no threshold fits the membrane potential
 */
export async function quantiseWeights(
  spiking: SpikingGraph,
  schedule: Schedule,
  encoding: InputEncoding,
  options: QuantiseOptions,
  run?: RoundedRun,
): Promise<QuantiseResult> {
  for (const bits of new Set(options.layerBits ?? [options.weightBits])) checkWidth(options.target, bits);
  const warnings: Diagnostic[] = [];
  const facts: QuantisationFacts[] = [];
  let outputStep = 1;
  const { graph } = spiking;
  const heard: (SecondOrder | undefined)[] = [];
  const context = { spiking, schedule, encoding, options, heard };
  const layers: ConvertedLayer[] = [];
  for (let l = 0; l < graph.layers.length; l++) {
    heard.push(await run?.hear(l));
    const quantiser = new LayerQuantiser(l, context);
    if (run !== undefined) {
      if (heard[l] === undefined) warnings.push(nearestWarning(graph.layers[l]!.name));
      await quantiser.findClips(() => run.breathe());
    }
    const result = quantiser.quantise();
    if (result === undefined) return potentialMisfit(context);
    facts.push(result.facts);
    if (result.facts.shrunkChannels > 0) warnings.push(shrinkWarning(result.facts, options.target));
    if (!fires(result.layer)) outputStep = 1 / result.unit;
    // What a layer heard takes memory.
    heard[l] = undefined;
    layers.push(result.layer);
    await run?.send(l, result.layer);
  }
  const coarse = coarseWarning(facts, run !== undefined);
  if (coarse !== undefined) warnings.push(coarse);
  return {
    graph: {
      name: graph.name,
      inputShape: graph.inputShape,
      inputRange: [encoding.payloadMin, encoding.payloadMax],
      weightBits: options.weightBits,
      window: spiking.window,
      ticks: schedule.ticks,
      layers,
    },
    facts,
    warnings,
    outputStep,
    rounding: run === undefined ? 'nearest' : 'second-order',
  };
}

/** Names the layer that needs most bits, and how many make all layers fit. */
function potentialMisfit(context: QuantiseContext): never {
  const { spiking, options } = context;
  const { target } = options;
  const { vBits } = target.widths;
  const needed = spiking.graph.layers.map((_, l) =>
    leastThatFits(
      target,
      'widths.vBits',
      (raised) =>
        new LayerQuantiser(l, { ...context, options: { ...options, target: raised } }).quantise() !== undefined,
    ),
  );
  const worst = needed.reduce((most, bits, l) => (bits > needed[most]! ? l : most), 0);
  const bits = needed[worst]!;
  failMisfit(target, {
    code: 'E0303',
    message: `the membrane potential needs ${bits} bit at T = ${spiking.window}; ${target.name} has ${vBits}, ${bits - vBits} too few`,
    figure: 'widths.vBits',
    needed: bits,
    place: { layer: spiking.graph.layers[worst]!.name },
    remedy: `use a shorter window (${option('window')}) or fewer inputs per neuron`,
  });
}

/**
 * A memory of bytes holds weights of 16 bit too.
 *
 * @throws DiagnosticError E0312 where the target does not store such weights
 */
export function checkWidth(target: Target, weightBits: StoredBits): void {
  const stored: StoredBits[] = target.widths.weightBits.toSorted((a, b) => a - b);
  if (stored.includes(8)) stored.push(16);
  if (stored.includes(weightBits)) return;
  const nearest = stored.find((bits) => bits > weightBits) ?? stored.at(-1)!;
  failMisfit(target, {
    code: 'E0312',
    message: `${target.name} stores weights of ${stored.join(', ')} bit, not ${weightBits}`,
    figure: 'widths.weightBits',
    needed: Math.min(weightBits, 8),
    available: nearest,
    remedy: `use ${option('weightBits', nearest)}`,
  });
}

function shrinkWarning(layerFacts: QuantisationFacts, target: Target): Diagnostic {
  return diagnostic(
    'W0302',
    `${layerFacts.shrunkChannels} thresholds were made smaller, by up to a factor of ${layerFacts.shrinkFactor.toFixed(2)}, to fit ${target.widths.vBits} bit of membrane potential`,
    { layer: layerFacts.layer },
    `a shorter window (${option('window')}) or a target with a wider membrane potential keeps full precision`,
  );
}

const nearestWarning = (layer: string): Diagnostic =>
  diagnostic(
    'W0312',
    'weights are rounded to nearest: its connections are irregular, or too many reach a neuron to follow what they hear',
    { layer },
    `wider weights (${option('weightBits', 8)}) need no rounding of second order`,
  );

/** One warning for the network: that all of its layers are too coarse is usual below 4 bit. */
function coarseWarning(facts: readonly QuantisationFacts[], secondOrder: boolean): Diagnostic | undefined {
  const coarse = facts.filter(({ weightError }) => weightError > LARGE_WEIGHT_ERROR);
  if (coarse.length === 0) return undefined;
  const worst = coarse.reduce((a, b) => (b.weightError > a.weightError ? b : a));
  const { weightBits } = worst;
  const bits = coarse.map((each) => each.weightBits);
  const [narrowest, widest] = [Math.min(...bits), Math.max(...bits)];
  const widths = narrowest === widest ? `${widest}` : `${narrowest} to ${widest}`;
  return diagnostic(
    'W0306',
    `weights of ${widths} bit are too coarse for ${coarse.length} of ${facts.length} layers; here they lose ${Math.round(100 * Math.sqrt(worst.weightError))} % of their size (root mean square)`,
    { layer: worst.layer },
    weightBits < 8
      ? `${option('weightBits', weightBits < 4 ? '4 or 8' : 8)} loses less, as does ${secondOrder ? '' : `${option('rounding', 'second-order')} with calibration data, or `}a network trained with weights of this width`
      : `thresholds per channel (${option('per', 'channel')}) lose less`,
  );
}

interface Needs {
  readonly spiking: SpikingGraph;
  readonly schedule: Schedule;
  readonly encoding: InputEncoding;
  readonly options: BuildOptions;
  readonly samples: readonly KeptSample[];
  readonly widths: ChosenWidths;
}

/** @throws DiagnosticError E0303, E0312 where no threshold or no weight fits the target */
export const quantiseWeightsPass = pass({
  name: 'quantise-weights',
  says: 'integers with a range proof: weights, shifts, thresholds, biases',
  run: async ({ spiking, schedule, encoding, options, samples, widths }: Needs, tools) => {
    const rounding = chosenRounding(options, samples.length);
    const run =
      rounding === 'second-order' ? new RoundedRun(spiking, correctionSamples(samples), encoding, tools) : undefined;
    const quantised = await quantiseWeights(spiking, schedule, encoding, { ...options, layerBits: widths.bits }, run);
    quantised.warnings.forEach(tools.warn);
    return { quantised };
  },
  print: ({ quantised }) => printQuantisedGraph(quantised.graph),
  verify: ({ quantised: { graph } }, { options }) => {
    verifyQuantised(graph);
    verifyWidths(graph, options.target);
  },
});
