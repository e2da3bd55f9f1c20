/** Of a network of populations: by how many ticks each runs late, and what delays its connections have on the chip. */
import { diagnostic, DiagnosticError, failMisfit, option, spanOf, type Target } from '../../isa/index.ts';
import { INPUT } from '../ir/layers.ts';
import type { Schedule } from '../ir/schedule.ts';
import { type BuildOptions, MOST_STEP_TICKS } from '../options.ts';
import type { PopulationGraph } from '../ir/population.ts';
import { type Delayed, solveSkews } from '../populations/skews.ts';
import { pass } from '../pass.ts';
import { printJson } from '../print/print-json.ts';
import { must } from '../verify/rules.ts';

/** With delays in ticks. */
const delayedOf = ({ populations }: PopulationGraph, stepTicks: number): Delayed[] =>
  populations.flatMap(({ connections }, to) =>
    connections.map(({ source: from, delay }) => ({ from, to, delay: stepTicks * delay })),
  );

/** @throws DiagnosticError E0318 for a cycle without delay, E0313 where delays need more slots than the axon scheduler has */
export function skewPopulations(graph: PopulationGraph, target: Target, stepTicks = 1): Schedule {
  const { populations, steps } = graph;
  const slots = target.limits.delaySlots;
  const found = solveSkews(populations.length, delayedOf(graph, stepTicks), slots);
  if (found.kind === 'cycle')
    throw new DiagnosticError([cycleFault(graph, found.cycle, stepTicks, leastStepTicks(graph, slots))]);
  if (found.kind === 'slots')
    failMisfit(target, {
      code: 'E0313',
      message: `the delays of the connections need ${found.needed} slots; ${target.name} has ${slots}, ${found.needed - slots} too few`,
      figure: 'limits.delaySlots',
      needed: found.needed,
      remedy: 'use shorter delays, or let connections skip fewer populations',
    });
  const { skews } = found;
  const delays = populations.map(({ connections }, to) =>
    connections.map(({ source, delay }) => stepTicks * delay + skews[to]! - (source === INPUT ? 0 : skews[source]!)),
  );
  const ticks = skews.at(-1)! + spanOf(steps, stepTicks);
  return { depths: skews, currentStarts: skews, delays, ticks, ...(stepTicks > 1 && { stepTicks }) };
}

/** The least ticks of a step with which there are skews that fit so many slots; undefined where there are none. */
function leastStepTicks(graph: PopulationGraph, slots: number): number | undefined {
  // A cycle has no more connections than there are populations, and one step of delay is enough for it then.
  const most = Math.min(MOST_STEP_TICKS, graph.populations.length);
  const kindAt = (stepTicks: number) => solveSkews(graph.populations.length, delayedOf(graph, stepTicks), slots).kind;
  for (let stepTicks = 2; stepTicks <= most; stepTicks++) {
    const kind = kindAt(stepTicks);
    if (kind !== 'cycle') return kind === 'solved' ? stepTicks : undefined;
  }
  return undefined;
}

function cycleFault(
  { populations }: PopulationGraph,
  cycle: readonly number[],
  stepTicks: number,
  offered: number | undefined,
) {
  const names = cycle.map((index) => populations[index]!.name);
  const hops = names.length - 1;
  const delayOf = (from: number, to: number): number =>
    populations[to]!.connections.filter(({ source }) => source === from).reduce(
      (least, { delay }) => Math.min(least, delay),
      Infinity,
    );
  const needed = Math.ceil(hops / stepTicks);
  const given = cycle.slice(1).reduce((sum, to, k) => sum + delayOf(cycle[k]!, to), 0);
  return diagnostic(
    'E0318',
    `the connections ${names.join(' → ')} have ${given} ${given === 1 ? 'step' : 'steps'} of delay together; a cycle of ${hops} takes at least ${needed}${stepTicks > 1 ? ` where a step lasts ${stepTicks} ticks` : ''}, since a spike is heard one tick after it was sent`,
    { layer: names[0]! },
    `give the connections of the cycle ${needed - given} more ${needed - given === 1 ? 'step' : 'steps'} of delay${offered === undefined ? '' : `, or let a step last ${offered} ticks: ${option('stepTicks', offered)}`}`,
  );
}

interface Needs {
  readonly spikingGraph: PopulationGraph;
  readonly options: BuildOptions;
}

/** @throws DiagnosticError E0318, E0313 where no skews fit */
export const skewPopulationsPass = pass({
  name: 'skew-populations',
  says: 'of populations: by how many ticks each is late, so that delays and recurrence fit',
  run: ({ spikingGraph, options: { target, stepTicks } }: Needs) => ({
    schedule: skewPopulations(spikingGraph, target, stepTicks),
  }),
  print: ({ schedule }) => printJson(schedule),
  verify: ({ schedule: { depths, delays, ticks, stepTicks } }, { spikingGraph: { populations, steps }, options }) => {
    const slots = options.target.limits.delaySlots;
    populations.forEach(({ name, connections }, p) => {
      must(
        depths[p]! >= 0 && depths[p]! + spanOf(steps, stepTicks) <= ticks,
        'a population ends before the read-out',
        name,
      );
      connections.forEach(({ source }, k) => {
        const delay = delays[p]![k]!;
        must(delay >= (source === INPUT ? 0 : 1) && delay < slots, 'a delay fits the axon scheduler', name);
      });
    });
  },
});
