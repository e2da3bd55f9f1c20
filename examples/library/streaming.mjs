// Events in, answers as they come: node examples/library/streaming.mjs [events.txt, or /dev/stdin]
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { build, open, stream } from 'snnc';

const beside = (name) => new URL(name, import.meta.url);
const network = readFileSync(beside('../populations/rhythm.net.json'));
const chip = open((await build(network, { endless: true })).bytes);
const { labels } = JSON.parse(network);

/** Lines "tick element" of a recording, or of whatever writes them, as they come; a tick alone says that it has come. */
async function* events(path) {
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const [tick, element] = line.split('#')[0].split(' ').filter(Boolean).map(Number);
    if (tick !== undefined) yield { tick, events: element === undefined ? [] : [{ element, payload: 1 }] };
  }
}

const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('stopped')));
const source = events(process.argv[2] ?? beside('pulses.txt'));
const onEnd = ({ ticks, energy }) => console.log(`${ticks} ticks, ${(energy.jouleTotal * 1e9).toFixed(1)} nJ`);
let heard = -1;
for await (const { tick, spikes } of stream(chip, source, { signal: stop.signal, onEnd })) {
  if (spikes.includes(heard)) continue;
  heard = spikes[0];
  console.log(`tick ${tick}: pulses ${labels[heard]}`);
}
