// How time and memory grow with the size: slopes on logarithmic scales. 1 means in proportion.
import { join } from 'node:path';

const SPARSE = {
  neurons: 16_384,
  fanOut: 64,
  reach: 1024,
  local: 0.9,
  perCore: 2048,
  ticks: 21,
  rate: 0.1,
  neuron: 'if',
  seed: 3,
};
const DENSE = { neurons: 512, layers: 4, ticks: 501, rate: 0.1, neuron: 'if', seed: 4 };
/**
 * By how much the slope of time may exceed that of the work: synaptic operations, or packets delivered, or cycle by cycle
 * routers passed, whatever grows fastest. In a larger mesh a neuron's targets lie on more cores, and farther away.
 */
const STEEPER = 0.25;

const SERIES = [
  { what: 'fan-out', kind: 'sparse', base: SPARSE, vary: (fanOut) => ({ fanOut }), sizes: [32, 64, 128, 256] },
  {
    what: 'neurons',
    kind: 'sparse',
    base: SPARSE,
    vary: (neurons) => ({ neurons }),
    sizes: [8192, 16_384, 32_768, 65_536],
  },
  { what: 'T', kind: 'dense', base: DENSE, vary: (T) => ({ ticks: T + 1 }), sizes: [250, 500, 1000, 2000] },
  { what: 'cores', kind: 'dense', base: DENSE, vary: (layers) => ({ layers }), sizes: [4, 8, 16, 32] },
];

export function* growthRows({ ask, folder, quick }) {
  for (const { what, kind, base, vary, sizes } of SERIES) {
    const points = (quick ? sizes.slice(0, 3) : sizes).map((size) => {
      const file = join(folder, 'growth.bin');
      ask('make-chip', { kind, file, spec: { ...base, ...vary(size) } }, true);
      const repeats = quick ? 3 : 5;
      const none = ask('run-chip', { file, timing: 'none', kernels: 'wasm', repeats });
      const cycle = ask('run-chip', { file, timing: 'cycle', kernels: 'wasm', repeats: 1 });
      return { size, none, cycle };
    });
    const range = `${points[0].size} to ${points.at(-1).size}`;
    for (const timing of ['none', 'cycle']) {
      const slopeOf = (key) => slope(points.map((p) => [p.size, p[timing][key]]));
      const [time, memory, synops, deliveries, hops] = ['cpu', 'peakMB', 'synops', 'deliveries', 'hops'].map(slopeOf);
      const work = Math.max(synops, deliveries, ...(timing === 'cycle' ? [hops] : []));
      yield {
        what: `time with ${what}, ${timing === 'none' ? 'functional' : 'cycle by cycle'}`,
        value: time,
        unit: '(slope)',
        bar: { most: work + STEEPER },
        peakMB: points.at(-1)[timing].peakMB,
        note: `${range}; memory ${memory.toFixed(2)}, synops ${synops.toFixed(2)}, deliveries ${deliveries.toFixed(2)}, routers ${hops.toFixed(2)}`,
      };
    }
  }
}

/** Least squares of log y over log x. */
function slope(points) {
  const logs = points.map((point) => point.map(Math.log));
  const [meanX, meanY] = [0, 1].map((k) => logs.reduce((sum, point) => sum + point[k], 0) / logs.length);
  const covariance = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}
