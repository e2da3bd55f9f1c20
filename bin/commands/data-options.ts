/** Options on how data become input. */
import { choice, integer, positive, rule } from '../ui/option-kinds.ts';

/** Of a generator of 32 bits. */
export const LARGEST_SEED = 2 ** 32 - 1;
const LARGEST_DOWNSAMPLE = 1024;

const rules = () => import('./rules.ts');
/** How recordings of events become input (spec/event-data.md). */
export const EVENT_OPTIONS = {
  dt: rule(async () => (await rules()).duration, {
    describe: 'recordings of events: length of a step, as 1ms or 250us; 1ms if absent',
  }),
  from: rule(async () => (await rules()).time, {
    describe: 'where the first step begins, in the time of the recording, as 0s or 120ms; at its first event if absent',
  }),
  polarity: choice(async () => (await import('../events/options.ts')).POLARITIES, {
    describe:
      'channels of events: off-on (what became darker is channel 0; if absent, where the input has two), on-off, merge (both added up; if absent, where it has one), signed (on minus off), on, off',
  }),
  bins: choice(async () => (await import('../events/options.ts')).EVENT_VALUES, {
    describe: 'what a step has of an element: count (of its events; if absent) or spike (1 where there are any)',
  }),
  axes: rule(async () => (await rules()).axisChanges, {
    describe: 'what is turned, in this order: swap, flip-x, flip-y with commas; AEDAT 2 as Tonic reads it: swap,flip-y',
  }),
  crop: rule(async () => (await rules()).crop, {
    describe: 'part of the sensor: first column, first row, columns x rows, as 10,20,128x128',
  }),
  downsample: integer(1, LARGEST_DOWNSAMPLE, {
    default: 1,
    describe: 'pixels of a side whose events are added up, behind --crop',
  }),
  sensor: rule(async () => (await rules()).sensor, {
    describe: 'columns x rows of the sensor, where the file does not say it and it is needed',
  }),
  'event-format': choice(async () => (await import('../events/formats/index.ts')).EVENT_FORMAT_NAMES, {
    describe: 'format of recordings, where neither bytes nor name tell it',
  }),
} as const;

/** When an inference of a recording ends (spec/event-data.md). */
export const UNTIL_OPTION = {
  until: choice(async () => (await import('../events/options.ts')).ENDS, {
    describe:
      'recordings of events: where an inference ends: last-step (after all steps that the chip takes; if absent) or last-event (with the step in which the last event of its recording comes)',
  }),
} as const;

/** How samples without time become input in steps (spec/event-data.md). */
export const ENCODE_OPTIONS = {
  encode: choice(async () => (await import('../data/codings.ts')).CODINGS, {
    describe:
      'samples without steps, for a network that takes steps: constant (the value in every step), poisson (a spike with its probability), ttfs (one spike, the earlier the larger), delta (spikes as often as it is large, evenly)',
  }),
  'encode-max': positive({
    describe: 'value that a spike in every step stands for; 1 if absent, 255 of bytes',
  }),
  'encode-seed': integer(0, LARGEST_SEED, { describe: 'what --encode poisson draws with; 1 if absent' }),
} as const;
