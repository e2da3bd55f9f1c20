/** Gives every layer its window of T ticks, in the order of firing that the mode asks for. */
import { failMisfit, type Target, option } from '../../isa/index.ts';
import { modesThat } from '../conversions.ts';
import { type Firing, firingTimes } from '../firing-times.ts';
import type { FloatGraph } from '../ir/layers.ts';
import type { Schedule } from '../ir/schedule.ts';
import type { SpikingGraph } from '../ir/spiking.ts';
import type { BuildOptions } from '../options.ts';
import { pass } from '../pass.ts';
import { printJson } from '../print/print-json.ts';
import { verifySchedule } from '../verify/verify-float-layers.ts';

/** @throws DiagnosticError E0313 where a delay needs more slots than the axon scheduler has */
export function scheduleTicks(graph: FloatGraph, firing: Firing, target: Target): Schedule {
  const schedule = firingTimes(graph.layers, firing);
  checkDelays(graph, schedule.delays, target);
  return schedule;
}

function checkDelays({ layers }: FloatGraph, delays: readonly (readonly number[])[], target: Target): void {
  const slots = target.limits.delaySlots;
  const all = layers.flatMap((layer, l) =>
    layer.branches.map(({ source }, b) => ({ layer: layer.name, source, delay: delays[l]![b]! })),
  );
  const { layer, source, delay } = all.reduce((most, next) => (next.delay > most.delay ? next : most));
  if (delay + 1 <= slots) return;
  failMisfit(target, {
    code: 'E0313',
    message: `the branch from ${layers[source]!.name} needs a delay of ${delay} ticks, ${delay + 1} slots; ${target.name} has ${slots}, ${delay + 1 - slots} too few`,
    figure: 'limits.delaySlots',
    needed: delay + 1,
    place: { layer },
    remedy: `let the branch skip at most ${slots - 2} layers, or use ${option('mode', modesThat(({ order }) => order.delaysOfOne).join(' or '))}, where every delay is 1`,
  });
}

interface Needs {
  readonly spiking: SpikingGraph;
  readonly options: BuildOptions;
}

/** @throws DiagnosticError E0313 where a delay needs more slots than the axon scheduler has */
export const scheduleTicksPass = pass({
  name: 'schedule-ticks',
  says: 'depth, window and delays of every layer',
  run: ({ spiking, options }: Needs) => ({
    schedule: scheduleTicks(spiking.graph, spiking, options.target),
  }),
  print: ({ schedule }) => printJson(schedule),
  verify: ({ schedule }, { spiking, options }) => {
    verifySchedule(spiking, schedule, options.target);
  },
});
