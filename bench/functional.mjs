// Synaptic operations per second of whole chips without timing: npm run build && node bench/functional.mjs [wasm|ts]
import { Emulator } from '../dist/emulator/index.js';
import { denseChip, sparseChip } from './chips.mjs';

const KERNELS = process.argv[2] ?? 'wasm';
const REPEATS = 5;

/** Seconds of the processor, which do not depend on what else the machine does. */
function seconds(run) {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

function measure(name, { bytes, load }) {
  let chip;
  let emulator;
  const loading = seconds(() => {
    chip = load(bytes);
  });
  const making = seconds(() => {
    emulator = new Emulator(chip, { timing: 'none', kernels: KERNELS });
  });
  const runs = Array.from({ length: REPEATS }, () => seconds(() => emulator.infer(Int16Array.of(0))));
  const { synops, spikes, neuronUpdatesActive, neuronUpdatesIdle } = emulator.counts();
  const rate = spikes / (neuronUpdatesActive + neuronUpdatesIdle);
  const each = synops / REPEATS;
  console.log(
    [
      `${name}, ${KERNELS} kernels: ${(each / median(runs) / 1e9).toFixed(2)} G synops/s`,
      `(best ${(each / Math.min(...runs) / 1e9).toFixed(2)}), ${(100 * rate).toFixed(1)} % firing`,
      `chip of ${(bytes.length / 2 ** 20).toFixed(1)} MiB loaded in ${loading.toFixed(2)} s`,
      `emulator made in ${making.toFixed(2)} s`,
      `peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`,
    ].join('; '),
  );
}

measure(
  'three dense layers of 1024, 1,000 ticks',
  denseChip({ neurons: 1024, layers: 3, ticks: 1001, rate: 0.1, seed: 1 }),
);
measure(
  'sparse, 65,536 neurons, fan-out 128, 50 ticks',
  sparseChip({
    neurons: 65_536,
    fanOut: 128,
    reach: 2048,
    local: 0.9,
    perCore: 4096,
    ticks: 51,
    rate: 0.1,
    seed: 2,
  }),
);
