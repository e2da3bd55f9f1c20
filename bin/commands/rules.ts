/** How the values of single options are read. All throw DiagnosticError E0103 for what they do not accept. */
import { STANDARD } from '../../compiler/standard-options.ts';
import type { BuildOptions, ThresholdRule } from '../../compiler/index.ts';
import type { PlacesOf } from '../../emulator/index.ts';
import { COMPARISON_AXES, type ComparisonAxis, fail, LARGEST_SIDE, type Target } from '../../isa/index.ts';
import type { Sensor } from '../events/event-block.ts';
import { AXIS_CHANGES, type AxisChange, type Crop } from '../events/options.ts';
import { wholeNumber, finiteNumber, oneOf, positiveNumber, timeSeconds } from '../ui/values.ts';

export { redisAddress } from '../queue/address.ts';

/** `mse`, `max` or `percentile:99.9`. */
export function thresholdRule(text: string): ThresholdRule {
  const percent = /^percentile:(.*)$/.exec(text)?.[1];
  if (percent === undefined) return { kind: oneOf('threshold', text, ['mse', 'max', 'percentile:p']) as 'mse' | 'max' };
  const value = positiveNumber('threshold percentile:', percent);
  if (value > 100) fail('E0103', `--threshold ${text}: a percentile is at most 100`);
  return { kind: 'percentile', percent: value };
}

/** Widths in which a chip can store weights. */
const STORED_BITS = [1, 2, 4, 8, 16] as const;

/** `4`, `auto:2.5`, `read:5`, or `conv1=8,*=4`. */
export function weightWidths(text: string, option: string): Pick<BuildOptions, 'weightBits' | 'layerWidths'> {
  const [, kind, average] = /^(auto|read):(.*)$/.exec(text) ?? [];
  const standard = { weightBits: STANDARD.weightBits } as const;
  if (average !== undefined)
    return {
      ...standard,
      layerWidths: {
        kind: 'average',
        bits: positiveNumber(`${option} ${kind}:`, average),
        of: kind === 'auto' ? 'stored' : 'read',
      },
    };
  if (!text.includes('=')) return { weightBits: oneOf(option, text, STORED_BITS) };
  const rules = byPattern(text, option).map(({ pattern, value }) => ({
    pattern,
    value: oneOf(`${option} ${pattern}=`, value, STORED_BITS),
  }));
  return { ...standard, layerWidths: { kind: 'named', rules } };
}

const MOST_LEVELS = 4096;

/** `conv1=32`: T of layers. */
export const levels = (text: string, option: string): NonNullable<BuildOptions['levels']> =>
  byPattern(text, option).map(({ pattern, value }) => ({
    pattern,
    value: wholeNumber(`${option} ${pattern}=`, value, 1, MOST_LEVELS),
  }));

/** `name=value` with commas; a name may have `=` in it. */
function byPattern(text: string, option: string): { readonly pattern: string; readonly value: string }[] {
  return text.split(',').map((part) => {
    const at = part.lastIndexOf('=');
    const pattern = part.slice(0, at);
    if (at > 0) return { pattern, value: part.slice(at + 1) };
    return fail(
      'E0103',
      `--${option}: ${JSON.stringify(part.slice(0, 60))} is not of the form name=value`,
      undefined,
      'name layers with commas between them, * for any part of a name: "conv1=8,*=4"',
    );
  });
}

/** Numbers with commas. */
export const numbers = (text: string, option: string): readonly number[] =>
  text.split(',').map((value) => finiteNumber(option, value));

/** Numbers above zero with commas. */
export const positiveNumbers = (text: string, option: string): readonly number[] =>
  text.split(',').map((value) => positiveNumber(option, value));

/** What a front is about, each once. */
export function axes(text: string): readonly ComparisonAxis[] {
  const found = text.split(',').map((word) => oneOf('front', word, COMPARISON_AXES));
  const twice = found.find((axis, k) => found.indexOf(axis) < k);
  if (twice !== undefined) fail('E0103', `--front names ${twice} twice`);
  return found;
}

/** `8x8` */
export function mesh(text: string): Target['mesh'] {
  const [width = 0, height = 0] = /^(\d{1,4})x(\d{1,4})$/i.exec(text)?.slice(1).map(Number) ?? [];
  if (!(width >= 1 && width <= LARGEST_SIDE && height >= 1 && height <= LARGEST_SIDE))
    fail(
      'E0103',
      `--mesh ${JSON.stringify(text.slice(0, 60))} is not of the form 8x8 with sides of 1 to ${LARGEST_SIDE} tiles`,
    );
  return { width, height };
}

/** A time of a recording, in seconds. */
export const time = (text: string, option: string): number => timeSeconds(option, text);

/** A length of time above zero, in seconds. */
export function duration(text: string, option: string): number {
  const seconds = timeSeconds(option, text);
  if (seconds <= 0) fail('E0103', `--${option} ${text} is not above zero`);
  return seconds;
}

/** Changes of axes with commas, in the order in which they are made. */
export const axisChanges = (text: string, option: string): readonly AxisChange[] =>
  text.split(',').map((word) => oneOf(option, word, AXIS_CHANGES));

const LARGEST_SENSOR_SIDE = 2 ** 16;

/** `640x480`: columns and rows of a sensor. */
export function sensor(text: string, option: string): Sensor {
  const [width = 0, height = 0] = /^(\d{1,5})x(\d{1,5})$/i.exec(text)?.slice(1).map(Number) ?? [];
  if (!(width >= 1 && width <= LARGEST_SENSOR_SIDE && height >= 1 && height <= LARGEST_SENSOR_SIDE))
    fail('E0103', `--${option} ${JSON.stringify(text.slice(0, 60))} is not of the form 640x480`);
  return { width, height };
}

/** `10,20,128x128`: first column, first row, columns and rows. */
export function crop(text: string, option: string): Crop {
  const [, x, y, size] = /^(\d{1,5}),(\d{1,5}),(\d+x\d+)$/i.exec(text) ?? [];
  if (size === undefined)
    fail('E0103', `--${option} ${JSON.stringify(text.slice(0, 60))} is not of the form 10,20,128x128`);
  return { x: Number(x), y: Number(y), ...sensor(size, option) };
}

/** Packets per node and cycle. */
export function rate(text: string): number {
  const value = finiteNumber('rate', text);
  if (value < 0 || value > 1) fail('E0103', `--rate ${value} is not a number of packets per node and cycle, 0 to 1`);
  return value;
}

/** `pixels`, or `10,3`: how many outputs each head has. */
export const heads = (text: string): PlacesOf =>
  text === 'pixels' ? text : text.split(',').map((part) => wholeNumber('heads', part, 1, 2 ** 24));

/** Powers of ten of a joule. */
const JOULES: ReadonlyMap<string, number> = new Map([
  ['pJ', -12],
  ['nJ', -9],
  ['uJ', -6],
  ['µJ', -6],
  ['mJ', -3],
  ['J', 0],
]);

/** An energy above zero with a unit, in joules. */
export function joules(text: string, option: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,15})?)([a-zµJ]+)$/.exec(text) ?? [];
  const power = JOULES.get(unit);
  const value = power === undefined ? 0 : Number(`${digits}e${power}`);
  if (value > 0) return value;
  return fail(
    'E0103',
    `--${option} ${JSON.stringify(text.slice(0, 60))} is not an energy above zero`,
    undefined,
    'give a number with nJ, uJ, mJ or J: 100uJ, 2.5mJ',
  );
}

/** How sure something shall be. */
export function confidence(text: string, option: string): number {
  const value = finiteNumber(option, text);
  if (value < 0.5 || value > 0.999) fail('E0103', `--${option} ${value} is not from 0.5 to 0.999`);
  return value;
}
