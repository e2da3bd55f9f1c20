/** What one sample gave. */
import type { RunRecord } from '../isa/index.ts';

/** The answer to a sample, and its record. */
export interface RunAnswer {
  /** Class that is answered. */
  readonly predicted: number;
  /** Its name, where the network has some. */
  readonly className: string | undefined;
  /** Outputs as the network gives them, NCHW. */
  readonly values: readonly number[];
  readonly record: RunRecord;
}

/** Of a record of one sample, with its values. */
export function answerOf(record: RunRecord): RunAnswer {
  const [{ predicted, name, values }] = record.outputs as [RunRecord['outputs'][number]];
  return { predicted, className: name, values: values!, record };
}
