/** When the steps of a program are executed. */
import type { TickWindow } from '../../isa/index.ts';

/**
 * `firing`: in the T ticks of the layer's window; `carrying`: in all of these but the last, for what prepares the next one;
 * `last`: in the last tick of an inference; `touched`: in the ticks of the layer's window, behind every event, on the neurons that
 * it reaches; else in these ticks of an inference.
 */
export type ProgramTime = 'firing' | 'carrying' | 'last' | 'touched' | TickWindow;

/** The ticks of an inference in which something of a layer is executed: steps, where these last several ticks. @param window T */
export function ticksOf(
  when: ProgramTime,
  { depth, window, ticks }: { readonly depth: number; readonly window: number; readonly ticks: number },
): TickWindow {
  switch (when) {
    case 'firing':
    case 'touched':
      return { start: depth, length: window };
    case 'carrying':
      return { start: depth, length: window - 1 };
    case 'last':
      return { start: ticks - 1, length: 1 };
    default:
      return when;
  }
}

/**
 * Whether what is executed in some ticks comes before what is executed in others, in a tick that is one of both: what has begun
 * earlier, and of what begins together that which lasts longer, since `carrying` prepares the tick that follows.
 */
export const precedes = (a: TickWindow, b: TickWindow): boolean =>
  a.start < b.start || (a.start === b.start && a.length > b.length);
