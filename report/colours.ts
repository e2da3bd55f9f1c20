/** How text for a terminal looks. */
import { type ChalkInstance, Chalk } from 'chalk';

/** How the text is to look; the caller knows its terminal. */
export interface TextStyle {
  readonly color: boolean;
  /** Columns: of drawings, and of all lines where they are to fit. */
  readonly width: number;
  /**
   * true: no line is wider; long lines are broken, long names shortened, columns of tables left out. false: all is shown, however
   * wide. Absent: lines are whole, but for the sources of figures.
   */
  readonly fits?: boolean | undefined;
}

/** The colours of a style: all of them, or none. */
export const colours = ({ color }: TextStyle): ChalkInstance => new Chalk({ level: color ? 1 : 0 });
