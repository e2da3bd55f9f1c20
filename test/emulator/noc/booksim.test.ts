/** Against the curves of BookSim2: same topology, traffic and buffers, another implementation. */
import { readFileSync } from 'node:fs';
import { describe, expect } from '@jest/globals';
import { type InjectionSchedule, Network } from '../../../emulator/noc/index.ts';
import { itShared, sharedPath } from '../../shared.ts';
import { allPairRoutes, meshTarget, schedule, seededRandom } from './helpers.ts';

type Row = Record<string, string>;

function readTable(name: string): Row[] {
  const [head, ...lines] = readFileSync(sharedPath('data', 'booksim', name)!, 'utf8')
    .trim()
    .split(/\r?\n/);
  const names = head!.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, k) => [names[k]!, value])));
}

/** Local names: jest looks globals up slowly. */
const { floor } = Math;
const WARM_UP = 3000;

function destination(pattern: string, k: number, node: number, random: () => number): number {
  const [x, y] = [node % k, floor(node / k)];
  if (pattern === 'transpose') return x * k + y;
  if (pattern === 'neighbor') return ((y + 1) % k) * k + ((x + 1) % k);
  return floor(random() * k * k);
}

interface Traffic {
  readonly k: number;
  readonly pattern: string;
  readonly bufferFlits: number;
  readonly rate: number;
  /** Length of the injection, warm-up included. */
  readonly cycles: number;
  readonly seed: number;
}

/** Bernoulli traffic with source queues. */
function bernoulli({ k, pattern, rate, cycles, seed }: Traffic): InjectionSchedule[] {
  const nodes = k * k;
  const random = seededRandom(seed);
  return Array.from({ length: nodes }, (_, node) => {
    const packets: [number, number][] = [];
    for (let cycle = 0; cycle < cycles; cycle++)
      if (random() < rate) packets.push([cycle, node * nodes + destination(pattern, k, node, random)]);
    return schedule(node, packets, { mode: 'queue' });
  });
}

/** Mean latency, queueing included, of the packets created after the warm-up. */
function meanLatency(traffic: Traffic): number {
  const { k, bufferFlits } = traffic;
  const schedules = bernoulli(traffic);
  let sum = 0;
  let packets = 0;
  const network = new Network(meshTarget(k, k, 1, { bufferFlits }), allPairRoutes(k, k));
  network.runPhase(schedules, (_tree, source, item, _router, _port, cycle) => {
    const created = schedules[source]!.cycles[item]!;
    if (created < WARM_UP) return;
    sum += cycle - created;
    packets++;
  });
  return sum / packets;
}

class EndOfMeasurement extends Error {}

/** Flits delivered per node and cycle after the warm-up; what still queues at the end is left there. */
function acceptedRate(traffic: Traffic): number {
  const { k, bufferFlits, cycles } = traffic;
  let delivered = 0;
  const network = new Network(meshTarget(k, k, 1, { bufferFlits }), allPairRoutes(k, k), { creditedSinks: true });
  try {
    network.runPhase(bernoulli(traffic), (_tree, _source, _item, _router, _port, cycle) => {
      if (cycle >= cycles) throw new EndOfMeasurement();
      if (cycle >= WARM_UP) delivered++;
    });
  } catch (error) {
    if (!(error instanceof EndOfMeasurement)) throw error;
  }
  return delivered / (k * k * (cycles - WARM_UP));
}

describe('against BookSim2', () => {
  itShared('mean latency within 2 % up to 80 % of the rate where it is three times the zero-load latency', () => {
    const deviations: string[] = [];
    const summary = readTable('summary.csv');
    let compared = 0;
    for (const row of readTable('latency.csv')) {
      const [k, buffers, rate] = [Number(row.k), Number(row.vc_buf_size), Number(row.injection_rate)];
      const of = (s: Row) => s.k === row.k && s.pattern === row.pattern && s.vc_buf_size === row.vc_buf_size;
      // Where the latency never gets to three times that of zero load the column is empty: the limit is the full rate.
      const column = summary.find(of)!.rate_at_3x_zero_load!;
      if (row.status !== 'ok' || rate > 0.8 * (column === '' ? 1 : Number(column))) continue;
      // Enough packets that the error of sampling is well below the 2 % also at low rates.
      const cycles = WARM_UP + Math.max(k === 8 ? 3000 : 6000, Math.round(10_000 / (k * k * rate)));
      const latency = meanLatency({ k, pattern: row.pattern!, bufferFlits: buffers, rate, cycles, seed: 1 });
      const reference = Number(row.plat_avg);
      compared++;
      if (!(Math.abs(latency / reference - 1) <= 0.02))
        deviations.push(`${k} ${row.pattern} B=${buffers} rate ${rate}: ${latency} instead of ${reference}`);
    }
    expect(compared).toBeGreaterThan(30);
    expect(deviations).toEqual([]);
  });

  // BookSim's terminals return credits for what they take, so a sink is limited to B/5 as a link is; the chip's are not.
  itShared('accepted rate at offered rate 1 within 4 %, with credited sinks as there', () => {
    const deviations: string[] = [];
    for (const row of readTable('summary.csv')) {
      const [k, buffers] = [Number(row.k), Number(row.vc_buf_size)];
      const cycles = WARM_UP + (k === 8 ? 1000 : 2000);
      const accepted = acceptedRate({ k, pattern: row.pattern!, bufferFlits: buffers, rate: 1, cycles, seed: 2 });
      const reference = Number(row['accepted_at_offered_1.0_mean3seeds']);
      if (!(Math.abs(accepted / reference - 1) <= 0.04))
        deviations.push(`${k} ${row.pattern} B=${buffers}: ${accepted} instead of ${reference}`);
    }
    expect(deviations).toEqual([]);
  });
});
