/** Texts of compiler and emulator name options by their fields (isa/option-text.ts); the command line by its flags. */
import { type OptionName, renameOptions } from '../../isa/option-text.ts';

/** The flag of every field that is not named as its flag is. */
const FLAGS: Partial<Record<OptionName, string>> = {
  assignment: '--map',
  calibration: '--calibrate',
  nirCompare: '--nir-compare',
  nirDecay: '--nir-decay',
  nirDelay: '--nir-delay',
  nirFloor: '--nir-floor',
  nirGain: '--nir-gain',
  nirOrigin: '--nir-origin',
  nirOutput: '--nir-output',
  nirReset: '--nir-reset',
  nirResetTime: '--nir-reset-time',
  nirSpikes: '--nir-spikes',
  outputName: '--output-name',
  rounding: '--round',
  rule: '--threshold',
  lead: '--lead',
  shiftWindow: '--shift-window',
  stepTicks: '--step-ticks',
  weightBits: '--weight-bits',
  window: '-T',
};

/** The text with flags in the place of fields: `mode: exact` becomes --mode exact. */
export const withFlags = (text: string): string =>
  renameOptions(text, (name, value) => {
    const flag = FLAGS[name] ?? `--${name}`;
    return value === undefined ? flag : `${flag} ${value}`;
  });

/** A record with flags in all of its texts. */
export function recordWithFlags<R>(record: R): R {
  if (typeof record === 'string') return withFlags(record) as R;
  if (Array.isArray(record)) return record.map((item: unknown) => recordWithFlags(item)) as R;
  if (typeof record !== 'object' || record === null || ArrayBuffer.isView(record)) return record;
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, recordWithFlags<unknown>(value)]),
  ) as R;
}
