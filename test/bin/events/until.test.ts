/** Inferences that end with the last event of their recording, on the command line. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunRecord } from '../../../isa/index.ts';
import { evaluatedIn, npy, World } from '../world.ts';
import { type Event, nmnistFile, someEvents } from './recordings.ts';

const SIDE = 4;
const STEPS = 20;
/** Milliseconds of the recordings; the last one lasts longer than the chip takes. */
const LENGTHS = [6, 13, 9, 30];
const ended = LENGTHS.map((length) => Math.min(STEPS, length));
const world = new World();

const dense = (columns: number, value: number) => ({
  shape: [2, columns],
  data: Array.from({ length: 2 * columns }, () => value),
});

const network = (steps: number): string =>
  JSON.stringify({
    ...{ format: 'snn-net/1', name: 'busy', input: { shape: [2, SIDE, SIDE], steps, payload: { min: 0, max: 3 } } },
    populations: [
      { name: 'hidden', shape: 2, neuron: 'if', threshold: 0.25, compare: 'ge', reset: { kind: 'subtract' } },
      { name: 'out', shape: 2, neuron: 'if', threshold: 1, compare: 'ge', reset: { kind: 'subtract' } },
    ],
    connections: [
      { from: 'input', to: 'hidden', op: 'dense', weight: dense(2 * SIDE * SIDE, 1) },
      { from: 'hidden', to: 'out', op: 'dense', weight: dense(2, 1) },
    ],
    output: { population: 'out', decode: 'count' },
  });

/** Three events in each of so many milliseconds. */
const events = (ms: number): Event[] =>
  someEvents(3 * ms, SIDE, ms).map((event, k) => ({ ...event, t: 500 + Math.floor((1000 * k) / 3) }));

beforeAll(async () => {
  for (const steps of [STEPS, ...ended]) {
    world.write('net.json', network(steps));
    const { exit, stderr } = await world.run(`snnc build net.json -o ${steps === STEPS ? 'chip' : steps}.bin`);
    if (exit !== 0) throw new Error(stderr);
  }
  LENGTHS.forEach((length, k) => world.write(`${k}.bs2`, nmnistFile(events(length))));
  world.write('list.csv', ['file,label', ...LENGTHS.map((_, k) => `${k}.bs2,${k % 2}`)].join('\n'));
  world.write('images.npy', npy(new Float32Array(STEPS * 2 * SIDE * SIDE), [1, STEPS, 2, SIDE, SIDE]));
});
afterAll(() => {
  world.remove();
});

const line = '--data list.csv --event-format nmnist --until last-event --no-float';

describe('--until last-event', () => {
  it('counts what chips for so many steps count', async () => {
    const record = await evaluatedIn(world, line);
    const sum = ended.reduce((a, b) => a + b);
    expect(record.events?.ended).toEqual({ least: Math.min(...ended), sum, most: STEPS });
    const each = await Promise.all(
      ended.map(async (steps, k) => {
        const chip = steps === STEPS ? 'chip' : steps;
        const one = `snnemu eval ${chip}.bin --data ${k}.bs2 --event-format nmnist --json -`;
        return JSON.parse((await world.run(one)).stdout) as RunRecord;
      }),
    );
    for (const name of ['spikes', 'synops', 'barriers', 'neuronUpdatesActive', 'neuronUpdatesIdle'] as const)
      expect(record.counts[name]).toBe(each.reduce((total, { counts }) => total + counts[name], 0));
    expect(record.outputs.map(({ values }) => values)).toEqual(each.map((one) => one.outputs[0]!.values));
    const cycles = each.map(({ latency }) => latency!.cyclesPerInference.max);
    expect(record.latency!.cyclesPerInference.max).toBe(Math.max(...cycles));
    const [hidden] = record.perLayer;
    expect(hidden!.rate).toBeCloseTo(hidden!.spikes / (2 * sum), 12);
  });

  it('is the same on several threads and in parts, and is told', async () => {
    const whole = await evaluatedIn(world, `${line} --workers 1`);
    const threads = await evaluatedIn(world, `${line} --workers 2`);
    for (const k of [1, 2])
      expect((await world.run(`snnemu eval chip.bin ${line} --part ${k}/2 -o part${k}.gz`)).exit).toBe(0);
    const merged = JSON.parse(
      (await world.run('snnemu merge chip.bin part1.gz part2.gz --json -')).stdout,
    ) as RunRecord;
    for (const other of [threads, merged])
      for (const name of ['counts', 'outputs', 'perLayer', 'spikeDigest', 'events', 'latency'] as const)
        expect(other[name]).toEqual(whole[name]);
    const { stdout } = await world.run(`snnemu eval chip.bin ${line} --html report.html`);
    expect(stdout).toContain(
      'an inference ends with the last event of its recording: 6 to 20 steps, 12.00 in the mean',
    );
    expect(new TextDecoder().decode(world.read('report.html'))).toContain(
      'An inference ends with the last event of its recording',
    );
  });

  it('is varied by a sweep, which gives options of recordings to a build only where it is calibrated', async () => {
    world.write('net.json', network(STEPS));
    const sweep = 'snnemu sweep net.json --data list.csv --event-format nmnist --eval.dt 1ms --timing none';
    const { exit, stderr } = await world.run(`${sweep} --grid until=last-step,last-event -o points.ndjson`);
    expect({ exit, stderr: exit === 0 ? '' : stderr }).toEqual({ exit: 0, stderr: '' });
    const points = new TextDecoder().decode(world.read('points.ndjson')).trim().split('\n');
    const spikes = points.map((line) => /"spikesPerInference":([\d.]+)/.exec(line)?.[1]);
    expect(new Set(spikes).size).toBe(2);
  });

  it('shows a raster without the ticks that are passed over', async () => {
    const { raster } = JSON.parse(
      (
        await world.run(
          `snnemu run chip.bin --input 0.bs2 --event-format nmnist --until last-event --raster 0 --json -`,
        )
      ).stdout,
    ) as RunRecord;
    const short = JSON.parse(
      (await world.run('snnemu run 6.bin --input 0.bs2 --event-format nmnist --raster 0 --json -')).stdout,
    ) as RunRecord;
    expect(raster).toEqual(short.raster);
  });

  it.each([
    ['eval', '--data images.npy', 'is about recordings of events'],
    ['eval', '--data list.csv --event-format nmnist --curve', '--curve tells of inferences'],
    ['eval', '--data list.csv --event-format nmnist --neurobench n.json', '--neurobench tells of inferences'],
    ['eval', '--data list.csv --event-format nmnist --probe out', '--probe tells of inferences'],
    ['run', '--input 0.bs2 --event-format nmnist --probe out', '--probe tells of inferences'],
    ['run', '--timing none', 'has no meaning without --input'],
  ])('is refused with %s %s', async (command, rest, said) => {
    const { exit, stderr } = await world.run(`snnemu ${command} chip.bin ${rest} --until last-event`);
    expect(stderr).toContain('E0107');
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(said);
    expect(exit).toBe(2);
  });
});
