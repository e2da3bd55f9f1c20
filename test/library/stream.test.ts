/** Streams of the library: the spikes of plain integers and the record of the program, as events come, and stopped at once. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { encodeChip, type StreamRecord } from '../../isa/index.ts';
import { DiagnosticError, open, stream, type StreamEvent, type StreamSettings } from '../../library/index.ts';
import { images, tinyNetwork, World } from '../bin/world.ts';
import { EndlessReference, endlessChip, eventSource } from '../programs/endless.ts';

const bytes = encodeChip(endlessChip({ recurring: true }));
const chip = open(bytes);
const TICKS = 300;
const now = (): number => 0;

interface Tick {
  readonly tick: number;
  readonly events: StreamEvent[];
}

/** What comes in the ticks that have something, and what plain integers answer. */
function expected(): { ticks: Tick[]; spikes: string[] } {
  const reference = new EndlessReference({ recurring: true });
  const next = eventSource(5);
  const ticks: Tick[] = [];
  const spikes: string[] = [];
  for (let tick = 0; tick < TICKS; tick++) {
    const events = [...next()];
    if (events.length > 0) ticks.push({ tick, events });
    for (const element of reference.step(events)) spikes.push(`${tick} ${element}`);
  }
  return { ticks, spikes };
}

async function spikesOf(source: Iterable<Tick> | AsyncIterable<Tick>, settings: StreamSettings): Promise<string[]> {
  const found: string[] = [];
  for await (const { tick, spikes } of stream(chip, source, settings))
    found.push(...spikes.map((element) => `${tick} ${element}`));
  return found;
}

const world = new World();
afterAll(() => world.remove());

describe('a stream', () => {
  const { ticks, spikes } = expected();

  it('gives the spikes of plain integers, and the record of snnemu stream', async () => {
    world.write('chip.bin', bytes);
    const text = ticks.flatMap(({ tick, events }) => events.map((one) => `${tick} ${one.element} ${one.payload}\n`));
    world.write('events.txt', text.join(''));
    for (const timing of ['cycle', 'none'] as const) {
      let record: StreamRecord | undefined;
      const settings = { timing, ticks: TICKS, now, onEnd: (end: StreamRecord) => (record = end) };
      expect(await spikesOf(ticks, settings)).toEqual(spikes);
      const line = `snnemu stream chip.bin --events events.txt --ticks ${TICKS} --timing ${timing} -o out.txt --json -`;
      const theirs = JSON.parse((await world.run(line)).stdout) as StreamRecord;
      expect(record).toEqual({ ...theirs, tool: 'snnc library', host: { seconds: 0, peakRssBytes: 0 } });
    }
  });

  it('runs a tick as soon as its events are there', async () => {
    const seen: string[] = [];
    async function* source() {
      for (const tick of ticks.slice(0, 40)) {
        seen.push(`in ${tick.tick}`);
        yield await Promise.resolve(tick);
      }
    }
    for await (const { tick } of stream(chip, source(), { kernels: 'ts', timing: 'none' })) seen.push(`out ${tick}`);
    const order = seen.map((text) => Number(text.split(' ')[1]));
    const outs = seen.flatMap((text, k) => (text.startsWith('out') ? [k] : []));
    expect(outs.length).toBeGreaterThan(5);
    // What comes out of a tick stands behind what went in up to it, and before anything later.
    for (const k of outs) expect(order.slice(k + 1).every((tick) => tick > order[k]!)).toBe(true);
  });

  it('is stopped while it waits for events, while ticks run, and by who takes its spikes', async () => {
    const waiting = new AbortController();
    async function* silent() {
      yield ticks[0]!;
      setImmediate(() => waiting.abort(new Error('enough')));
      await new Promise(() => undefined);
    }
    await expect(spikesOf(silent(), { signal: waiting.signal })).rejects.toThrow('enough');
    const running = new AbortController();
    let seconds = 0;
    setImmediate(() => running.abort(new Error('too long')));
    const long = spikesOf([], { ticks: 2 ** 30, signal: running.signal, timing: 'none', now: () => (seconds += 0.01) });
    await expect(long).rejects.toThrow('too long');
    let isClosed = false;
    function* closing() {
      try {
        yield* ticks;
      } finally {
        isClosed = true;
      }
    }
    for await (const first of stream(chip, closing())) if (first.spikes.length > 0) break;
    expect(isClosed).toBe(true);
    await expect(spikesOf(ticks, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
  });

  it.each<[string, Tick[]]>([
    ['E0708', [{ tick: 3, events: [] }, ...[2, 1].map((tick) => ({ tick, events: [] }))]],
    ['E0708', [{ tick: 0.5, events: [] }]],
    ['E0708', [ticks[0]!, ticks[0]!]],
    ['E0708', [{ tick: 0, events: [{ element: 99, payload: 1 }] }]],
    ['E0701', [{ tick: 0, events: [{ element: 0, payload: 1e6 }] }]],
    ['E0709', [{ tick: 2 ** 40, events: [] }]],
  ])('refuses with %s', async (code, source) => {
    const refused = (error: unknown): string[] => (error as DiagnosticError).diagnostics.map((found) => found.code);
    expect(await spikesOf(source, {}).catch(refused)).toEqual([code]);
  });

  it('refuses a chip that has an end', async () => {
    world.write('net.json', JSON.stringify(tinyNetwork()));
    world.write('images.npy', images(4));
    const { exit } = await world.run('snnc build net.json --calibrate images.npy -T 4 --mode default -o ended.bin');
    expect(exit).toBe(0);
    const ended = stream(open(world.read('ended.bin')), []);
    await expect(ended.next()).rejects.toThrow(DiagnosticError);
  });
});
