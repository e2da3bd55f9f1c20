/** What `run` and `eval` have in common: an emulator whose inferences add up to a run record. */
import {
  type Deadline,
  Emulator,
  type Inference,
  KERNEL_KINDS,
  ReadoutCurve,
  RunAccumulator,
  type SampleInfo,
} from '../../emulator/index.ts';
import { type Chip, type Diagnostic, fail, type RunRecord } from '../../isa/index.ts';
import type { ChipFile } from '../ui/chip-file.ts';
import { missedDeadline, parseDeadline } from '../ui/deadline.ts';
import type { Io } from '../ui/io.ts';
import { interruptible } from '../ui/interruptible.ts';
import { oneOf } from '../ui/values.ts';

export interface SessionOptions {
  readonly path: string;
  /** Value of `--timing`. */
  readonly timing: string;
  /** Value of `--kernel`. */
  readonly kernel: string;
  readonly outputs: 'readouts' | 'predictions';
  /** Whether the record says how accuracy grows with t; only for labelled samples. */
  readonly curve?: boolean;
  readonly latency: LatencyValues;
  /** Sample whose spikes the record shows. */
  readonly raster?: number | 'first' | undefined;
}

/** Values of the options on latency. */
export interface LatencyValues {
  readonly deadline: string | undefined;
  readonly 'per-tick': boolean;
}

/** Runs samples and keeps the account of them. */
export class RunSession {
  private readonly io: Io;
  private readonly emulator: Emulator;
  private readonly accumulator: RunAccumulator;
  private readonly curve: ReadoutCurve | undefined;
  private seconds = 0;

  constructor(
    io: Io,
    { chip, bytes, sha256 }: ChipFile,
    { path, timing: text, kernel, outputs, curve, latency, raster }: SessionOptions,
  ) {
    const timing = oneOf('timing', text, ['cycle', 'none']);
    const deadline = deadlineOf(latency, timing, chip);
    this.io = io;
    this.emulator = new Emulator(chip, { timing, kernels: oneOf('kernel', kernel, KERNEL_KINDS) });
    this.curve = curve === true ? new ReadoutCurve(chip) : undefined;
    this.accumulator = new RunAccumulator({
      tool: `snnemu ${io.version}`,
      chip,
      file: { sha256, file: path, bytes: bytes.length },
      timing,
      outputs,
      ...(deadline && { deadline }),
      ...(raster !== undefined && { raster }),
    });
  }

  /**
   * One inference. Its spikes are valid until the next one. Only its own time counts as emulation.
   *
   * @throws Interruption where the user stops it
   */
  async infer(payloads: Int16Array, info: SampleInfo): Promise<Inference> {
    const start = this.io.now();
    const inference = await interruptible(this.emulator.ticks(payloads, this.curve), this.io);
    this.seconds += this.io.now() - start;
    this.accumulator.add(this.curve === undefined ? info : { ...info, predictedByT: this.curve.predicted }, inference);
    return inference;
  }

  record(selfTest?: { readonly samples: number; readonly exact: boolean }): RunRecord {
    return this.accumulator.finish({
      counts: this.emulator.counts(),
      layers: this.emulator.layers(),
      activity: this.emulator.activity(),
      host: { seconds: this.seconds, peakRssBytes: this.io.peakRssBytes() },
      ...(selfTest && { selfTest }),
    });
  }
}

/** @throws DiagnosticError E0605 where the sample whose spikes are wanted is not one of those that run */
export function checkRaster(raster: number | 'first' | undefined, first: number, count: number): void {
  if (typeof raster !== 'number' || (raster >= first && raster < first + count)) return;
  const remedy = count === 1 ? `only sample ${first} runs` : `samples ${first} to ${first + count - 1} run`;
  fail('E0605', `--raster: sample ${raster} does not run`, undefined, remedy);
}

/** What the record finds fault with. */
export function recordFaults(record: RunRecord): Diagnostic[] {
  const missed = missedDeadline(record);
  return missed === undefined ? [] : [missed];
}

/**
 * The deadline, if one was given.
 *
 * @throws DiagnosticError E0103 where it is none, E0107 where an option asks for cycles that are not computed
 */
function deadlineOf(values: LatencyValues, timing: 'cycle' | 'none', chip: Chip): Deadline | undefined {
  const { deadline, 'per-tick': perTick } = values;
  if (timing === 'none' && (deadline !== undefined || perTick))
    fail(
      'E0107',
      `--${perTick ? 'per-tick' : 'deadline'} needs the cycles of inferences`,
      undefined,
      'add --timing cycle',
    );
  return deadline === undefined ? undefined : parseDeadline(deadline, chip.target.timing.clockHz.value);
}
