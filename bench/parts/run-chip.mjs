// Loads a chip file and runs it several times in one thread.
import { readFileSync } from 'node:fs';
import { Emulator } from '../../dist/emulator/index.js';
import { readChip } from '../../dist/isa/index.js';
import { answer, median, peakMB, request, timed } from './measure.mjs';

const { file, timing, kernels, repeats } = request();
const loading = timed(() => readChip(readFileSync(file)));
const chip = loading.result;
const emulator = new Emulator(chip, { timing, kernels });
const [channels, height, width] = chip.input.shape;
const input = new Int16Array(channels * height * width);
// The first run warms up: what the engine has not optimised yet is no speed of the emulator.
emulator.infer(input);
const before = emulator.counts();
const runs = Array.from({ length: repeats }, () => timed(() => emulator.infer(input)));
const counts = emulator.counts();
answer({
  loadSeconds: loading.cpu,
  wall: median(runs.map(({ wall }) => wall)),
  cpu: median(runs.map(({ cpu }) => cpu)),
  synops: (counts.synops - before.synops) / repeats,
  deliveries: (counts.deliveries - before.deliveries) / repeats,
  hops: (counts.routerTraversals - before.routerTraversals) / repeats,
  rate: counts.spikes / (counts.neuronUpdatesActive + counts.neuronUpdatesIdle),
  peakMB: peakMB(),
});
