import { afterEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Network, runTraffic, type Traffic, type TrafficStatistics, WARM_UP_CYCLES } from '../../../emulator/index.ts';
import { Gaps, TrafficStream } from '../../../emulator/traffic/traffic.ts';
import { tinyTarget } from '../../isa/chips.ts';
import { asGrid } from '../../isa/grids.ts';
import { allPairRoutes, meshTarget, schedule, seededRandom } from '../noc/helpers.ts';

function run(traffic: Traffic, cycles: number, bufferFlits = 8, creditedSinks = false): TrafficStatistics {
  const { width, height } = traffic.mesh;
  return last(runTraffic(meshTarget(width, height, 1, { bufferFlits }), traffic, cycles, { creditedSinks }));
}

function last(steps: ReturnType<typeof runTraffic>): TrafficStatistics {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

const square = (side: number) => ({ width: side, height: side });

/** The same from the network that is given all packets at once. */
function runWithSchedules(traffic: Traffic, cycles: number, bufferFlits: number, creditedSinks: boolean) {
  const { width, height } = traffic.mesh;
  const nodes = width * height;
  const end = WARM_UP_CYCLES + cycles;
  const gaps = new Gaps(traffic.rate);
  const schedules = Array.from({ length: nodes }, (_, node) => {
    const packets: [number, number][] = [];
    for (const stream = new TrafficStream(traffic, node, gaps); stream.created < end; stream.advance())
      packets.push([stream.created, node * nodes + stream.destination]);
    return schedule(node, packets, { mode: 'queue' });
  });
  const latencies: number[] = [];
  const target = meshTarget(width, height, 1, { bufferFlits });
  const network = new Network(target, allPairRoutes(width, height), { creditedSinks });
  network.runPhase(schedules, (_tree, source, item, _router, _port, cycle) => {
    if (cycle >= WARM_UP_CYCLES && cycle < end) latencies.push(cycle - schedules[source]!.cycles[item]!);
  });
  const sum = latencies.reduce((total, latency) => total + latency, 0);
  return {
    acceptedRate: latencies.length / (nodes * cycles),
    latencyMean: latencies.length === 0 ? null : sum / latencies.length,
    latencyMax: latencies.length === 0 ? null : Math.max(...latencies),
  };
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('gaps between packets', () => {
  it.each([1, 0.9, 0.3, 0.02, 0.001, 1e-5])('have the mean of a Bernoulli process of rate %d', (rate) => {
    const random = seededRandom(3);
    const gaps = new Gaps(rate);
    const count = 20_000;
    let sum = 0;
    for (let k = 0; k < count; k++) sum += gaps.draw(random);
    const mean = (1 - rate) / rate;
    // The standard deviation of a gap is sqrt(1 - rate) / rate.
    expect(Math.abs(sum / count - mean)).toBeLessThanOrEqual((5 * Math.sqrt(1 - rate)) / rate / Math.sqrt(count));
  });

  it('are 0 as often as the rate says, and never end at rate 0', () => {
    const random = seededRandom(4);
    const gaps = new Gaps(0.25);
    const zeros = Array.from({ length: 20_000 }, () => gaps.draw(random)).filter((gap) => gap === 0);
    expect(Math.abs(zeros.length / 20_000 - 0.25)).toBeLessThan(0.016);
    expect(new Gaps(0).draw(random)).toBe(Infinity);
    expect(new Gaps(1).draw(random)).toBe(0);
  });
});

describe('traffic', () => {
  it('has the statistics of a network that is given the same packets at once', () => {
    let delivered = 0;
    fc.assert(
      fc.property(
        fc.record({
          side: fc.integer({ min: 1, max: 4 }),
          pattern: fc.constantFrom('uniform' as const, 'transpose' as const, 'neighbor' as const, 'hotspot' as const),
          hotspot: fc.nat(0xffff),
          rate: fc.constantFrom(0, 0.01, 0.2, 0.7, 1),
          seed: fc.nat(),
          bufferFlits: fc.integer({ min: 1, max: 8 }),
          creditedSinks: fc.boolean(),
        }),
        ({ side, pattern, hotspot, rate, seed, bufferFlits, creditedSinks }) => {
          const hotspots = pattern === 'hotspot' ? { hotspots: [0, hotspot % (side * side)] } : {};
          const traffic = { mesh: square(side), pattern, ...hotspots, rate, seed };
          const statistics = run(traffic, 300, bufferFlits, creditedSinks);
          expect(statistics).toMatchObject(runWithSchedules(traffic, 300, bufferFlits, creditedSinks));
          delivered += statistics.acceptedRate * side * side * 300;
        },
      ),
      { numRuns: 12 },
    );
    expect(delivered).toBeGreaterThan(1000);
  });

  it('goes where the pattern says: hops, least and largest latency of a packet that waits for nobody', () => {
    // Rate 1 / 1000: hardly any packet meets another one.
    const rest = { rate: 0.001, seed: 9 };
    const zeroLoad = (links: number) => 3 * (links + 1) + 2;
    const uniform = run({ mesh: square(4), pattern: 'uniform', ...rest }, 100_000);
    expect(uniform.hopsMean).toBeCloseTo(2.5, 0);
    expect(uniform.latencyMin).toBe(zeroLoad(0));
    // Any (x + 1, y + 1): two links, but for the last column and row, which are three links away from the first.
    const neighbor = run({ mesh: { width: 4, height: 2 }, pattern: 'neighbor', ...rest }, 100_000);
    expect([neighbor.latencyMin, Math.round(neighbor.hopsMean! * 10) / 10]).toEqual([zeroLoad(2), 2.5]);
    const transpose = run({ mesh: square(3), pattern: 'transpose', ...rest }, 100_000);
    expect([transpose.latencyMin, Math.round(transpose.hopsMean! * 10) / 10]).toEqual([zeroLoad(0), 1.8]);
    const hotspot = run({ mesh: square(3), pattern: 'hotspot', hotspots: [0], ...rest }, 100_000);
    expect([hotspot.latencyMin, Math.round(hotspot.hopsMean!)]).toEqual([zeroLoad(0), 2]);
  });

  it('is slower over the borders of a grid of chips', () => {
    const traffic: Traffic = { mesh: { width: 2, height: 1 }, pattern: 'neighbor', rate: 0.01, seed: 1 };
    const oneChip = tinyTarget({ mesh: traffic.mesh });
    const grid = { width: 2, height: 1, slowerCycles: 17, flitCycles: 1, laterCreditCycles: 0, joule: 0 };
    const [within, between] = [oneChip, asGrid(oneChip, grid)].map((target) => last(runTraffic(target, traffic, 1000)));
    expect(between!.latencyMin! - within!.latencyMin!).toBe(17);
  });

  it('draws packets no earlier than the network can take them, however long the queues would be', () => {
    const advance = jest.spyOn(TrafficStream.prototype, 'advance');
    const { acceptedRate } = run({ mesh: square(4), pattern: 'hotspot', hotspots: [5], rate: 1, seed: 1 }, 20_000);
    expect(acceptedRate).toBeCloseTo(1 / 16, 3);
    // One packet per cycle is delivered; 16 nodes hold a window of 1,024 packets and their part of the buffers.
    expect(advance.mock.calls.length).toBeLessThan(23_000 + 16 * 1024 + 16 * 8 * 5);
    // They would have created this many.
    expect(23_000 * 16).toBeGreaterThan(5 * advance.mock.calls.length);
  });

  it('of another seed is other traffic, of the same seed the same', () => {
    const of = (seed: number) => run({ mesh: square(4), pattern: 'uniform', rate: 0.3, seed }, 1000);
    expect(of(1)).toEqual(of(1));
    expect(of(2).latencyMean).not.toBe(of(1).latencyMean);
    expect(of(2 ** 32 + 1).latencyMean).not.toBe(of(1).latencyMean);
  });

  it.each([
    ['rate', { pattern: 'uniform', rate: 1.5 }],
    ['square', { pattern: 'transpose', rate: 0.1 }],
    ['names no node', { pattern: 'hotspot', rate: 0.1 }],
    ['outside of the mesh', { pattern: 'hotspot', rate: 0.1, hotspots: [6] }],
  ] as const)('that cannot be is refused: %s', (message, traffic) => {
    expect(() => run({ mesh: { width: 3, height: 2 }, seed: 0, ...traffic }, 10)).toThrow(message);
  });
});
