// How long the programs take before they do anything.
import { median } from '../parts/measure.mjs';

const RUNS = 10;

export function* startUpRows({ command }) {
  for (const [program, bar] of [
    ['snnemu', { most: 150 }],
    ['snnc', { most: 150 }],
  ]) {
    const runs = Array.from({ length: RUNS }, () => command(program, ['--help']));
    const wall = median(runs.map((run) => run.wall));
    const cpu = median(runs.map((run) => run.cpu));
    const peakMB = median(runs.map((run) => run.peakMB));
    yield { what: `${program} --help`, value: 1000 * cpu, unit: 'ms', byClock: 1000 * wall, bar, wall, cpu, peakMB };
  }
}
