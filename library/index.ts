/** Networks to chips and chips to figures, in a few lines: what the commands do, without files and terminals. */
export { build, type BuildSettings } from './build.ts';
export { evaluate, type EvaluateSettings, run, type RunAnswer } from './evaluate.ts';
export { open, type OpenChip } from './open.ts';
export { renderReport, type ReportSettings } from './report.ts';
export { samplesOf, type Samples } from './samples.ts';
export { STANDARD } from '../compiler/index.ts';
export {
  builtinTargets,
  DiagnosticError,
  type Diagnostic,
  type RunRecord,
  type Sample,
  type Target,
} from '../isa/index.ts';
