/** How events become input. */
import type { Sensor } from './event-block.ts';
import type { EventFormatName } from './formats/index.ts';

export const AXIS_CHANGES = ['swap', 'flip-x', 'flip-y'] as const;
export type AxisChange = (typeof AXIS_CHANGES)[number];

export const EVENT_VALUES = ['count', 'spike'] as const;
/** count: the events of an element in a step; spike: 1 where there are any. */
export type EventValue = (typeof EVENT_VALUES)[number];

export interface PolarityRow {
  readonly channels: 1 | 2;
  /** Channel of events that are off, and of those that are on; undefined: they are left out. */
  readonly channelOf: readonly [off: number | undefined, on: number | undefined];
  /** What an event that is off counts. */
  readonly off: 1 | -1;
}

/** What becomes of the polarity. */
export const POLARITY_ROWS = {
  'off-on': { channels: 2, channelOf: [0, 1], off: 1 },
  'on-off': { channels: 2, channelOf: [1, 0], off: 1 },
  merge: { channels: 1, channelOf: [0, 0], off: 1 },
  signed: { channels: 1, channelOf: [0, 0], off: -1 },
  on: { channels: 1, channelOf: [undefined, 0], off: 1 },
  off: { channels: 1, channelOf: [0, undefined], off: 1 },
} as const satisfies Readonly<Record<string, PolarityRow>>;

export type Polarity = keyof typeof POLARITY_ROWS;
export const POLARITIES = Object.keys(POLARITY_ROWS) as readonly Polarity[];

export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const ENDS = ['last-step', 'last-event'] as const;
/** Where an inference ends: behind all steps, or with the last event of its recording. */
export type End = (typeof ENDS)[number];

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
  /** Fewest steps of a sample, which ends with the last event of its recording; undefined: it has all steps. */
  readonly leastSteps?: number | undefined;
  /** In the order in which they are made. */
  readonly axes: readonly AxisChange[];
  /** What the file says if undefined. */
  readonly sensor: Sensor | undefined;
  /** Behind the changes of axes. */
  readonly crop: Crop | undefined;
  /** Pixels of a side that are added up. */
  readonly downsample: number;
}
