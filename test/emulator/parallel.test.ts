import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  Emulator,
  type EmulatorOptions,
  type Inference,
  ParallelEmulator,
  type ParallelOptions,
  type ParallelResult,
  type ParallelSample,
  ReadoutCurve,
  RunAccumulator,
  type SampleInfo,
} from '../../emulator/index.ts';
import { DiagnosticError, fail, type RunRecord } from '../../isa/index.ts';
import { seededRandom } from '../arbitraries/random.ts';
import { cases } from '../cases.ts';
import { sampleChip } from '../isa/chips.ts';

const chip = sampleChip();
const host = { seconds: 1, peakRssBytes: 1 };

/** Samples of the chip, from a seed. */
function samplesOf(count: number, seed: number): Int16Array[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => Int16Array.from({ length: 16 }, () => Math.floor(7 * random()) - 3));
}

async function* streamOf<T>(values: readonly T[]): AsyncGenerator<T> {
  for (const value of values) yield await Promise.resolve(value);
}

/** Adds inferences up to a record. */
function account(options: EmulatorOptions) {
  const file = { sha256: 'ab'.repeat(32), file: 'chip.bin', bytes: 1 };
  return new RunAccumulator({ tool: 'test', chip, file, timing: options.timing, outputs: 'readouts' });
}

function serially(inputs: readonly Int16Array[], options: EmulatorOptions): RunRecord {
  const emulator = new Emulator(chip, options);
  const curve = new ReadoutCurve(chip);
  const accumulator = account(options);
  inputs.forEach((payloads, index) => {
    const inference = emulator.infer(payloads, curve);
    accumulator.add({ index, label: index % 3, predictedByT: curve.predicted }, inference);
  });
  return accumulator.finish({ counts: emulator.counts(), layers: emulator.layers(), host });
}

async function inParallel(inputs: readonly Int16Array[], options: ParallelOptions): Promise<RunRecord> {
  const emulator = new ParallelEmulator(chip, { ...options, curve: true });
  const accumulator = account(options);
  const samples = inputs.map((payloads, index) => ({ payloads, index, label: index % 3 }));
  for await (const { sample, inference, predictedByT } of emulator.infer(streamOf(samples))) {
    const { index, label } = sample;
    const info: SampleInfo = { index, label, ...(predictedByT && { predictedByT }) };
    accumulator.add(info, inference);
  }
  return accumulator.finish({ counts: emulator.counts(), layers: emulator.layers(), host });
}

/** Everything that is handed out before it ends, and how it ends. */
async function outcome<S extends ParallelSample>(
  results: AsyncIterable<ParallelResult<S>>,
): Promise<{ inferences: Inference['predicted'][]; error: unknown }> {
  const inferences: number[] = [];
  try {
    for await (const { inference } of results) inferences.push(inference.predicted);
    return { inferences, error: undefined };
  } catch (error) {
    return { inferences, error };
  }
}

describe('ParallelEmulator', () => {
  it('gives the same record as one thread, however many threads there are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom('cycle' as const, 'none' as const),
        fc.constantFrom('wasm' as const, 'ts' as const),
        fc.integer({ min: 0, max: 17 }),
        fc.integer(),
        async (workers, timing, kernels, count, seed) => {
          const inputs = samplesOf(count, seed);
          const parallel = await inParallel(inputs, { workers, timing, kernels });
          expect(parallel).toEqual(serially(inputs, { timing, kernels }));
        },
      ),
      { numRuns: cases(4) },
    );
  });

  it('hands out what each sample was, though its buffer holds the next one by then', async () => {
    const inputs = samplesOf(20, 3);
    async function* reused(): AsyncGenerator<ParallelSample> {
      const payloads = new Int16Array(16);
      for (const input of inputs) {
        payloads.set(input);
        yield await Promise.resolve({ payloads });
      }
    }
    const given: number[][] = [];
    const emulator = new ParallelEmulator(chip, { workers: 2, timing: 'none' });
    for await (const { payloads } of emulator.infer(reused())) given.push([...payloads]);
    expect(given).toEqual(inputs.map((input) => [...input]));
  });

  it('asks for no more samples than it has room for', async () => {
    const workers = 2;
    let asked = 0;
    let taken = 0;
    let most = 0;
    async function* counted(): AsyncGenerator<ParallelSample> {
      for (const payloads of samplesOf(30, 1)) {
        most = Math.max(most, ++asked - taken);
        yield await Promise.resolve({ payloads });
      }
    }
    const emulator = new ParallelEmulator(chip, { workers, timing: 'none' });
    for await (const _result of emulator.infer(counted())) taken++;
    expect(taken).toBe(30);
    expect(most).toBeLessThanOrEqual(8 * workers + 1);
  });

  it.each([
    ['E0701', 'a payload out of range', (): Int16Array => new Int16Array(16).fill(32_000)],
    ['E0603', 'another shape', (): Int16Array => new Int16Array(15)],
  ])('reports the first bad sample of several, after the good ones: %s, %s', async (code, _what, bad) => {
    const samples = samplesOf(12, 2).map((payloads, k) => ({
      payloads: k === 4 || k === 5 || k === 7 ? bad() : payloads,
    }));
    const { inferences, error } = await outcome(
      new ParallelEmulator(chip, { workers: 3, timing: 'none' }).infer(streamOf(samples)),
    );
    expect(inferences).toHaveLength(4);
    expect(error).toBeInstanceOf(DiagnosticError);
    expect((error as DiagnosticError).diagnostics).toMatchObject([{ code }]);
    expect((error as DiagnosticError).message).toContain('sample 4: ');
  });

  it('reports what the source of samples throws, after the samples before it', async () => {
    async function* broken(): AsyncGenerator<ParallelSample> {
      for (const payloads of samplesOf(5, 3)) yield await Promise.resolve({ payloads });
      fail('E0602', 'the data end early');
    }
    const { inferences, error } = await outcome(
      new ParallelEmulator(chip, { workers: 2, timing: 'none' }).infer(broken()),
    );
    expect(inferences).toHaveLength(5);
    expect(String(error)).toContain('E0602');
  });

  it.each([
    ['throws', 'throw new Error("broken in the worker")', 'broken in the worker'],
    ['exits', 'process.exit(3)', 'exit code 3'],
  ])('ends with an error where a worker %s', async (_how, code, message) => {
    const entry = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
    const samples = samplesOf(9, 4).map((payloads) => ({ payloads }));
    const emulator = new ParallelEmulator(chip, { workers: 2, timing: 'none', entry });
    const { inferences, error } = await outcome(emulator.infer(streamOf(samples)));
    expect(inferences).toEqual([]);
    expect(error).not.toBeInstanceOf(DiagnosticError);
    expect(String(error)).toContain(message);
  });

  it('ends at once when it is told to, though a worker never answers', async () => {
    const silent = 'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => { for (;;); });';
    const entry = new URL(`data:text/javascript,${encodeURIComponent(silent)}`);
    const controller = new AbortController();
    const emulator = new ParallelEmulator(chip, { workers: 2, timing: 'none', entry, signal: controller.signal });
    const samples = samplesOf(9, 5).map((payloads) => ({ payloads }));
    /** Told when the first samples have been handed over. */
    async function* interrupted(): AsyncGenerator<ParallelSample> {
      yield* streamOf(samples.slice(0, 2));
      controller.abort(new Error('enough'));
      yield* streamOf(samples.slice(2));
    }
    const { inferences, error } = await outcome(emulator.infer(interrupted()));
    expect(inferences).toEqual([]);
    expect(String(error)).toContain('enough');
    // And does not even begin where it was told before.
    const late = await outcome(emulator.infer(streamOf(samples)));
    expect(String(late.error)).toContain('enough');
  });

  it('lets go of samples and threads where the caller stops early', async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<ParallelSample> {
      try {
        for (;;) yield await Promise.resolve({ payloads: new Int16Array(16) });
      } finally {
        closed = true;
      }
    }
    for await (const _result of new ParallelEmulator(chip, { workers: 2, timing: 'none' }).infer(endless())) break;
    expect(closed).toBe(true);
  });
});
