/** All passes that a build can have: what `snnc passes` prints and what `--dump-after` names. */
import { CHOOSE } from './choose/choose-conversion.ts';
import type { PassTitle } from './pass.ts';
import { CHIP, CONVENTIONAL, FORM_POPULATIONS, READ, SCHEDULE } from './pipeline.ts';

const { form, calibrate, setNeurons } = CONVENTIONAL;
const STAGES = [READ, form, calibrate, CHOOSE, setNeurons, SCHEDULE, FORM_POPULATIONS, CHIP] as const;

/** In the order in which they are reported. */
export const PASSES: readonly PassTitle<PassName>[] = STAGES.flatMap(
  ({ passes }): readonly PassTitle<PassName>[] => passes,
);

export type PassName = (typeof STAGES)[number]['passes'][number]['name'];
