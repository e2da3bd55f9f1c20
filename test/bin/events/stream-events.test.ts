/** Recordings of event cameras into a chip without an end. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { encodeChip, type StreamRecord } from '../../../isa/index.ts';
import { endlessChip } from '../../programs/endless.ts';
import { World } from '../world.ts';
import { datFile, type Event, evt3File, textFile } from './recordings.ts';

const world = new World();
/** The input of the chip: a vector of three, payloads −2 to 3. */
const AS = '--sensor 3x1 --dt 10us --from 0s';
const SENT = 500;

/** Two or three events in some of the ticks. */
const recorded: Event[] = Array.from({ length: SENT }, (_, k) => ({
  t: 10 * (3 * Math.floor(k / 2) + (k % 7 === 0 ? 1 : 0)) + (k % 2),
  x: (k * k) % 3,
  y: 0,
  on: k % 2,
})).sort((a, b) => a.t - b.t);

/** The same as lines of a stream. */
function lines(events: readonly Event[]): string {
  const sums = new Map<number, number[]>();
  for (const { t, x } of events) {
    const tick = Math.floor(t / 10);
    const now = sums.get(tick) ?? [0, 0, 0];
    now[x]!++;
    sums.set(tick, now);
  }
  return [...sums]
    .flatMap(([tick, now]) => now.map((count, x) => (count === 0 ? '' : `${tick} ${x} ${Math.min(3, count)}\n`)))
    .join('');
}

beforeAll(() => {
  world.write('chip.bin', encodeChip(endlessChip({ recurring: true })));
  world.write('one.dat', datFile(recorded));
  world.write('lines.txt', lines(recorded));
});
afterAll(() => {
  world.remove();
});

describe('snnemu stream of a recording', () => {
  it('gives the spikes of the same events as lines, and counts what became of them', async () => {
    const plain = await world.run('snnemu stream chip.bin --events lines.txt');
    const found = await world.run(`snnemu stream chip.bin --events one.dat ${AS} --json record.json`);
    expect(found.exit).toBe(0);
    expect(found.stdout).toBe(plain.stdout);
    expect(found.stdout.length).toBeGreaterThan(50);
    const { recording, ticks, events } = JSON.parse(Buffer.from(world.read('record.json')).toString()) as StreamRecord;
    expect(recording).toMatchObject({ events: SENT, used: SENT, outsideTime: 0, steps: ticks, dtUs: 10 });
    expect(events).toBe(lines(recorded).split('\n').length - 1);
    expect(found.stderr).toContain('of the events 500 (100.0 %) became input');
  });

  it('knows recordings by their bytes, and text by its name or when told', async () => {
    const plain = await world.run('snnemu stream chip.bin --events one.dat ' + AS);
    world.write('some.raw', evt3File(recorded));
    world.write('some.csv', textFile(recorded));
    world.write('some.txt', textFile(recorded));
    for (const file of ['some.raw', 'some.csv', 'some.txt --event-format text'])
      expect((await world.run(`snnemu stream chip.bin --events ${file} ${AS}`)).stdout).toBe(plain.stdout);
    expect((await world.run('snnemu stream chip.bin --events some.txt')).stderr).toContain('error[E0708]');
  });

  it('reads a pipe whose format is told', async () => {
    execFileSync('mkfifo', [world.path('pipe')]);
    const cat = spawn('cat', [world.path('one.dat')]);
    cat.stdout.pipe(createWriteStream(world.path('pipe')));
    const piped = await world.run(`snnemu stream chip.bin --events pipe --event-format dat ${AS}`);
    expect(piped.stdout).toBe((await world.run(`snnemu stream chip.bin --events one.dat ${AS}`)).stdout);
    expect((await world.run(`snnemu stream chip.bin --events pipe --event-format npz ${AS}`)).stderr).toContain(
      'E0606',
    );
  });

  it('drops what comes too late, limits payloads, and stops where it is told to', async () => {
    const [first, second] = [
      { t: 500, x: 0, y: 0, on: 1 },
      { t: 100, x: 1, y: 0, on: 1 },
    ];
    world.write('odd.dat', datFile([first, second, ...Array.from({ length: 9 }, () => ({ ...first, x: 2 }))]));
    const { stdout } = await world.run(`snnemu stream chip.bin --events odd.dat ${AS} -o out.txt --json -`);
    const { recording } = JSON.parse(stdout) as StreamRecord;
    expect(recording).toMatchObject({ events: 11, used: 10, outsideTime: 1, limited: 1, longestUs: 400 });
    const short = await world.run(`snnemu stream chip.bin --events one.dat ${AS} --ticks 20`);
    expect(short.stderr).toContain('what follows is not read, since 20 ticks are run');
  });

  it('refuses a time that goes on as no recording does', async () => {
    world.write('jump.dat', datFile([recorded[0]!, { t: 4e9, x: 0, y: 0, on: 1 }]));
    const { exit, stderr } = await world.run(`snnemu stream chip.bin --events jump.dat ${AS}`);
    expect(exit).toBe(3);
    expect(stderr).toContain('goes on by 400000000 steps');
  });
});

it('refuses options on recordings where none is streamed', async () => {
  world.write('no-events.txt', '');
  for (const source of ['--events no-events.txt', '--ticks 5'])
    for (const option of ['--dt 1ms', '--bins spike', '--downsample 2']) {
      const { exit, stderr } = await world.run(`snnemu stream chip.bin ${source} ${option}`);
      expect([exit, stderr]).toEqual([2, expect.stringContaining(`E0107]: ${option.split(' ')[0]!} is about`)]);
    }
});
