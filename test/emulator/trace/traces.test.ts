/** Traces against what the emulator counts and times. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KERNEL_KINDS, PerfettoTrace, VCD_PHASE, VCD_STATE, VcdTrace } from '../../../emulator/index.ts';
import { CHUNK_CHARACTERS } from '../../../emulator/trace/output.ts';
import { microseconds, nanoseconds, timescale } from '../../../emulator/trace/time.ts';
import { misnested, readTrace } from './perfetto-reader.ts';
import { readVcd, timeAt, valueAt, type Wave } from './vcd-reader.ts';
import { optionsOf, run, sum, traced, type Traced, type World, worlds } from './worlds.ts';
import { cases } from '../../cases.ts';

const DIRECTIONS = ['north', 'east', 'south', 'west'] as const;

/** Units of a VCD in a cycle of the chip. */
const unitsOf = ({ chip }: World): number => timescale(chip.target.timing.clockHz.value).unitsPerCycle;

const names = (wave: Wave, pattern: RegExp): string[] => [...wave.signals.keys()].filter((name) => pattern.test(name));

/** Cycles in which the signals that match are 1, or have another value. */
const cyclesAt = (wave: Wave, units: number, pattern: RegExp, value = 1): number =>
  sum(names(wave, pattern).map((name) => timeAt(wave, name, value) / units));

describe('a run that is traced', () => {
  it('computes, counts and takes the same as one that is not', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { readouts, timings, counts } = traced(world);
        expect({ readouts, timings, counts }).toEqual(run(world, 'wasm'));
      }),
      { numRuns: cases(8) },
    );
  });

  it('gives the same trace on all kernels', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const [first, ...others] = KERNEL_KINDS.map((kernels) => traced(world, kernels));
        for (const other of others) expect([other.vcd, other.perfetto]).toEqual([first!.vcd, first!.perfetto]);
      }),
      { numRuns: cases(8) },
    );
  });
});

describe('the value change dump', () => {
  it('agrees with the counts and cycles of the run', () => {
    let stalls = 0;
    fc.assert(
      fc.property(worlds, (world) => {
        const { vcd, counts, timings } = traced(world);
        const wave = readVcd(vcd);
        const units = unitsOf(world);
        const cycles = (pattern: RegExp, value?: number): number => cyclesAt(wave, units, pattern, value);
        const busy = (state: number): number => cycles(/^core_\d+\.state$/, state);
        const { idle: _, reset, ...ticks } = VCD_STATE;
        const stalled = busy(ticks.stall);
        stalls += stalled;
        for (const direction of DIRECTIONS)
          expect(cycles(RegExp(`valid_${direction}$`))).toBe(counts.linkHops[direction]);
        expect(cycles(/valid_(local\d+|host)$/)).toBe(counts.deliveries);
        expect(cycles(/\.inject$/)).toBe(counts.packets);
        const inTicks = busy(ticks.integrate) + busy(ticks.update) + stalled + busy(ticks.send);
        expect(inTicks).toBe(counts.activeCoreCycles! + readoutCycles(world, wave, units));
        expect(busy(reset)).toBeGreaterThan(0);
        expect(wave.end / units).toBe(sum(timings.map((timing) => timing!.cycles)));
        const phases = sum(Object.values(VCD_PHASE).map((phase) => cycles(/^chip\.phase$/, phase)));
        expect(phases).toBe(wave.end / units);
        expect(cycles(/^chip\.phase$/, VCD_PHASE.barrier) + cycles(/^chip\.phase$/, VCD_PHASE.wait)).toBe(
          sum(timings.map((timing) => timing!.bound.barrier + timing!.bound.wait)) + barriersOfInputs(world, timings),
        );
      }),
      { numRuns: cases(20) },
    );
    expect(stalls).toBeGreaterThan(0);
  });

  it('never takes more slots than a buffer has, and none when a phase is over', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const wave = readVcd(traced(world).vcd);
        const barriers = wave.signals.get('chip.phase')!.filter(({ value }) => value === VCD_PHASE.barrier);
        let most = 0;
        for (const name of names(wave, /\.slots_/)) {
          const levels = wave.signals.get(name)!;
          for (const { value } of levels) most = Math.max(most, value ?? 0);
          for (const { time } of barriers) expect(levels.findLast((level) => level.time <= time)!.value).toBe(0);
        }
        expect(most).toBeGreaterThan(0);
        expect(most).toBeLessThanOrEqual(world.chip.target.timing.bufferFlits);
      }),
      { numRuns: cases(10) },
    );
  });

  it('knows nothing outside of the ticks that were chosen, and the same as ever inside of them', () => {
    fc.assert(
      fc.property(worlds, fc.nat(3), fc.nat(2), (world, first, more) => {
        const ticks = { first, last: Math.min(world.chip.ticks - 1, first + more) };
        const whole = readVcd(traced(world).vcd);
        const part = readVcd(traced(world, 'wasm', { ticks }).vcd);
        const units = unitsOf(world);
        const differences: string[] = [];
        for (let time = 0; time < whole.end; time += 7 * units) {
          const at = (wave: Wave, name: string) => valueAt(wave, name, time);
          const known = at(part, 'chip.phase') !== undefined;
          const tick = at(whole, 'chip.tick')!;
          if (at(whole, 'chip.phase') === VCD_PHASE.tick && known !== (tick >= ticks.first && tick <= ticks.last))
            differences.push(`tick ${tick}`);
          for (const name of known ? whole.signals.keys() : [])
            if (at(part, name) !== at(whole, name)) differences.push(`${name} at ${time}`);
        }
        expect(differences).toEqual([]);
      }),
      { numRuns: cases(5) },
    );
  });
});

/** Cycles in which cores send or stall while they are read. */
function readoutCycles({ chip }: World, wave: Wave, units: number): number {
  const spans = wave.signals.get('chip.phase')!;
  return sum(
    spans.flatMap(({ time, value }, k) => {
      if (value !== VCD_PHASE.readout) return [];
      const end = spans[k + 1]?.time ?? wave.end;
      const states = [VCD_STATE.send, VCD_STATE.stall];
      return chip.cores.flatMap(({ core }) =>
        states.map((state) => timeAt(wave, `core_${core}.state`, state, time, end) / units),
      );
    }),
  );
}

/** Cycles of the barriers after the inputs, which count as host. */
const barriersOfInputs = ({ chip }: World, timings: Traced['timings']): number =>
  sum(timings.map((timing) => timing!.bound.barrier / chip.ticks));

describe('the trace for Perfetto', () => {
  it('is a trace-event document whose slices nest', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { perfetto, summaries } = traced(world);
        const { slices, names: named, events } = readTrace(perfetto);
        expect(misnested(slices)).toEqual([]);
        expect(events).toBe(summaries.perfetto.events);
        for (const { pid, tid } of slices) expect(named.has(`${pid}/${tid}`) && named.has(`${pid}`)).toBe(true);
      }),
      { numRuns: cases(15) },
    );
  });

  it('agrees with the counts and cycles of the run', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { perfetto, counts, timings } = traced(world);
        const { slices, counters } = readTrace(perfetto);
        const cycles = (pid: number, ...wanted: string[]): number =>
          sum(slices.filter((s) => s.pid === pid && wanted.includes(s.name)).map(({ args }) => args.cycles as number));
        const stalled = sum(
          slices.map(({ args, pid }) => (pid === 2 ? ((args.stallCycles as number | undefined) ?? 0) : 0)),
        );
        expect(cycles(2, 'integrate', 'update')).toBe(counts.activeCoreCycles);
        expect(cycles(2, 'stall')).toBe(stalled);
        expect(sum(slices.map(({ args }) => (args.packets as number | undefined) ?? 0))).toBe(
          2 * counts.packets + inputPackets(world),
        );
        const { east, west, north, south } = counts.linkHops;
        expect(sum(counters.map(({ flits }) => flits))).toBe(east + west + north + south);
        const bound = (part: 'integrate' | 'update' | 'barrier' | 'wait'): number =>
          sum(timings.map((timing) => timing!.bound[part]));
        expect(cycles(1, 'integrate')).toBe(bound('integrate'));
        expect(cycles(1, 'update')).toBe(bound('update'));
        expect(cycles(1, 'wait')).toBe(bound('wait'));
        expect(cycles(1, 'barrier')).toBe(bound('barrier') + barriersOfInputs(world, timings));
        const layers = slices.filter(({ pid, args }) => pid === 2 && args.layers !== undefined);
        for (const { args, name } of layers) {
          const inLayers = sum(Object.values(args.layers as Record<string, number>));
          expect(inLayers).toBe((args.cycles as number) - (name === 'update' ? (args.stallCycles as number) : 0));
        }
      }),
      { numRuns: cases(15) },
    );
  });
});

const inputPackets = ({ inputs }: World): number =>
  sum(inputs.map((input) => input.filter((value) => value !== 0).length));

describe('the bounds of traces', () => {
  it('end a trace cleanly, at the limit, as a part of the whole one', () => {
    fc.assert(
      fc.property(worlds, fc.integer({ min: 1, max: 3000 }), (world, limit) => {
        const whole = traced(world);
        const part = traced(world, 'wasm', { limit });
        const { perfetto, vcd } = part.summaries;
        expect(readTrace(part.perfetto).events).toBe(perfetto.events);
        expect(perfetto.events).toBe(Math.min(limit, whole.summaries.perfetto.events));
        expect(vcd.events).toBeLessThanOrEqual(limit);
        expect(vcd.cut === undefined).toBe(vcd.phasesLeftOut === 0);
        expect(vcd.phases).toBe(whole.summaries.vcd.phases);
        const [short, long] = [readVcd(part.vcd), readVcd(whole.vcd)];
        expect(short.end).toBe(long.end);
        for (const [name, levels] of short.signals) {
          const known = levels.filter(({ value }) => value !== undefined);
          expect(known).toEqual(
            long.signals
              .get(name)!
              .filter(({ value }) => value !== undefined)
              .slice(0, known.length),
          );
        }
      }),
      { numRuns: cases(13) },
    );
  });

  it('hand on the text while the run goes on, and keep no more than a chunk', () => {
    const [{ chip, inputs }] = fc.sample(worlds, { numRuns: 1, seed: 5 }) as [World];
    for (const kind of [PerfettoTrace, VcdTrace]) {
      const lengths = [80, 320].map((inferences) => {
        let [told, largest] = [0, 0];
        const trace = new kind(
          optionsOf(chip, {}, (chunk) => {
            told += chunk.length;
            largest = Math.max(largest, chunk.length);
          }),
        );
        run({ chip, inputs: Array.from({ length: inferences }, (_, k) => inputs[k % inputs.length]!) }, 'wasm', trace);
        const before = told;
        trace.finish();
        expect(largest).toBeLessThan(2 * CHUNK_CHARACTERS);
        expect(told - before).toBeLessThan(2 * CHUNK_CHARACTERS);
        return told;
      });
      expect(lengths[0]).toBeGreaterThan(2 * CHUNK_CHARACTERS);
      expect(lengths[1]).toBeGreaterThan(3 * lengths[0]!);
    }
  });
});

describe('times', () => {
  it('are whole nanoseconds for a reader that cuts off, and never fall', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 44 }),
        fc.nat(1000),
        fc.double({ min: 1, max: 1e10 }),
        (from, more, hz) => {
          const ns = nanoseconds(from, hz);
          fc.pre(ns < 2 ** 50);
          expect(Math.trunc(microseconds(ns) * 1000)).toBe(ns);
          expect(nanoseconds(from + more, hz)).toBeGreaterThanOrEqual(ns);
        },
      ),
    );
  });

  it.each([
    [200e6, '1 ns', 5],
    [100e6, '10 ns', 1],
    [1e9, '1 ns', 1],
    [1e6, '1 us', 1],
    [1000, '1 ms', 1],
    [1, '1 s', 1],
    [8e9, '1 ps', 125],
    [3e8, '1 fs', 3333333],
  ])('a cycle of a clock of %d Hz is a whole number of %s', (clockHz, text, unitsPerCycle) => {
    expect(timescale(clockHz)).toEqual({ text, unitsPerCycle, exact: clockHz !== 3e8 });
  });
});
