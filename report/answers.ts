/** The answers of a run record in words and numbers, for text and HTML alike. */
import type { RunRecord } from '../isa/index.ts';
import { formatCount } from './format.ts';

/** Values of a sample that are shown. */
const SHOWN_VALUES = 6;
const DIGITS = 4;

/** Name of a class, where the record tells it, else its number. */
export function className({ outputs, accuracy }: RunRecord, index: number): string {
  const known = accuracy?.perClass?.find((row) => row.class === index)?.name;
  return known ?? outputs.find(({ predicted }) => predicted === index)?.name ?? String(index);
}

/** Whether the values themselves are shown: those of quantities, and where no label says what they mean. */
export const showsValues = ({ outputs, accuracy, regression }: RunRecord): boolean =>
  (accuracy === undefined || regression !== undefined) && outputs.some(({ values }) => values !== undefined);

/** A value of an output, in four significant digits. */
export const outputNumber = (value: number): string => String(Number(value.toPrecision(DIGITS)));

/** The first values of a sample. */
export function outputNumbers(values: readonly number[]): string {
  const shown = values.slice(0, SHOWN_VALUES).map(outputNumber).join(', ');
  return values.length > SHOWN_VALUES ? `${shown}, … (${formatCount(values.length)})` : shown;
}

/** MAE, RMSE and R². */
export const errorNumbers = ({ mae, rmse, r2 }: { mae: number; rmse: number; r2?: number | undefined }): string[] => [
  outputNumber(mae),
  outputNumber(rmse),
  r2 === undefined ? '–' : r2.toFixed(4),
];

/** What is done to the scores of the chip, in order; '' where nothing is. */
export function finishingWords({ outputMap }: RunRecord): string {
  const steps = (outputMap?.after ?? []).map(({ op, max }) =>
    op === 'clip' ? (max === undefined ? 'negative ones are 0' : `limited to 0 … ${outputNumber(max)}`) : op,
  );
  return steps.length === 0 ? '' : `the scores of the chip, then ${steps.join(', then ')}`;
}

/** The class that samples of another are most often taken for by mistake. */
export function mostTakenFor({ accuracy }: RunRecord, label: number): number | undefined {
  const mistakes = (accuracy?.confusion ?? []).filter((pair) => pair.label === label && pair.predicted !== label);
  return mistakes.reduce<(typeof mistakes)[number] | undefined>(
    (most, pair) => (most === undefined || pair.count > most.count ? pair : most),
    undefined,
  )?.predicted;
}
