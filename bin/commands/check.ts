/** `snnc check`: a build whose chip is not written; where nothing fits, what would. */
import { checkFit, type StandIns } from '../../compiler/index.ts';
import { builtinTargets, diagnostic, type Sample } from '../../isa/index.ts';
import { renderBuildText, renderUnfitText } from '../../report/index.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../ui/exit.ts';
import { recordWithFlags } from '../ui/flags.ts';
import type { Io } from '../ui/io.ts';
import { printDiagnostics } from '../ui/messages.ts';
import { randomSource } from '../ui/random.ts';
import { outputPaths, publish } from '../ui/results.ts';
import { type BuildValues, readRequest, withHooks } from './build-request.ts';

const STAND_INS = 16;
const STAND_IN_SEED = 1;

export async function check(values: BuildValues, io: Io): Promise<ExitCode> {
  const { json, quiet } = values;
  const request = await readRequest(values, io, { outputs: outputPaths(json), selfTest: false });
  const result = await withHooks(
    values,
    io,
    (hooks) => checkFit(request, builtinTargets().values(), hooks, standIns(io)),
    (checked) => 'bytes' in checked,
  );
  if ('misfit' in result) {
    const { misfit } = result;
    const record = recordWithFlags(result.record);
    printDiagnostics([misfit], io);
    await publish(io, { json, record: () => record, text: (style) => (quiet ? '' : renderUnfitText(record, style)) });
    return exitCodeOf(misfit.code);
  }
  const { warnings } = result;
  const record = recordWithFlags(result.record);
  printDiagnostics(warnings, io);
  await publish(io, {
    json,
    record: () => record,
    text: (style) => (quiet ? '' : renderBuildText(record, style, undefined)),
  });
  return EXIT.done;
}

/**
 * Cores and memories do not depend on thresholds, the range proof does. So where data are needed and none are given,
 * random images stand in, and the answer says so.
 */
const standIns = (io: Io): StandIns => ({
  count: STAND_INS,
  samples: (shape) => {
    const warning = diagnostic(
      'W0305',
      `no calibration data: ${STAND_INS} random images stand in for them. Cores and memories are right; thresholds, and the bits of the membrane potential that follow from them, are estimates`,
      undefined,
      'give --calibrate <data> for a full answer',
    );
    printDiagnostics([warning], io);
    return randomImages(shape);
  },
});

// An async generator because that is what a build takes; nothing here waits.
// eslint-disable-next-line @typescript-eslint/require-await
async function* randomImages(shape: readonly number[]): AsyncGenerator<Sample> {
  const next = randomSource(STAND_IN_SEED);
  for (let index = 0; index < STAND_INS; index++)
    yield {
      index,
      shape,
      values: Uint8Array.from({ length: shape.reduce((size, side) => size * side, 1) }, () => next() >>> 24),
    };
}
