/** `snnc build --endless` and `snnemu stream`: a trained network as long as it is fed. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeNir } from '../../compiler/write/nir/write-nir.ts';
import { readNetwork } from '../../compiler/index.ts';
import { ChipStream } from '../../emulator/index.ts';
import { readChip } from '../../isa/index.ts';
import { tinyNetwork, World } from './world.ts';

const world = new World();
afterAll(() => {
  world.remove();
});

type Fields = Record<string, unknown>;

const NEURON = { neuron: 'lif', leak: 0.5, threshold: 1, compare: 'gt', reset: { kind: 'value', value: 0 } } as const;

/** Two populations, of which the first one hears itself; V begins above 0, and a bias is added in every step. */
const network = (out: Fields = NEURON, decode = 'count'): Fields => ({
  ...{ format: 'snn-net/1', name: 'two', input: { shape: 2, steps: 8, payload: { min: 0, max: 1 } } },
  populations: [
    { name: 'in', shape: 2, ...NEURON, bias: 0.2 },
    { name: 'out', shape: 1, ...out },
  ],
  connections: [
    { from: 'input', to: 'in', op: 'one-to-one', weight: 0.75 },
    { from: 'in', to: 'in', op: 'dense', weight: { shape: [2, 2], data: [0, -0.5, -0.5, 0] }, delay: 1 },
    { from: 'in', to: 'out', op: 'dense', weight: { shape: [1, 2], data: [1, 1.25] } },
  ],
  output: { population: 'out', decode },
});

const write = (name: string, document: Fields): void => {
  world.write(name, JSON.stringify(document));
};

const EVENTS = '0 0\n0 1\n1 0\n1 1\n2 1\n5 0\n6 0\n7 0\n8 0\n8 1\n9 0\n';

beforeAll(() => {
  write('net.json', network());
  world.write('events.txt', EVENTS);
});

describe('a network of populations without an end', () => {
  it('is built from net.json and from NIR, and streams the same spikes', async () => {
    const source = new TextEncoder().encode(JSON.stringify(network()));
    const read = readNetwork(source, { fileName: 'net.json', readSideFile: () => new Uint8Array() });
    if (read.kind !== 'populations') throw new Error('populations were written');
    world.write('net.nir', writeNir(read).file);
    const spikes: string[] = [];
    for (const file of ['net.json', 'net.nir']) {
      const built = await world.run(`snnc build ${file} --endless --weight-bits 16 -o chip.bin`);
      expect([built.exit, built.stdout]).toEqual([
        0,
        expect.stringContaining('without an end: a step a tick, spikes of the output leave 1 tick after it'),
      ]);
      expect(built.stdout).toContain('next: snnemu stream chip.bin');
      const { exit, stdout } = await world.run('snnemu stream chip.bin --events events.txt --ticks 20');
      expect(exit).toBe(0);
      spikes.push(stdout);
    }
    // By hand: V of both neurons is 0.95 in step 0, 1.425 (0.475 + 0.95) in step 1, and so on.
    expect(spikes[0]!.split('\n')[0]).toBe('2 0');
    expect(spikes[1]).toBe(spikes[0]);
  });

  it('runs as long as it is fed, in memory that does not grow with it', async () => {
    expect((await world.run('snnc build net.json --endless -o chip.bin')).exit).toBe(0);
    const stream = new ChipStream(readChip(world.read('chip.bin')), { timing: 'none' });
    let small = 0;
    for (let tick = 0; tick < 50_000; tick++) {
      stream.step(tick % 3 === 0 ? [{ element: tick % 2, payload: 1 }] : []);
      if (tick === 10) small = process.memoryUsage().arrayBuffers;
    }
    expect(process.memoryUsage().arrayBuffers - small).toBeLessThan(64 * 1024);
    let long = '';
    for (let tick = 0; tick < 30_000; tick += 3) long += `${tick} ${tick % 2}\n`;
    world.write('long.txt', long);
    const { exit, stdout } = await world.run('snnemu stream chip.bin --events long.txt -o spikes.txt');
    expect([exit, stdout]).toEqual([0, expect.stringContaining('29,998 ticks, 10,000 events in,')]);
    expect(world.read('spikes.txt').length).toBeGreaterThan(10_000);
  });

  it.each([
    ['net.json --endless --step-ticks 2', network(), 'E0103'],
    ['net.json --endless', network({ neuron: 'li', leak: 0.5 }, 'last'), 'E0322'],
    ['net.json --endless', network({ neuron: 'li', leak: 0.5 }, 'max'), 'E0322'],
    [
      'net.json --endless',
      network({ ...NEURON, reset: { kind: 'subtract' }, compare: 'ge', spikesPerStep: 4 }),
      'E0322',
    ],
    [
      'net.json --endless',
      network({ neuron: 'if', threshold: 1, compare: 'gt', reset: { kind: 'subtract' } }),
      'E0322',
    ],
    ['net.json --endless', tinyNetwork(), 'E0103'],
  ])('refuses %s', async (line, document, code) => {
    write('net.json', document);
    const { exit, stderr } = await world.run(`snnc build ${line} -o other.bin`);
    expect([exit > 0, stderr]).toEqual([true, expect.stringContaining(`error[${code}]`)]);
  });
});
