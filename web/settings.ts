/** What a build in the page is asked for: as fields of the form, as a link, as a command line. */
import type { BuildSettings } from '../library/index.ts';

/** Of a field, by the name that the command line has for it; '' means: what the build takes by itself. */
export type Settings = Readonly<Record<FieldName, string>>;

interface Field {
  readonly label: string;
  /** What can be chosen; a number or a list of numbers where absent. */
  readonly choices?: readonly string[];
  /** Of a number: least and most. */
  readonly range?: readonly [number, number];
  /** One number for each channel. */
  readonly isList?: boolean;
  readonly hint: string;
  /** Sizes of a target, by their path in a target file. */
  readonly path?: string;
}

/** Left open. */
export const AUTO = '';

/** All names of a kind, of which the types know; the page would load the whole compiler with its tables. */
const allOf = <Name extends string>(names: Readonly<Record<Name, true>>): Name[] => Object.keys(names) as Name[];

const MODES = allOf<Exclude<NonNullable<BuildSettings['mode']>, 'auto'>>({
  default: true,
  paper: true,
  signed: true,
  exact: true,
  lead: true,
});
const CODES = allOf<NonNullable<BuildSettings['code']>>({ unary: true, graded: true, 'first-spike': true });
const CORRECTIONS = allOf<NonNullable<BuildSettings['correct']>>({
  none: true,
  bias: true,
  potential: true,
  both: true,
});
/** But for the one that is taken where the field is left open. */
const TARGETS = ['loihi', 'loihi-fitted', 'truenorth-like', 'tinyodin', 'speck-like', 'xylo-like'];

/** The fields in the order of the form. */
export const FIELDS = {
  mode: {
    label: 'Conversion',
    choices: [AUTO, ...MODES],
    hint: 'Left open, it is chosen by measurement on the calibration samples.',
  },
  code: {
    label: 'Code of spikes',
    choices: [AUTO, ...CODES],
    hint: 'What a packet says; graded and first-spike need the conversion exact.',
  },
  T: { label: 'Window T', range: [1, 1024], hint: 'Ticks in which a layer fires: longer is finer, and costs more.' },
  correct: {
    label: 'Correction',
    choices: [AUTO, ...CORRECTIONS],
    hint: 'What calibration means correct, layer by layer.',
  },
  'weight-bits': { label: 'Bits of a weight', choices: [AUTO, '1', '2', '4', '8', '16'], hint: '8 if left open.' },
  target: {
    label: 'Chip',
    choices: [AUTO, ...TARGETS],
    hint: 'edge if left open; several describe chips that converted networks cannot run on, and say why.',
  },
  'mesh.width': { label: 'Tiles in a row', range: [1, 64], hint: 'Of the mesh.', path: 'mesh.width' },
  'mesh.height': { label: 'Rows of tiles', range: [1, 64], hint: 'Of the mesh.', path: 'mesh.height' },
  'limits.neurons': {
    label: 'Neurons of a core',
    range: [1, 65536],
    hint: 'Fewer neurons a core spread a network over more cores.',
    path: 'limits.neurons',
  },
  scale: { label: 'Scale', range: [1e-9, 1e9], hint: "Of samples of bytes: x' = (x / scale − mean) / std." },
  mean: { label: 'Mean', isList: true, hint: 'One number, or one for each channel with commas.' },
  std: { label: 'Deviation', isList: true, hint: 'One number, or one for each channel with commas.' },
  'calibrate-limit': { label: 'Calibration samples', range: [1, 100_000], hint: 'Used at most; more take longer.' },
} as const satisfies Readonly<Record<string, Field>>;

export type FieldName = keyof typeof FIELDS;
export const FIELD_NAMES = Object.keys(FIELDS) as FieldName[];
/** A field, whatever it has. */
export const fieldOf = (name: FieldName): Field => FIELDS[name];

export const NO_SETTINGS = Object.fromEntries(FIELD_NAMES.map((name) => [name, AUTO])) as Settings;

const isNumber = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text));

/** What is wrong with the value of a field; undefined: nothing. */
export function faultOf(name: FieldName, value: string): string | undefined {
  const { label, choices, range, isList } = fieldOf(name);
  if (value === AUTO) return undefined;
  if (choices !== undefined)
    return choices.includes(value)
      ? undefined
      : `${label}: "${value}" is none of ${choices.filter(Boolean).join(', ')}`;
  if (isList === true)
    return value.split(',').every(isNumber)
      ? undefined
      : `${label}: "${value}" is no number, and no list of numbers with commas`;
  const [least, most] = range!;
  const number = Number(value);
  const isWhole = name === 'scale' || Number.isInteger(number);
  return isNumber(value) && isWhole && number >= least && number <= most
    ? undefined
    : `${label}: "${value}" is no ${name === 'scale' ? '' : 'whole '}number from ${least} to ${most}`;
}

/** What follows `#` in a link that holds these settings. */
export const toLink = (settings: Settings): string =>
  new URLSearchParams(
    FIELD_NAMES.filter((name) => settings[name] !== AUTO).map((name): [string, string] => [name, settings[name]]),
  ).toString();

/** @returns the settings of a link, and what of it was left aside, and why */
export function fromLink(
  hash: string,
  base: Settings,
): { readonly settings: Settings; readonly faults: readonly string[] } {
  const settings: Record<string, string> = { ...base };
  const faults: string[] = [];
  for (const [name, value] of new URLSearchParams(hash.replace(/^#/, ''))) {
    if (!Object.hasOwn(FIELDS, name)) faults.push(`"${name}" is no setting`);
    else {
      const fault = faultOf(name as FieldName, value);
      if (fault === undefined) settings[name] = value;
      else faults.push(fault);
    }
  }
  return { settings: settings as Settings, faults };
}

/** A word of a POSIX shell. */
const quoted = (word: string): string => (/^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** The command that writes the same chip file. @param files names of the network and of the calibration data, if there are any */
export function toCommand(
  settings: Settings,
  files: { readonly network: string; readonly calibration?: string | undefined },
): string {
  const words = ['snnc', 'build', quoted(files.network)];
  if (files.calibration !== undefined) words.push('--calibrate', quoted(files.calibration));
  for (const name of FIELD_NAMES) {
    const value = settings[name];
    if (value === AUTO || (name === 'calibrate-limit' && files.calibration === undefined)) continue;
    const { path } = fieldOf(name);
    if (path !== undefined) words.push('--set', `${path}=${value}`);
    else if (name === 'T') words.push('-T', value);
    // A value that begins with a minus would be taken for an option.
    else words.push(`--${name}${value.startsWith('-') ? '=' : ' '}${quoted(value)}`);
  }
  return [...words, '-o', 'chip.bin'].join(' ');
}
