/** Against the curves of BookSim2: same topology, traffic and buffers, another implementation. */
import { readFileSync } from 'node:fs';
import { describe, expect } from '@jest/globals';
import { runTraffic, type TrafficPattern, type TrafficStatistics } from '../../../emulator/index.ts';
import { itShared, sharedPath } from '../../shared.ts';
import { meshTarget } from './helpers.ts';

type Row = Record<string, string>;

function readTable(name: string): Row[] {
  const [head, ...lines] = readFileSync(sharedPath('data', 'booksim', name)!, 'utf8')
    .trim()
    .split(/\r?\n/);
  const names = head!.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, k) => [names[k]!, value])));
}

/** BookSim's terminals return credits for what they take, so the sinks do here. */
function run(row: Row, rate: number, cycles: number): TrafficStatistics {
  const [k, bufferFlits] = [Number(row.k), Number(row.vc_buf_size)];
  const traffic = { mesh: { width: k, height: k }, pattern: row.pattern as TrafficPattern, rate, seed: 1 };
  const steps = runTraffic(meshTarget(k, k, 1, { bufferFlits }), traffic, cycles, { creditedSinks: true });
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

const nameOf = (row: Row): string => `${row.k} ${row.pattern} B=${row.vc_buf_size}`;

describe('against BookSim2', () => {
  itShared('mean latency within 2 % up to 80 % of the rate where it is three times the zero-load latency', () => {
    const deviations: string[] = [];
    const summary = readTable('summary.csv');
    let compared = 0;
    for (const row of readTable('latency.csv')) {
      const rate = Number(row.injection_rate);
      // The column is empty where none of the rates measured gets there; then it is not above what is accepted at most.
      const of = summary.find((s) => nameOf(s) === nameOf(row))!;
      const limit = Number(of.rate_at_3x_zero_load! || of['accepted_at_offered_1.0_mean3seeds']);
      if (row.status !== 'ok' || rate > 0.8 * limit) continue;
      // Enough packets that the error of sampling is well below the 2 % also at low rates.
      const cycles = Math.max(4000, Math.round(12_000 / (Number(row.k) ** 2 * rate)));
      const { latencyMean } = run(row, rate, cycles);
      const reference = Number(row.plat_avg);
      compared++;
      if (!(Math.abs(latencyMean! / reference - 1) <= 0.02))
        deviations.push(`${nameOf(row)} rate ${rate}: ${latencyMean} instead of ${reference}`);
    }
    expect(compared).toBeGreaterThan(30);
    expect(deviations).toEqual([]);
  });

  itShared('accepted rate at offered rate 1 within 4 %', () => {
    const deviations: string[] = [];
    for (const row of readTable('summary.csv')) {
      const { acceptedRate } = run(row, 1, 2000);
      const reference = Number(row['accepted_at_offered_1.0_mean3seeds']);
      if (!(Math.abs(acceptedRate / reference - 1) <= 0.04))
        deviations.push(`${nameOf(row)}: ${acceptedRate} instead of ${reference}`);
    }
    expect(deviations).toEqual([]);
  });
});
