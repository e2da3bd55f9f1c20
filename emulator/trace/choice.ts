/** What of a run goes into a trace. */
import type { Chip } from '../../isa/machine.ts';
import type { Phase } from '../timing/phases.ts';
import type { TextSink } from './output.ts';

/** Ticks of every inference, both ends included. */
export interface TickRange {
  readonly first: number;
  readonly last: number;
}

export interface TraceOptions {
  /** Name and version of the program, for the head of the file. */
  readonly tool: string;
  readonly chip: Chip;
  readonly ticks: TickRange;
  /** Cores of the chip, ascending. */
  readonly cores: readonly number[];
  /** Routers, which are tiles, ascending. */
  readonly routers: readonly number[];
  /** Events, or value changes, that the trace holds at most; 1 or more. */
  readonly limit: number;
  readonly sink: TextSink;
}

/** Reset and input belong to tick 0, the read-out to the last tick. */
export function isChosen({ ticks, chip }: TraceOptions, { kind, tick }: Pick<Phase, 'kind' | 'tick'>): boolean {
  if (kind === 'input') return ticks.first === 0;
  if (kind === 'readout') return ticks.last >= chip.ticks - 1;
  return tick >= ticks.first && tick <= ticks.last;
}

/** Name of a phase for people. */
export const phaseName = ({ kind, tick }: Pick<Phase, 'kind' | 'tick'>): string =>
  kind === 'tick' ? `tick ${tick}` : kind === 'readout' ? 'read-out' : kind;
