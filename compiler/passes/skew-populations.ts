/** Of a network of populations: by how many ticks each runs late, and what delays its connections have on the chip. */
import { diagnostic, DiagnosticError, failMisfit, type Target } from '../../isa/index.ts';
import { INPUT } from '../ir/layers.ts';
import type { Schedule } from '../ir/schedule.ts';
import type { BuildOptions } from '../options.ts';
import type { PopulationGraph } from '../ir/population.ts';
import { type Delayed, solveSkews } from '../populations/skews.ts';
import { pass } from '../pass.ts';
import { printJson } from '../print/print-json.ts';
import { must } from '../verify/rules.ts';

const delayedOf = ({ populations }: PopulationGraph): Delayed[] =>
  populations.flatMap(({ connections }, to) => connections.map(({ source: from, delay }) => ({ from, to, delay })));

/** @throws DiagnosticError E0318 for a cycle without delay, E0313 where delays need more slots than the axon scheduler has */
export function skewPopulations(graph: PopulationGraph, target: Target): Schedule {
  const { populations, steps } = graph;
  const slots = target.limits.delaySlots;
  const found = solveSkews(populations.length, delayedOf(graph), slots);
  if (found.kind === 'cycle') throw new DiagnosticError([cycleFault(graph, found.cycle)]);
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
    connections.map(({ source, delay }) => delay + skews[to]! - (source === INPUT ? 0 : skews[source]!)),
  );
  return { depths: skews, currentStarts: skews, delays, ticks: skews.at(-1)! + steps };
}

function cycleFault({ populations }: PopulationGraph, cycle: readonly number[]) {
  const names = cycle.map((index) => populations[index]!.name);
  const hops = names.length - 1;
  const delayOf = (from: number, to: number): number =>
    populations[to]!.connections.filter(({ source }) => source === from).reduce(
      (least, { delay }) => Math.min(least, delay),
      Infinity,
    );
  const given = cycle.slice(1).reduce((sum, to, k) => sum + delayOf(cycle[k]!, to), 0);
  return diagnostic(
    'E0318',
    `the connections ${names.join(' → ')} have ${given} steps of delay together; a cycle of ${hops} takes at least ${hops}, since a spike is heard one tick after it was sent`,
    { layer: names[0]! },
    `give the connections of the cycle ${hops - given} more steps of delay`,
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
  run: ({ spikingGraph, options: { target } }: Needs) => ({ schedule: skewPopulations(spikingGraph, target) }),
  print: ({ schedule }) => printJson(schedule),
  verify: ({ schedule: { depths, delays, ticks } }, { spikingGraph: { populations, steps }, options }) => {
    const slots = options.target.limits.delaySlots;
    populations.forEach(({ name, connections }, p) => {
      must(depths[p]! >= 0 && depths[p]! + steps <= ticks, 'a population ends before the read-out', name);
      connections.forEach(({ source }, k) => {
        const delay = delays[p]![k]!;
        must(delay >= (source === INPUT ? 0 : 1) && delay < slots, 'a delay fits the axon scheduler', name);
      });
    });
  },
});
