/** Critical cores, layers and fixed ticks, against cycles worked out from the text of spec/timing.md. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Emulator, type InferenceTiming, KERNEL_KINDS } from '../../../emulator/index.ts';
import { barrierCycles, type Chip } from '../../../isa/index.ts';
import { sampleChip, tinyTarget } from '../../isa/chips.ts';
import { splitDenseChip } from '../chips.ts';

const target = tinyTarget({ mesh: { width: 3, height: 2 }, coresPerTile: 2 });
const THRESHOLD = 60;
const WINDOW = 5;

const weight = fc.integer({ min: -20, max: 30 });
const row = (length: number) => fc.array(weight, { minLength: length, maxLength: length });
const networks = fc.record({
  hidden: fc.array(row(3), { minLength: 11, maxLength: 11 }),
  output: fc.array(row(11), { minLength: 6, maxLength: 6 }),
  input: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 }),
  cuts: fc.uniqueArray(fc.integer({ min: 1, max: 10 }), { maxLength: 3 }),
  cores: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], { minLength: 5, maxLength: 5 }),
});
type Network = typeof networks extends fc.Arbitrary<infer N> ? N : never;

function piecesOf({ cuts }: Network): number[] {
  const bounds = [0, ...cuts.toSorted((a, b) => a - b), 11];
  return bounds.slice(1).map((end, k) => end - bounds[k]!);
}

function chipOf(network: Network, tickCycles?: number): Chip {
  const { hidden, output, cores } = network;
  const pieces = piecesOf(network);
  const chip = splitDenseChip({
    inputs: 3,
    window: WINDOW,
    hidden,
    output,
    threshold: THRESHOLD,
    pieces,
    cores: cores.slice(0, pieces.length + 1),
    target,
  });
  return tickCycles === undefined ? chip : withTick(chip, tickCycles);
}

function withTick(chip: Chip, value: number): Chip {
  const tickCycles = { value, unit: 'cycles', kind: 'assumed', source: 'test' } as const;
  return { ...chip, target: { ...chip.target, timing: { ...chip.target.timing, tickCycles } } };
}

interface Work {
  readonly core: number;
  readonly layer: number;
  integrate: number;
  update: number;
}

/** Cycles of every core in every tick: `tinyTarget` has 4 lanes, and costs of 1 and 2 cycles. */
function workOf(network: Network): Work[][] {
  const { hidden, output, input, cores } = network;
  const lanes = (count: number): number => Math.ceil(count / 4);
  const nonZero = input.filter((payload) => payload !== 0).length;
  const current = hidden.map((weights) => weights.reduce((sum, w, k) => sum + w * input[k]!, 0));
  const v = hidden.map(() => THRESHOLD / 2);
  const pieces = piecesOf(network);
  let heard = 0;
  return Array.from({ length: WINDOW + 1 }, (_, tick) => {
    let spikes = 0;
    let first = 0;
    const work = pieces.map((count, piece): Work => {
      const range = Array.from({ length: count }, (__, k) => first + k);
      first += count;
      let update = 0;
      if (tick < WINDOW) {
        update += lanes(count);
        for (let step = 0; step < count; step += 4) {
          let fired = 0;
          let active = false;
          for (const n of range.slice(step, step + 4)) {
            v[n]! += current[n]!;
            if (current[n] !== 0) active = true;
            if (v[n]! < THRESHOLD) continue;
            v[n]! -= THRESHOLD;
            fired++;
          }
          spikes += fired;
          // What fired without a change of V since its last update is active too.
          update += Math.max(active || fired > 0 ? 2 : 1, fired);
        }
      }
      return { core: cores[piece]!, layer: 0, integrate: tick === 0 ? nonZero * (2 + lanes(count)) : 0, update };
    });
    work.push({ core: cores[pieces.length]!, layer: 1, integrate: heard * (2 + lanes(output.length)), update: 0 });
    heard = spikes;
    return work;
  });
}

/** The core with the latest nominal end, the lowest of equals. */
const slowestOf = (work: readonly Work[]): Work =>
  work.toSorted((a, b) => b.integrate + b.update - a.integrate - a.update || a.core - b.core)[0]!;

const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

function expectWhole({ bound, cycles, tickBounds, criticalShares, tickCycles }: InferenceTiming, chip: Chip): void {
  expect(sum(Object.values(bound))).toBe(cycles);
  expect(sum(tickBounds.integrate)).toBe(bound.integrate);
  expect(sum(tickBounds.update)).toBe(bound.update);
  expect(sum(tickBounds.network)).toBe(bound.network);
  expect(sum(tickBounds.wait)).toBe(bound.wait);
  expect(sum(criticalShares.map(({ integrateCycles }) => integrateCycles))).toBe(bound.integrate);
  expect(sum(criticalShares.map(({ updateCycles }) => updateCycles))).toBe(bound.update);
  const barrier = barrierCycles(chip.target);
  const { integrate, update, network, wait } = tickBounds;
  tickCycles.forEach((ticks, t) => {
    expect(integrate[t]! + update[t]! + network[t]! + barrier + wait[t]!).toBe(ticks);
  });
}

describe('the critical core', () => {
  it.each(KERNEL_KINDS)('is the one that works longest, and its cycles are those worked out (%s)', (kernels) => {
    let cores = 0;
    fc.assert(
      fc.property(networks, (network) => {
        const chip = chipOf(network);
        const { timing } = new Emulator(chip, { timing: 'cycle', kernels }).infer(Int16Array.from(network.input));
        const expected = workOf(network).map(slowestOf);
        const { tickBounds, criticalShares } = timing!;
        const works = ({ integrate, update }: Work): boolean => integrate + update > 0;
        expect([...tickBounds.core]).toEqual(expected.map((work) => (works(work) ? work.core : -1)));
        expect([...tickBounds.integrate]).toEqual(expected.map(({ integrate }) => integrate));
        expect([...tickBounds.update]).toEqual(expected.map(({ update }) => update));
        const shares = [...new Set(expected.filter(works).map(({ core }) => core))].map((core) => {
          const own = expected.filter((work) => work.core === core);
          const integrateCycles = sum(own.map(({ integrate }) => integrate));
          return { core, layer: own[0]!.layer, integrateCycles, updateCycles: sum(own.map(({ update }) => update)) };
        });
        expect(criticalShares).toEqual(shares.toSorted((a, b) => a.core - b.core));
        expectWhole(timing!, chip);
        cores = Math.max(cores, new Set(expected.filter(works).map(({ core }) => core)).size);
      }),
      { numRuns: 60 },
    );
    // The networks are not so that one core is critical throughout.
    expect(cores).toBeGreaterThan(1);
  });

  it('divides its cycles among the layers that it holds', () => {
    // Core 1 of this chip holds the second convolution and the read-out.
    const chip = sampleChip();
    const input = fc.array(fc.integer({ min: -3, max: 5 }), { minLength: 16, maxLength: 16 });
    const seen = new Set<string>();
    fc.assert(
      fc.property(input, (values) => {
        const [wasm, ts] = KERNEL_KINDS.map((kernels) => {
          const { timing } = new Emulator(chip, { timing: 'cycle', kernels }).infer(Int16Array.from(values));
          expectWhole(timing!, chip);
          return timing!;
        });
        expect(wasm!.criticalShares).toEqual(ts!.criticalShares);
        const places = wasm!.criticalShares.map(({ core, layer }) => 10 * core + layer);
        expect(places).toEqual([0, 11, 13, 32].filter((place) => places.includes(place)));
        for (const { core, layer, integrateCycles, updateCycles } of wasm!.criticalShares) {
          if (integrateCycles > 0) seen.add(`integrate ${core} ${layer}`);
          if (updateCycles > 0) seen.add(`update ${core} ${layer}`);
        }
        // The last tick updates the read-out alone: one vector step of BIAS.
        const last = chip.ticks - 1;
        if (wasm!.tickBounds.core[last] === 1) expect(wasm!.tickBounds.update[last]).toBe(1);
      }),
      { numRuns: 40 },
    );
    for (const share of ['integrate 0 0', 'update 0 0', 'integrate 1 1', 'integrate 1 3', 'update 1 3'])
      expect(seen).toContain(share);
  });
});

describe('a fixed tick', () => {
  it('every tick takes the longer of its length and its work; nothing else changes', () => {
    let overruns = 0;
    let waits = 0;
    fc.assert(
      fc.property(networks, fc.integer({ min: barrierCycles(target), max: 90 }), (network, length) => {
        const input = Int16Array.from(network.input);
        const free = new Emulator(chipOf(network), { timing: 'cycle' });
        const fixed = new Emulator(chipOf(network, length), { timing: 'cycle' });
        const a = free.infer(input);
        const b = fixed.infer(input);
        const work = [...a.timing!.tickCycles];
        const over = work.filter((cycles) => cycles > length).map((cycles) => cycles - length);
        expect([...b.timing!.tickCycles]).toEqual(work.map((cycles) => Math.max(length, cycles)));
        expect([...b.timing!.tickBounds.wait]).toEqual(work.map((cycles) => Math.max(0, length - cycles)));
        expect([b.timing!.overrunTicks, b.timing!.overrunCycles]).toEqual([over.length, sum(over)]);
        expectWhole(b.timing!, fixed.chip);
        const { wait, ...others } = b.timing!.bound;
        expect(a.timing!.bound).toEqual({ ...others, wait: 0 });
        expect(b.timing).toMatchObject({
          resetCycles: a.timing!.resetCycles,
          inputCycles: a.timing!.inputCycles,
          readoutCycles: a.timing!.readoutCycles,
        });
        expect(b.readout).toEqual(a.readout);
        // Whoever waits is idle, and waiting is no event.
        const cores = fixed.chip.cores.length;
        const { idleCoreCycles, ...counts } = free.counts();
        expect(fixed.counts()).toEqual({ ...counts, idleCoreCycles: idleCoreCycles! + cores * wait });
        overruns += over.length;
        waits += wait;
      }),
      { numRuns: 60 },
    );
    expect(overruns).toBeGreaterThan(0);
    expect(waits).toBeGreaterThan(0);
  });
});
