// Whole chips of known activity, in one thread.
import { join } from 'node:path';

const DENSE = { neurons: 1024, layers: 3, ticks: 1001, rate: 0.1, neuron: 'if', seed: 1 };
const SPARSE = {
  neurons: 65_536,
  fanOut: 128,
  reach: 2048,
  local: 0.9,
  perCore: 4096,
  ticks: 51,
  rate: 0.1,
  neuron: 'if',
  seed: 2,
};

const CHIPS = [
  {
    kind: 'dense',
    what: 'three dense layers of 1024',
    spec: DENSE,
    bars: { none: 3e9, cycle: 3e8, peak: 200 },
    // Shares of the speed of the same network of integrate-and-fire neurons.
    programs: [{ neuron: 'lif', title: 'LIF', none: 0.7 }],
  },
  {
    kind: 'sparse',
    what: 'sparse, 65,536 neurons, fan-out 128',
    spec: SPARSE,
    bars: { none: 3e8, cycle: 3e7, peak: 600, load: 2 },
    programs: [{ neuron: 'cubalif', title: 'CubaLIF', none: 0.6, cycle: 0.5 }],
  },
];

export function* chipRows({ ask, folder, quick }) {
  for (const { kind, what, spec, bars, programs } of CHIPS) {
    const file = join(folder, `${kind}.bin`);
    ask('make-chip', { kind, file, spec }, true);
    const run = (timing, kernels, repeats) => ask('run-chip', { file, timing, kernels, repeats });
    const functional = run('none', 'wasm', quick ? 3 : 7);
    const cycle = run('cycle', 'wasm', quick ? 1 : 3);
    const { ratio } = ask('run-chip', {
      file,
      timing: 'none',
      kernels: 'wasm',
      against: { kernels: 'ts' },
      repeats: quick ? 5 : 11,
    });
    yield speed(`${what}: functional`, functional, bars.none);
    yield speed(`${what}: cycle by cycle`, cycle, bars.cycle);
    yield { what: `${what}: ts / wasm, functional`, value: ratio, unit: 'x', bar: { most: 20 } };
    const peakMB = Math.max(functional.peakMB, cycle.peakMB);
    yield { what: `${what}: peak memory`, value: peakMB, unit: 'MB', bar: { most: bars.peak } };
    if (bars.load !== undefined)
      yield { what: `${what}: loading`, value: functional.loadSeconds, unit: 's', bar: { most: bars.load } };
    for (const { neuron, title, ...least } of programs) {
      const program = join(folder, `${kind}-${neuron}.bin`);
      ask('make-chip', { kind, file: program, spec: { ...spec, neuron } }, true);
      for (const [timing, bar] of Object.entries(least)) {
        const runs = Array.from({ length: 3 }, () =>
          ask('run-chip', { file: program, timing, kernels: 'wasm', against: { file }, repeats: quick ? 1 : 3 }),
        );
        yield share(`${what}: ${title} / IF, ${timing === 'none' ? 'functional' : 'cycle by cycle'}`, runs, bar);
      }
    }
  }
}

/**
 * How fast a chip is beside another, in turns with it: the middle of several processes, since where a process lies in memory
 * decides how well its arrays share the cache.
 */
function share(what, runs, least) {
  const middle = runs.toSorted((a, b) => a.ratio - b.ratio)[runs.length >> 1];
  return { what, value: middle.ratio, unit: 'x', bar: { least }, note: firing(middle) };
}

const firing = ({ rate }) => `${(100 * rate).toFixed(1)} % firing`;

function speed(what, run, least) {
  const { synops, cpu, wall, peakMB } = run;
  return {
    what,
    value: synops / cpu,
    unit: 'synops/s',
    byClock: synops / wall,
    bar: { least },
    cpu,
    wall,
    peakMB,
    note: firing(run),
  };
}
