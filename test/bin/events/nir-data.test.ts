/** Events of neurons in files of NIR (make.py writes them), as samples and as a stream. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openRecording } from '../../../bin/events/index.ts';
import { readNirEvents, recordingOf } from '../../../bin/events/nir-data.ts';
import { DiagnosticError, type RunRecord } from '../../../isa/index.ts';
import { cases } from '../../cases.ts';
import { evaluatedIn, npy, World } from '../world.ts';

const NEURONS = 8;
const STEPS = 5;
const FILES = ['samples', 'one', 'others'] as const;
const world = new World();
const bytesOf = (name: (typeof FILES)[number]): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`${name}.h5`, import.meta.url)));

/** Every neuron of the input has one of the output, which counts its events. */
const network = {
  format: 'snn-net/1',
  name: 'copies',
  input: { shape: NEURONS, steps: STEPS, payload: { min: 0, max: 3 } },
  populations: [
    { name: 'copies', shape: NEURONS, neuron: 'if', threshold: 1, compare: 'ge', reset: { kind: 'subtract' } },
  ],
  connections: [{ from: 'input', to: 'copies', op: 'one-to-one', weight: 1 }],
  output: { population: 'copies', decode: 'count' },
};

beforeAll(async () => {
  world.write('net.json', JSON.stringify(network));
  const { exit, stderr } = await world.run('snnc build net.json -o chip.bin');
  if (exit !== 0) throw new Error(stderr);
  for (const name of FILES) world.write(`${name}.h5`, bytesOf(name));
});
afterAll(() => {
  world.remove();
});

const evaluated = (line: string) => evaluatedIn(world, line);

describe('EventData of NIR', () => {
  it('gives the same answers and spikes as the counts of each step in an array', async () => {
    const counts = new Float32Array(3 * STEPS * NEURONS);
    for (const [sample, step, neuron] of [
      [0, 0, 0],
      [0, 1, 7],
      [0, 3, 3],
      [0, 3, 3],
      [1, 4, 5],
    ] as const)
      counts[(sample * STEPS + step) * NEURONS + neuron]!++;
    world.write('counts.npy', npy(counts, [3, STEPS, NEURONS, 1, 1]));
    const [events, plain] = [await evaluated('--data samples.h5'), await evaluated('--data counts.npy')];
    expect(events.spikeDigest).toBe(plain.spikeDigest);
    expect(events.events).toMatchObject({ recordings: 3, events: 5, used: 5, outsideTime: 0 });
    for (const said of [
      'steps last 1 ms (--dt), the first one begins at 0 (--from)',
      'of 3 observables of the file, input/spikes is taken',
      'times are taken as seconds',
    ])
      expect(events.stderr).toContain(said);
    expect(events.stderr).not.toContain('--polarity');
  });

  it('takes labels beside it, an observable by name, and one sample of several', async () => {
    world.write('labels.txt', '3\n5\n0\n');
    expect((await evaluated('--data samples.h5 --labels labels.txt')).accuracy).toMatchObject({ correct: 3, total: 3 });
    expect((await evaluated('--data others.h5:b/spikes')).events).toMatchObject({ recordings: 1, events: 4 });
    const { stdout } = await world.run('snnemu run chip.bin --input samples.h5#1 --json -');
    expect((JSON.parse(stdout) as RunRecord).events).toMatchObject({ recordings: 1, events: 1, longestUs: 0 });
  });

  it.each([
    ['others.h5', /E0606.*4 observables.*a\/spikes, b\/spikes.*file\.h5:node/s],
    ['others.h5:c/spikes', /E0606.*carry values/],
    ['others.h5:d/v', /E0606.*values in steps/],
    ['others.h5:nothing', /E0606.*none is the one to take/],
    ['samples.h5 --polarity merge', /E0107.*--polarity is about pixels/],
    ['graph.nir', /E0606.*no data of nodes/],
  ])('%s is refused', async (data, message) => {
    world.write('graph.nir', readFileSync(new URL('../../compiler/read/nir/lif.nir', import.meta.url)));
    const { exit, stderr } = await world.run(`snnemu eval chip.bin --data ${data}`);
    expect([exit, stderr]).toEqual([expect.any(Number), expect.stringMatching(message)]);
  });

  it('of other neurons than the input is refused', async () => {
    world.write(
      'wide.json',
      JSON.stringify({ ...network, input: { ...network.input, shape: 9 } }).replace('"shape":8', '"shape":9'),
    );
    expect((await world.run('snnc build wide.json -o wide.bin')).exit).toBe(0);
    expect((await world.run('snnemu eval wide.bin --data samples.h5')).stderr).toMatch(/E0603.*8 neurons.*9 elements/);
  });

  it('is a stream, sorted by time, where it has one sample', async () => {
    const { blocks } = recordingOf(await readNirEvents(world.path('one.h5'), undefined), 0);
    const { value } = await blocks.next();
    const count = value === undefined ? 0 : value.count;
    expect([...value!.timesUs.subarray(0, count)]).toEqual([0, 1500, 3000, 3200]);
    expect([...value!.x.subarray(0, count)]).toEqual([0, 7, 3, 3]);
    await expect(openRecording(world.path('samples.h5'), undefined)).rejects.toThrow(/E0606.*3 samples/);
  });

  it('whatever its bytes, is read or refused with a number of a fault of data', async () => {
    const files = FILES.map(bytesOf);
    const places = files.map((bytes) => [...bytes.keys()].filter((k) => bytes[k] !== 0));
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: files.length - 1 }),
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }),
        async (which, changes) => {
          const bytes = files[which]!.slice();
          for (const [at, by] of changes) bytes[places[which]![at % places[which]!.length]!] = by;
          world.write('damaged.h5', bytes);
          try {
            const events = await readNirEvents(world.path('damaged.h5'), undefined);
            for (let k = 0; k < events.samples; k++) for await (const _ of recordingOf(events, k).blocks);
          } catch (error) {
            if (!(error instanceof DiagnosticError)) throw error;
            expect(error.diagnostics[0]!.code).toMatch(/^E06/);
          }
        },
      ),
      { numRuns: cases(150) },
    );
  });
});
