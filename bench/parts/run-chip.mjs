// Loads a chip file and runs it several times in one thread; with `against`, in turns with another file or other kernels.
import { readFileSync } from 'node:fs';
import { Emulator } from '../../dist/emulator/index.js';
import { readChip } from '../../dist/isa/index.js';
import { answer, median, peakMB, request, timed } from './measure.mjs';

const { file, timing, kernels, repeats, against } = request();
const loading = timed(() => readChip(readFileSync(file)));
const chip = loading.result;
const [channels, height, width] = chip.input.shape;
const input = new Int16Array(channels * height * width);

/** An emulator, warm: what the engine has not optimised yet is no speed of the emulator. */
function warmEmulator(chip, kernels) {
  const emulator = new Emulator(chip, { timing, kernels });
  emulator.infer(input);
  return emulator;
}

/** Synaptic operations of an inference. */
function synopsOf(emulator) {
  const before = emulator.counts().synops;
  emulator.infer(input);
  return emulator.counts().synops - before;
}

const emulator = warmEmulator(chip, kernels);
const other =
  against &&
  warmEmulator(against.file === undefined ? chip : readChip(readFileSync(against.file)), against.kernels ?? kernels);
const before = emulator.counts();
const runs = [];
const others = [];
for (let turn = 0; turn < repeats; turn++) {
  runs.push(timed(() => emulator.infer(input)));
  if (other) others.push(timed(() => other.infer(input)));
}
const counts = emulator.counts();
const cpuOf = (list) => median(list.map(({ cpu }) => cpu));
answer({
  loadSeconds: loading.cpu,
  wall: median(runs.map(({ wall }) => wall)),
  cpu: cpuOf(runs),
  // How many times as fast, for equal work.
  ...(other && { ratio: (cpuOf(others) / cpuOf(runs)) * (synopsOf(emulator) / synopsOf(other)) }),
  synops: (counts.synops - before.synops) / repeats,
  deliveries: (counts.deliveries - before.deliveries) / repeats,
  hops: (counts.routerTraversals - before.routerTraversals) / repeats,
  rate: counts.spikes / (counts.neuronUpdatesActive + counts.neuronUpdatesIdle),
  peakMB: peakMB(),
});
