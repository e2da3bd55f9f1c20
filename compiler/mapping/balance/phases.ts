/**
 * Which ticks of an inference are alike. In every tick all cores wait for the one with the most to do, so what matters is how the
 * work of a tick lies on the cores; ticks in which the same branches are heard and the same instructions executed are one *phase*,
 * since rates say nothing finer.
 */
import { INPUT, type QuantisedGraph } from '../../ir/layers.ts';
import { type ProgramTime, ticksOf } from '../../ir/program-time.ts';
import { tickCode } from '../../layout/tick-code.ts';

export interface Phases {
  readonly count: number;
  /** Ticks of each phase. */
  readonly ticks: Float64Array;
  /** Phase of each tick of an inference. */
  readonly ofTick: Uint32Array;
  /** By layer, by branch: when its source is heard. */
  readonly heard: readonly (readonly When[])[];
  /** By layer, by instruction of its tick handler (tickCode): when it is executed. */
  readonly executed: readonly (readonly When[])[];
}

export interface When {
  /** Ticks in an inference. */
  readonly ticks: number;
  readonly phases: Uint32Array;
}

type Ticks = readonly number[];

export function phasesOf(graph: QuantisedGraph): Phases {
  const sent = graph.layers.map((layer) => [
    ...new Set(
      tickCode(layer, graph)
        .filter(({ covers }) => covers === 'listeners')
        .flatMap(({ when }) => executedIn(graph, layer, when)),
    ),
  ]);
  const { inputTicks = 1, stepTicks = 1, ticks } = graph;
  const fed = Array.from({ length: inputTicks }, (_, k) => k * stepTicks);
  const heard = graph.layers.map(({ branches }) =>
    branches.map(({ source, delay }) =>
      (source === INPUT ? fed : sent[source]!).map((tick) => tick + delay).filter((tick) => tick < ticks),
    ),
  );
  const executed = graph.layers.map((layer) =>
    tickCode(layer, graph).map(({ when }) => (when === 'touched' ? [] : executedIn(graph, layer, when))),
  );
  return numberPhases(ticks, heard, executed);
}

function executedIn(graph: QuantisedGraph, { depth }: QuantisedGraph['layers'][number], when: ProgramTime): Ticks {
  const { window, ticks, stepTicks = 1 } = graph;
  const { start, length } = ticksOf(when, { depth, window, ticks });
  const apart = when === 'last' ? 1 : stepTicks;
  const all = Array.from({ length: Math.max(0, length) }, (_, k) => start + k * apart);
  return all.filter((tick) => tick >= 0 && tick < ticks);
}

function numberPhases(
  ticks: number,
  heard: readonly (readonly Ticks[])[],
  executed: readonly (readonly Ticks[])[],
): Phases {
  const marks = Array.from({ length: ticks }, (): number[] => []);
  [...heard, ...executed].forEach((of, k) => {
    of.forEach((each, b) => {
      for (const tick of each) marks[tick]!.push(k, b);
    });
  });
  const numberOf = new Map<string, number>();
  const ofTick = Uint32Array.from(marks, (mark) => {
    const key = mark.join(' ');
    const phase = numberOf.get(key) ?? numberOf.size;
    numberOf.set(key, phase);
    return phase;
  });
  const length = new Float64Array(numberOf.size);
  for (const phase of ofTick) length[phase]!++;
  const when = (each: Ticks): When => ({
    ticks: each.length,
    phases: Uint32Array.from(new Set(each.map((tick) => ofTick[tick]!))),
  });
  return {
    ...{ count: numberOf.size, ticks: length, ofTick },
    ...{ heard: heard.map((of) => of.map(when)), executed: executed.map((of) => of.map(when)) },
  };
}
