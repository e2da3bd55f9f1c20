/** What the tick handler costs the neurons of a layer. */
import { tickRow, type Target, type TickMnemonic } from '../../../isa/index.ts';
import type { TickInstruction } from '../../ir/neuron.ts';

type Timing = Target['timing'];

/** Cycles a neuron for each execution of each instruction of the tick handler (tickCode), where all lanes are in use. */
export function cyclesPerNeuron(
  code: readonly TickInstruction[],
  rate: number,
  ticks: number,
  timing: Timing,
): number[] {
  const chance = Math.min(1, rate / Math.max(1, ticks));
  return code.map((instruction) => {
    if (instruction.op === 'READ') return 0;
    if (isUpdate(instruction.op)) return stepOfUpdate(chance, timing) / timing.updateLanes;
    const runs = Object.fromEntries(instruction.parameters.map((name) => [name, { address: 0, period: 1 }]));
    const { op, fields } = instruction.operation({ first: 0, count: timing.lanes, runs, tree: 0 });
    const cycles = tickRow(op).cycles as { perUnit(fields: object, timing: Timing, outcome: undefined): number };
    return cycles.perUnit(fields, timing, undefined) / timing.lanes;
  });
}

const UPDATES: ReadonlySet<TickMnemonic> = new Set<TickMnemonic>(['FIRE', 'FIREV', 'FIRES', 'EMIT']);
const isUpdate = (op: TickMnemonic): boolean => UPDATES.has(op);

/** Expected max(cycles of an active step, spikes of the step), where each of its neurons sends with this chance. */
function stepOfUpdate(chance: number, { updateLanes, updateActiveCycles }: Timing): number {
  const least = updateActiveCycles.value;
  let expected = 0;
  let probability = (1 - chance) ** updateLanes;
  for (let spikes = 0; spikes <= updateLanes; spikes++) {
    expected += probability * Math.max(least, spikes);
    if (chance < 1) probability *= ((updateLanes - spikes) * chance) / ((spikes + 1) * (1 - chance));
    else probability = spikes === updateLanes - 1 ? 1 : 0;
  }
  return expected;
}
