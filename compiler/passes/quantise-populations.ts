/** Of a network of populations: integers with a range proof, and the graph that cores are planned from. */
import { diagnostic, type Diagnostic, quantiseInput, spanOf } from '../../isa/index.ts';
import type { QuantisedGraph } from '../ir/layers.ts';
import type { Schedule } from '../ir/schedule.ts';
import { needsFlags, programPayloads, roomOf } from '../neurons/parts/program-code.ts';
import type { BuildOptions } from '../options.ts';
import type { PopulationGraph } from '../ir/population.ts';
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

/** @throws DiagnosticError E0303, E0312 where no scale or no weight fits the target */
export function quantisePopulations(
  spikingGraph: PopulationGraph,
  schedule: Schedule,
  { target, weightBits, layerWidths }: Pick<BuildOptions, 'target' | 'weightBits' | 'layerWidths'>,
): QuantisedPopulations {
  const { populations, encoding, steps, name, counts } = spikingGraph;
  const names = populations.map((population) => population.name);
  const widths =
    layerWidths?.kind === 'named' ? namedWidths(names, layerWidths.rules, weightBits) : names.map(() => weightBits);
  for (const bits of new Set(widths)) checkWidth(target, bits);
  const { stepTicks = 1 } = schedule;
  const inputRange = [encoding.payloadMin, encoding.payloadMax] as const;
  // What is read carries counts alone (readPopulations).
  const payloads = populations.map(({ program }) => programPayloads(program) ?? { min: 0, max: 1 });
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
    },
    facts: made.map(({ facts }) => facts),
    scales: made.map(({ scale }) => scale),
    outputStep: counts ? steps : steps / made.at(-1)!.scale[0]!,
  };
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
        .slice(0, options.selfTestSamples)
        .map(({ x, label }) => ({ payloads: quantiseInput(x, encoding), label })),
    };
  },
  print: ({ quantised }) => printQuantisedGraph(quantised.graph),
  verify: ({ quantised: { graph } }) => {
    verifyQuantised(graph);
  },
});
