/** From pixels of a sensor to elements of an input. */
import { fail, type Shape, shapeSize } from '../../isa/index.ts';
import type { Recording, Sensor } from './event-block.ts';
import {
  type AxisChange,
  type Crop,
  type EventOptions,
  type Polarity,
  POLARITY_ROWS,
  type PolarityRow,
} from './options.ts';

/** What {@link EventPlaces.elementOf} says of an event that becomes no input. */
export const OUTSIDE = -1;
export const OTHER_POLARITY = -2;

/** What part of the sensor is taken, and how large the input is that it becomes. */
interface Frame {
  readonly channels: number;
  readonly width: number;
  readonly height: number;
}

/** Where events go. */
export interface EventPlaces {
  /** What is taken of both polarities; undefined where events have none. */
  readonly polarity: Polarity | undefined;
  /** Element of the input (NCHW), or why there is none. */
  readonly elementOf: (x: number, y: number, on: number) => number;
  /** What an event adds to its element. */
  readonly weightOf: (on: number) => number;
}

/**
 * @param shape of the input in a step
 * @throws DiagnosticError E0103, E0603 as {@link EventGrid}; E0107 for options on pixels where events have none
 */
export function placesOf(
  shape: Shape,
  options: EventOptions,
  { sensor, neurons }: Pick<Recording, 'sensor' | 'neurons'>,
  file: string,
): EventPlaces {
  if (neurons === undefined) return new EventGrid(shape, options, sensor, file);
  const { polarity, axes, crop, downsample, sensor: asked } = options;
  const given = { polarity, axes: axes.length > 0, crop, downsample: downsample > 1, sensor: asked };
  const [name] = Object.entries(given).find(([, value]) => value !== undefined && value !== false) ?? [];
  if (name !== undefined)
    fail('E0107', `--${name} is about pixels; the events are of neurons`, { file }, 'leave the option out');
  const size = shapeSize(shape);
  if (neurons !== size) fail('E0603', `the events are of ${neurons} neurons, the input has ${size} elements`, { file });
  return { polarity: undefined, elementOf: (x) => (x < size ? x : OUTSIDE), weightOf: () => 1 };
}

class EventGrid implements EventPlaces {
  readonly polarity: Polarity;
  readonly #row: PolarityRow;
  readonly #axes: readonly AxisChange[];
  readonly #sensor: Sensor;
  readonly #crop: Crop | undefined;
  readonly #factor: number;
  readonly #frame: Frame;

  /**
   * @param shape of the input in a step: [channels, height, width], or [elements, 1, 1], channel by channel and row by row
   * @param sensor what the file says
   * @throws DiagnosticError E0603 where events do not become such an input, E0103 where the size of the sensor is needed
   *   and not known
   */
  constructor(shape: Shape, options: EventOptions, sensor: Sensor | undefined, file: string) {
    const { axes, crop, downsample } = options;
    const known = options.sensor ?? sensor;
    const flip = axes.find((axis) => axis !== 'swap');
    if (flip !== undefined && known === undefined)
      fail(
        'E0103',
        `--axes ${flip}: the recording does not say how large its sensor is`,
        { file },
        'say it: --sensor 128x128',
      );
    this.#axes = axes;
    this.#sensor = known ?? { width: 0, height: 0 };
    this.#crop = crop;
    this.#factor = downsample;
    const swapped = axes.filter((axis) => axis === 'swap').length % 2 === 1;
    const turned = known !== undefined && swapped ? { width: known.height, height: known.width } : known;
    this.#frame = frameOf(shape, crop ?? turned, downsample, file);
    this.polarity = polarityOf(this.#frame.channels, options.polarity, shape, file);
    this.#row = POLARITY_ROWS[this.polarity];
  }

  elementOf(x: number, y: number, on: number): number {
    let { width, height } = this.#sensor;
    for (const axis of this.#axes) {
      if (axis === 'flip-x') x = width - 1 - x;
      else if (axis === 'flip-y') y = height - 1 - y;
      else {
        [x, y] = [y, x];
        [width, height] = [height, width];
      }
    }
    const crop = this.#crop;
    if (crop !== undefined) {
      x -= crop.x;
      y -= crop.y;
      if (x >= crop.width || y >= crop.height) return OUTSIDE;
    }
    if (x < 0 || y < 0) return OUTSIDE;
    const frame = this.#frame;
    const column = Math.floor(x / this.#factor);
    const row = Math.floor(y / this.#factor);
    if (column >= frame.width || row >= frame.height) return OUTSIDE;
    const channel = this.#row.channelOf[on];
    return channel === undefined ? OTHER_POLARITY : (channel * frame.height + row) * frame.width + column;
  }

  weightOf(on: number): number {
    return on === 1 ? 1 : this.#row.off;
  }
}

/** @param seen what is taken of the sensor, where that is known */
function frameOf([channels, height, width]: Shape, seen: Sensor | undefined, factor: number, file: string): Frame {
  if (height * width > 1 || channels <= 2) return { channels, height, width };
  // A vector: its elements are those of a frame that only the sensor tells.
  if (seen === undefined)
    fail(
      'E0603',
      `the input is a vector of ${channels} elements, and the recording does not say how large its sensor is`,
      { file },
      'say it: --sensor 34x34, or --crop',
    );
  const [columns, rows] = [Math.ceil(seen.width / factor), Math.ceil(seen.height / factor)];
  if (channels !== columns * rows && channels !== 2 * columns * rows)
    fail(
      'E0603',
      `a vector of ${channels} elements is neither one nor two channels of ${columns}×${rows} pixels`,
      { file },
      'choose the part that the network was trained with: --crop, --downsample',
    );
  return { channels: channels / (columns * rows), height: rows, width: columns };
}

function polarityOf(channels: number, asked: Polarity | undefined, shape: Shape, file: string): Polarity {
  const polarity = asked ?? (channels === 2 ? 'off-on' : 'merge');
  if (POLARITY_ROWS[polarity].channels !== channels)
    fail(
      'E0603',
      asked === undefined
        ? `the input [${shape.join(', ')}] has ${channels} channels; events have one or two`
        : `--polarity ${polarity} makes ${POLARITY_ROWS[polarity].channels} of channels; the input has ${channels}`,
      { file },
      asked === undefined ? 'store such samples as .npy' : 'leave the option out',
    );
  return polarity;
}
