/** How text for a terminal looks. */
import { type ChalkInstance, Chalk } from 'chalk';

/** How the text is to look; the caller knows its terminal. */
export interface TextStyle {
  readonly color: boolean;
  /** Columns. */
  readonly width: number;
}

/** The colours of a style: all of them, or none. */
export const colours = ({ color }: TextStyle): ChalkInstance => new Chalk({ level: color ? 1 : 0 });
