/** Of a network of populations: integers with a range proof, and the graph that cores are planned from. */
import {
  bitsNeeded,
  type Bounds,
  diagnostic,
  type Diagnostic,
  failMisfit,
  option,
  packetBitsOf,
  quantiseInput,
  spanOf,
  type Target,
} from '../../isa/index.ts';
import type { QuantisedGraph } from '../ir/layers.ts';
import type { Schedule } from '../ir/schedule.ts';
import { needsFlags, programPayloads, roomOf } from '../neurons/parts/program-code.ts';
import type { BuildOptions } from '../options.ts';
import type { Population, PopulationGraph } from '../ir/population.ts';
import { type PopulationFacts, quantisePopulation } from '../populations/quantise-population.ts';
import { pass } from '../pass.ts';
import { printQuantisedGraph } from '../print/print-layers.ts';
import { verifyQuantised } from '../verify/verify-quantised.ts';
import { namedWidths } from '../widths.ts';
import { checkWidth } from './quantise-weights.ts';
import type { KeptSample } from './calibrate/kept-samples.ts';

export interface QuantisedPopulations {
  readonly graph: QuantisedGraph;
  /** Per population. */
  readonly facts: readonly PopulationFacts[];
  /** Units of V for 1, per population and channel. */
  readonly scales: readonly Float64Array[];
  /** What one unit of an output stands for, times T. */
  readonly outputStep: number;
}

/** @throws DiagnosticError E0303, E0312, E0320 where no scale, no weight or no packet fits the target */
export function quantisePopulations(
  spikingGraph: PopulationGraph,
  schedule: Schedule,
  { target, weightBits, layerWidths }: Pick<BuildOptions, 'target' | 'weightBits' | 'layerWidths'>,
): QuantisedPopulations {
  const { populations, encoding, steps, name, counts, averages, endless } = spikingGraph;
  const names = populations.map((population) => population.name);
  const widths =
    layerWidths?.kind === 'named' ? namedWidths(names, layerWidths.rules, weightBits) : names.map(() => weightBits);
  for (const bits of new Set(widths)) checkWidth(target, bits);
  const { stepTicks = 1 } = schedule;
  const inputRange = [encoding.payloadMin, encoding.payloadMax] as const;
  // What is read carries counts alone (readPopulations).
  const payloads = populations.map(({ program }) => programPayloads(program) ?? { min: 0, max: 1 });
  populations.forEach((population, p) => {
    requirePackets(population, payloads[p]!, target);
  });
  const made = populations.map((population, p) =>
    quantisePopulation(population, {
      ...{
        target,
        weightBits: widths[p]!,
        inputStep: encoding.step,
        inputRange,
        payloads,
        steps,
        delays: schedule.delays[p]!,
      },
      endless,
      stepsBehind: Math.floor((schedule.ticks - schedule.depths[p]! - spanOf(steps, stepTicks)) / stepTicks),
    }),
  );
  const usesFlags = made.some(({ neurons }) => needsFlags(neurons.program));
  const layers = made.map(({ neurons, branches }, p) => ({
    ...{ name: populations[p]!.name, shape: populations[p]!.shape },
    branches: widths[p] === weightBits ? branches : branches.map((each) => ({ ...each, weightBits: widths[p]! })),
    ...{ depth: schedule.depths[p]!, currentStart: schedule.currentStarts[p]!, ...neurons },
    code: { ...neurons.code, room: roomOf(neurons.program, usesFlags, target) },
  }));
  return {
    graph: {
      ...{ name, inputShape: encoding.shape, inputRange, weightBits, window: steps, ticks: schedule.ticks, layers },
      ...(steps > 1 && { inputTicks: steps, ...(stepTicks > 1 && { stepTicks }) }),
      ...(endless === true && { endless }),
    },
    facts: made.map(({ facts }) => facts),
    scales: made.map(({ scale }) => scale),
    outputStep: endless === true ? 1 : counts ? steps : (averages === true ? 1 : steps) / made.at(-1)!.scale[0]!,
  };
}

/** @throws DiagnosticError E0320 where packets of the target do not carry what a population sends */
function requirePackets({ name, activation }: Population, { min, max }: Bounds, target: Target): void {
  const bits = packetBitsOf(target);
  const largest = Number.isFinite(max) ? max : 1;
  const needed = Math.max(min < 0 ? 1 : 0, largest > 1 ? bitsNeeded({ min: 0, max: largest }) - 1 : 0);
  if (needed <= bits) return;
  const most = 2 ** bits - 1;
  const fewer = most < 2 ? '' : `, or at most ${most} of them`;
  failMisfit(target, {
    code: 'E0320',
    message:
      min < 0
        ? `neurons that take spikes back send a payload of −1, and packets of ${target.name} carry none`
        : `packets of up to ${largest} ${activation === undefined ? 'spikes' : 'levels'} need ${needed} bit; those of ${target.name} have ${bits}`,
    figure: 'widths.packetBits',
    needed,
    place: { layer: name },
    remedy:
      activation === undefined
        ? `let the neurons fire once in a step${fewer}`
        : `use a target whose packets carry counts${most < 2 ? '' : `, or at most ${most} levels (${option('window', most)})`}`,
  });
}

function coarseWarnings({ populations }: PopulationGraph, facts: readonly PopulationFacts[]): Diagnostic[] {
  return facts.flatMap(({ coarseBits }, p) =>
    coarseBits === 0
      ? []
      : [
          diagnostic(
            'W0302',
            `weights and potentials were made coarser by ${coarseBits} bit, so that the membrane potential fits`,
            { layer: populations[p]!.name },
            'a leak, a floor, fewer steps, or a target with a wider membrane potential keep full precision',
          ),
        ],
  );
}

interface Needs {
  readonly spikingGraph: PopulationGraph;
  readonly schedule: Schedule;
  readonly samples: readonly KeptSample[];
  readonly options: BuildOptions;
}

/** @throws DiagnosticError E0303, E0312 where no scale or no weight fits the target */
export const quantisePopulationsPass = pass({
  name: 'quantise-populations',
  says: 'of populations: integers with a range proof for weights, leaks, thresholds',
  run: ({ spikingGraph, schedule, samples, options }: Needs, { warn }) => {
    const quantised = quantisePopulations(spikingGraph, schedule, options);
    coarseWarnings(spikingGraph, quantised.facts).forEach(warn);
    const { encoding, labels } = spikingGraph;
    return {
      ...{ quantised, encoding, ann: labels === undefined ? {} : { labels } },
      chip: quantised.graph,
      selfTestSamples: samples
        .slice(0, spikingGraph.endless === true ? 0 : options.selfTestSamples)
        .map(({ x, label }) => ({ payloads: quantiseInput(x, encoding), label })),
    };
  },
  print: ({ quantised }) => printQuantisedGraph(quantised.graph),
  verify: ({ quantised: { graph } }) => {
    verifyQuantised(graph);
  },
});
