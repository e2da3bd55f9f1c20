/** Where a build asks for a choice by measurement: between calibration and what follows from mode and window. */
import type { PassRunner } from '../pass-runner.ts';
import { type Calibrated, withThresholds } from '../stages.ts';
import { type Candidate, CHOOSE } from './choose-conversion.ts';

/** @param candidates absent where nothing was to be chosen */
export interface WithOptions {
  readonly calibrated: Calibrated;
  readonly candidates?: readonly Candidate[];
}

/**
 * A network with the options that were chosen for it, and its thresholds for them; as it is where none were to be chosen, or
 * where it is spiking already.
 *
 * @throws DiagnosticError E0301 without data to measure on; whatever the signal was aborted with
 */
export async function chooseOptions(calibrated: Calibrated, run: PassRunner): Promise<WithOptions> {
  const { choose } = calibrated.level.options;
  if (calibrated.kind !== 'conventional' || choose === undefined) return { calibrated };
  const { candidates, ...chosen } = await run.through(CHOOSE, { ...calibrated.level, choose });
  return { calibrated: await withThresholds(calibrated, chosen.options, run), candidates };
}
