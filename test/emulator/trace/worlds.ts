/** Random small chips and their traces. */
import fc from 'fast-check';
import {
  Emulator,
  type Inference,
  joinListeners,
  type KernelKind,
  type PhaseListener,
  PerfettoTrace,
  type TickRange,
  type TraceOptions,
  type TraceSummary,
  VcdTrace,
} from '../../../emulator/index.ts';
import type { Chip, Counts } from '../../../isa/index.ts';
import { sampleChip, tinyTarget } from '../../isa/chips.ts';
import { splitDenseChip } from '../chips.ts';

const WINDOW = 4;
const weight = fc.integer({ min: -10, max: 40 });
const row = (length: number) => fc.array(weight, { minLength: length, maxLength: length });

/** Two layers on up to five of twelve cores, with few slots a buffer, so that cores stall. */
const splitWorlds = fc
  .record({
    hidden: fc.array(row(3), { minLength: 11, maxLength: 11 }),
    output: fc.array(row(11), { minLength: 6, maxLength: 6 }),
    cuts: fc.uniqueArray(fc.integer({ min: 1, max: 10 }), { maxLength: 3 }),
    cores: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], { minLength: 5, maxLength: 5 }),
    inputs: fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 }), {
      minLength: 1,
      maxLength: 3,
    }),
    bufferFlits: fc.integer({ min: 1, max: 3 }),
    creditCycles: fc.integer({ min: 1, max: 6 }),
    clockHz: fc.constantFrom(1e8, 2e8, 3e8, 7e6, 1.7e9),
    tickCycles: fc.option(fc.integer({ min: 30, max: 90 })),
  })
  .map(({ cuts, cores, inputs, bufferFlits, creditCycles, clockHz, tickCycles, ...weights }) => {
    const bounds = [0, ...cuts.toSorted((a, b) => a - b), 11];
    const pieces = bounds.slice(1).map((end, k) => end - bounds[k]!);
    const tiny = tinyTarget({ mesh: { width: 3, height: 2 }, coresPerTile: 2 });
    const figure = { kind: 'assumed', source: 'test' } as const;
    const target = {
      ...tiny,
      timing: {
        ...tiny.timing,
        bufferFlits,
        creditCycles: { ...figure, value: creditCycles, unit: 'cycles' as const },
        clockHz: { ...figure, value: clockHz, unit: 'Hz' as const },
        ...(tickCycles !== null && { tickCycles: { ...figure, value: tickCycles, unit: 'cycles' as const } }),
      },
    };
    const used = cores.slice(0, pieces.length + 1);
    const chip = splitDenseChip({ ...weights, inputs: 3, window: WINDOW, threshold: 20, pieces, cores: used, target });
    return { chip, inputs: inputs.map((values) => Int16Array.from(values)) };
  });
export type World = typeof splitWorlds extends fc.Arbitrary<infer W> ? W : never;

/** One of everything, trees that fork among it. */
const sampleWorlds = fc
  .record({
    inputs: fc.array(fc.array(fc.integer({ min: -3, max: 5 }), { minLength: 16, maxLength: 16 }), {
      minLength: 1,
      maxLength: 2,
    }),
    bufferFlits: fc.integer({ min: 1, max: 2 }),
    creditCycles: fc.integer({ min: 1, max: 6 }),
  })
  .map(({ inputs, bufferFlits, creditCycles }): World => {
    const chip = sampleChip();
    const { timing } = chip.target;
    const credit = { ...timing.creditCycles, value: creditCycles };
    return {
      chip: { ...chip, target: { ...chip.target, timing: { ...timing, bufferFlits, creditCycles: credit } } },
      inputs: inputs.map((values) => Int16Array.from(values)),
    };
  });

export const worlds = fc.oneof({ arbitrary: splitWorlds, weight: 3 }, { arbitrary: sampleWorlds, weight: 1 });

export interface Choice {
  readonly ticks?: TickRange;
  readonly cores?: readonly number[];
  readonly routers?: readonly number[];
  readonly limit?: number;
}

/** All of a chip, unless told otherwise. */
export function optionsOf(chip: Chip, choice: Choice, sink: (chunk: string) => void): TraceOptions {
  const { width, height } = chip.target.mesh;
  return {
    tool: 'test 1.0',
    chip,
    ticks: { first: 0, last: chip.ticks - 1 },
    cores: chip.cores.map(({ core }) => core).sort((a, b) => a - b),
    routers: Array.from({ length: width * height }, (_, router) => router),
    limit: 1e6,
    ...choice,
    sink,
  };
}

export interface Outcome {
  readonly readouts: number[][];
  readonly timings: Inference['timing'][];
  readonly counts: Counts;
}

/** Runs the inputs one after the other. */
export function run({ chip, inputs }: World, kernels: KernelKind, listener?: PhaseListener): Outcome {
  const emulator = new Emulator(chip, { timing: 'cycle', kernels, ...(listener && { listener }) });
  const readouts: number[][] = [];
  const timings: Inference['timing'][] = [];
  for (const input of inputs) {
    const { readout, timing } = emulator.infer(input);
    readouts.push([...readout]);
    timings.push(structuredClone(timing));
  }
  return { readouts, timings, counts: emulator.counts() };
}

export interface Traced extends Outcome {
  readonly perfetto: string;
  readonly vcd: string;
  readonly summaries: { readonly perfetto: TraceSummary; readonly vcd: TraceSummary };
}

/** The same with both traces. */
export function traced(world: World, kernels: KernelKind = 'wasm', choice: Choice = {}): Traced {
  let [perfetto, vcd] = ['', ''];
  const first = new PerfettoTrace(optionsOf(world.chip, choice, (chunk) => void (perfetto += chunk)));
  const second = new VcdTrace(optionsOf(world.chip, choice, (chunk) => void (vcd += chunk)));
  const outcome = run(world, kernels, joinListeners([first, second]));
  const summaries = { perfetto: first.finish(), vcd: second.finish() };
  return { ...outcome, perfetto, vcd, summaries };
}

export const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);
