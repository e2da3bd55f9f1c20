/** What a build does where nothing else is asked for: one place for the command line and for the library. */
import { CODES } from './codes.ts';
import { type ConversionMode, CONVERSIONS } from './conversions.ts';
import type { BuildOptions, ChoiceOptions } from './options.ts';

/** Options of a build that have one default, whatever the others are. */
export const STANDARD = {
  window: 32,
  weightBits: 8,
  correct: 'none',
  code: 'unary',
  balance: false,
  assignment: 'traffic',
  placement: { method: 'anneal', seed: 0 },
  ledgerSamples: 16,
  calibrationLimit: 512,
  selfTestSamples: 4,
  preprocessing: undefined,
  labels: undefined,
} as const satisfies Partial<BuildOptions>;

/** What "almost no loss" is taken to be. */
const MAX_LOSS_POINTS = 0.5;

/** What may be left out. */
type Asked = Omit<BuildOptions, 'mode' | 'choose' | 'stated' | 'target' | 'tool'>;

/** What may be asked for; the rest is {@link STANDARD}, or follows from the mode. */
export type AskedOptions = { readonly [K in keyof Asked]?: Asked[K] | undefined } & Pick<
  BuildOptions,
  'target' | 'tool'
> & {
    /** `auto`, or absent where there are calibration data: chosen by measurement. */
    readonly mode?: ConversionMode | 'auto' | undefined;
    readonly maxLossPoints?: number | undefined;
    /** Of the choice by measurement. */
    readonly objective?: ChoiceOptions['objective'] | undefined;
  };

/** The mode that was asked for; a lead and the window of a shift ask for their own. */
export function modeAsked({ mode, lead, shiftWindow }: Pick<AskedOptions, 'mode' | 'lead' | 'shiftWindow'>) {
  if (mode === 'auto') return undefined;
  if (mode !== undefined) return mode;
  if (lead !== undefined) return 'lead';
  return shiftWindow === undefined ? undefined : 'paper';
}

/** Whether mode, code, window and correction are chosen by measurement. */
export const isChosen = (asked: Pick<AskedOptions, 'mode' | 'lead' | 'shiftWindow'>, hasData: boolean): boolean =>
  asked.mode === 'auto' || (hasData && modeAsked(asked) === undefined);

/** The options of a build. @param hasData whether there are calibration data */
export function standardOptions(asked: AskedOptions, hasData: boolean): BuildOptions {
  const { maxLossPoints = MAX_LOSS_POINTS, objective = 'energy', mode: _, ...given } = asked;
  const code = asked.code ?? STANDARD.code;
  const mode = modeAsked(asked) ?? (CODES[code].needsCounts ? 'exact' : 'default');
  const { presets } = CONVERSIONS[mode];
  const fixed = (['code', 'window', 'correct'] as const).filter((name) => asked[name] !== undefined);
  return {
    ...STANDARD,
    ...presets,
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<Asked> &
      Pick<BuildOptions, 'target' | 'tool'>),
    mode,
    code,
    stated: statedIn(asked),
    choose: isChosen(asked, hasData) ? { maxLossPoints, objective, fixed } : undefined,
  };
}

/** What was asked for of what a converted network must agree with, and a choice by measurement keep. */
function statedIn({ mode, rule, ...asked }: AskedOptions): NonNullable<BuildOptions['stated']> {
  const given = { ...asked, mode: mode === 'auto' ? undefined : mode, threshold: rule };
  const names = ['mode', 'lead', 'shiftWindow', 'levels', 'code', 'window', 'threshold', 'per'] as const;
  return names.filter((name) => given[name] !== undefined);
}
