/**
 * How messages name an option. The library speaks of fields, so a text is readable as it is; it marks them, so that who has
 * other names for them, as the flags of a command line, can put those in their place.
 */

/** Fields of the options of a build and of a run that messages name. */
export const OPTION_NAMES = [
  'approximate',
  'assignment',
  'balance',
  'calibration',
  'code',
  'correct',
  'dt',
  'kernel',
  'lead',
  'levels',
  'mean',
  'mode',
  'nirCompare',
  'nirDecay',
  'nirDelay',
  'nirFloor',
  'nirGain',
  'nirOrigin',
  'nirOutput',
  'nirReset',
  'nirResetTime',
  'nirSpikes',
  'outputName',
  'per',
  'rounding',
  'rule',
  'scale',
  'shiftWindow',
  'std',
  'endless',
  'stepTicks',
  'target',
  'timing',
  'weightBits',
  'window',
] as const;
export type OptionName = (typeof OPTION_NAMES)[number];

/** `window`, or `window: 32`, between backticks. */
export const option = (name: OptionName, value?: string | number): string =>
  value === undefined ? `\`${name}\`` : `\`${name}: ${value}\``;

const MARKED = new RegExp(`\`(${OPTION_NAMES.join('|')})(?:: ([^\`]*))?\``, 'g');

/** The text with every option that it marks as the function names it. */
export const renameOptions = (text: string, rename: (name: OptionName, value: string | undefined) => string): string =>
  text.replace(MARKED, (_marked, name: OptionName, value: string | undefined) => rename(name, value));
