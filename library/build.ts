/** Networks to chips. */
import { type AskedOptions, buildChip, type BuildResult, standardOptions } from '../compiler/index.ts';
import { builtinTargets, fail, type Sample, type Target } from '../isa/index.ts';
import { inTurn, type Samples } from './samples.ts';

/** What the options of `snnc build` are; all may be left out. */
export interface BuildSettings extends Omit<AskedOptions, 'target' | 'tool'> {
  /** Name and version of the program that builds, for the chip file; `snnc library` if absent. */
  readonly tool?: string | undefined;
  /** A built-in target by its name, or one of your own; `edge` if absent. */
  readonly target?: string | Target | undefined;
  /**
   * Samples that thresholds are chosen from, or what reads them for a network whose samples have this shape. Without them clip
   * levels, or bounds of the activations, serve.
   */
  readonly calibrate?: Samples | ((shape: readonly number[]) => Samples) | undefined;
  /** Name of the network file, by which formats without a signature are told, and the network where it has no name of its own. */
  readonly fileName?: string | undefined;
  /** Files beside the network that it names, by those names: tensors of net.json or of large ONNX models. */
  readonly sideFiles?: Readonly<Record<string, Uint8Array>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * Hears of passes that read samples.
   *
   * @param total samples that will be read at most
   */
  readonly onProgress?: ((pass: string, done: number, total: number) => void) | undefined;
  /** Seconds that only grow, for the times in the record; `performance.now` if absent. */
  readonly now?: (() => number) | undefined;
}

/**
 * Builds a chip file: the same bytes as `snnc build` writes for the same input and options, where `tool` is the same too.
 *
 * @param source bytes of an ONNX model, a net.json, a NIR graph or a .net file
 * @throws DiagnosticError with the code that `snnc build` names; whatever `signal` was aborted with
 */
export async function build(source: Uint8Array, settings: BuildSettings = {}): Promise<BuildResult> {
  const {
    target,
    tool = 'snnc library',
    calibrate,
    fileName,
    sideFiles = {},
    signal,
    onProgress,
    now,
    ...asked
  } = settings;
  const options = standardOptions({ ...asked, target: targetOf(target), tool }, calibrate !== undefined);
  return await buildChip(
    {
      source,
      fileName: fileName ?? (source[0] === OPENING_BRACE ? 'network.json' : 'network.onnx'),
      readSideFile: (name) => (Object.hasOwn(sideFiles, name) ? sideFiles[name]! : missing(name)),
      options,
      ...(calibrate !== undefined && {
        calibration: (shape: readonly number[]): AsyncIterable<Sample> =>
          inTurn(typeof calibrate === 'function' ? calibrate(shape) : calibrate),
      }),
    },
    { now: now ?? (() => performance.now() / 1000), ...(signal && { signal }), ...(onProgress && { onProgress }) },
  );
}

const OPENING_BRACE = '{'.charCodeAt(0);

function targetOf(target: string | Target = 'edge'): Target {
  if (typeof target !== 'string') return target;
  const known = builtinTargets();
  return (
    known.get(target) ??
    fail('E0104', `there is no target "${target}"`, undefined, `name one of ${[...known.keys()].join(', ')}`)
  );
}

function missing(name: string): never {
  fail('E0101', 'cannot read: it is not among sideFiles', { file: name }, 'give its bytes by this name');
}
