/** Events of a camera as they are handed from one part to the next: a block of them, an array per field. */

/** Events of a block. */
const BLOCK_EVENTS = 8192;

/** What has been decoded and not been taken yet; its reader fills it again for the next block. */
export class EventBlock {
  /** Microseconds, as recorded: from a start that differs by format, and not always ascending. */
  readonly timesUs = new Float64Array(BLOCK_EVENTS);
  /** Columns and rows of the sensor, from 0. */
  readonly x = new Int32Array(BLOCK_EVENTS);
  readonly y = new Int32Array(BLOCK_EVENTS);
  /** 1: it became brighter; 0: darker. */
  readonly on = new Uint8Array(BLOCK_EVENTS);
  count = 0;

  /** Whether there is room for `more` events. */
  hasRoom(more = 1): boolean {
    return this.count + more <= BLOCK_EVENTS;
  }

  /** Only where there is room. */
  add(timeUs: number, x: number, y: number, on: number): void {
    const at = this.count++;
    this.timesUs[at] = timeUs;
    this.x[at] = x;
    this.y[at] = y;
    this.on[at] = on;
  }
}

/** Each block is valid until the next one is asked for. */
export type EventBlocks = AsyncGenerator<EventBlock, void, void>;

/** Columns and rows. */
export interface Sensor {
  readonly width: number;
  readonly height: number;
}

/** A recording whose header has been read. */
export interface Recording {
  /** Absent where the file does not say it. */
  readonly sensor?: Sensor | undefined;
  /** Where events are of neurons and not of pixels: how many there are. x is then the number of one, y is 0. */
  readonly neurons?: number;
  /** Where its time begins; absent: at the first event. */
  readonly startUs?: number;
  /** What the file leaves open and was taken, for people. */
  readonly assumed?: readonly string[];
  /** All events, once. */
  readonly blocks: EventBlocks;
}
