/** How events become input. */
import type { Sensor } from './event-block.ts';
import type { EventFormatName } from './formats/index.ts';
import type { AxisChange, EventValue, Polarity } from './grid.ts';

export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface EventOptions {
  /** Undefined: found out. */
  readonly format: EventFormatName | undefined;
  /** Of a step. */
  readonly dtUs: number;
  /** When the first step begins, in the time of the recording. */
  readonly fromUs: number | 'first event';
  /** Undefined: as the channels of the input have it. */
  readonly polarity: Polarity | undefined;
  readonly values: EventValue;
  /** In the order in which they are made. */
  readonly axes: readonly AxisChange[];
  /** What the file says if undefined. */
  readonly sensor: Sensor | undefined;
  /** Behind the changes of axes. */
  readonly crop: Crop | undefined;
  /** Pixels of a side that are added up. */
  readonly downsample: number;
}
