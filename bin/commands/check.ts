/** `snnc check`: a build whose chip is not written; where nothing fits, what would. */
import { type BuildRequest, type BuildResult, checkFit, PASSES, type Unfit } from '../../compiler/index.ts';
import { builtinTargets, diagnostic, DiagnosticError, type Sample } from '../../isa/index.ts';
import { renderBuildText, renderUnfitText } from '../../report/index.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../ui/exit.ts';
import type { Io } from '../ui/io.ts';
import { printDiagnostics } from '../ui/messages.ts';
import { randomSource } from '../ui/random.ts';
import { outputPaths, publish } from '../ui/results.ts';
import { type BuildValues, inputShape, readRequest, withHooks } from './build-request.ts';

const STAND_INS = 16;
const STAND_IN_SEED = 1;

export async function check(values: BuildValues, io: Io): Promise<ExitCode> {
  const { json, quiet } = values;
  const request = await readRequest(values, io, { outputs: outputPaths(json), selfTest: false });
  const result = await checkOrStandIn(request, values, io);
  if ('misfit' in result) {
    const { misfit, record } = result;
    printDiagnostics([misfit], io);
    await publish(io, { json, record: () => record, text: (style) => (quiet ? '' : renderUnfitText(record, style)) });
    return exitCodeOf(misfit.code);
  }
  const { record, warnings } = result;
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
async function checkOrStandIn(request: BuildRequest, values: BuildValues, io: Io): Promise<BuildResult | Unfit> {
  try {
    return await runCheck(request, values, io);
  } catch (error) {
    if (!(error instanceof DiagnosticError && error.diagnostics.every(({ code }) => code === 'E0301'))) throw error;
  }
  const warning = diagnostic(
    'W0305',
    `no calibration data: ${STAND_INS} random images stand in for them. Cores and memories are right; thresholds, and the bits of the membrane potential that follow from them, are estimates`,
    undefined,
    'give --calibrate <data> for a full answer',
  );
  printDiagnostics([warning], io);
  const options = { ...request.options, calibrationLimit: STAND_INS, ledgerSamples: 0 };
  return runCheck({ ...request, options, calibration: standIns(request) }, withoutDone(values), io);
}

const runCheck = (request: BuildRequest, values: BuildValues, io: Io): Promise<BuildResult | Unfit> =>
  withHooks(
    values,
    io,
    (hooks) => checkFit(request, builtinTargets().values(), hooks),
    (result) => 'bytes' in result,
  );

/** The first attempt ended at the thresholds: what it has dumped is not dumped again. */
function withoutDone(values: BuildValues): BuildValues {
  const names: readonly string[] = PASSES.map(([name]) => name);
  const done = names.slice(0, names.indexOf('choose-thresholds'));
  return done.includes(values['dump-after'] ?? '') ? { ...values, 'dump-after': undefined } : values;
}

// An async generator because that is what a build takes; nothing here waits.
// eslint-disable-next-line @typescript-eslint/require-await
async function* standIns(request: BuildRequest): AsyncGenerator<Sample> {
  const shape = inputShape(request);
  const next = randomSource(STAND_IN_SEED);
  for (let index = 0; index < STAND_INS; index++)
    yield { index, shape, values: Uint8Array.from({ length: shape[0] * shape[1] * shape[2] }, () => next() >>> 24) };
}
