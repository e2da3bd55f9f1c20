import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { pointOption } from '../../../bin/sweep/point-options.ts';
import { Inputs, keyOf } from '../../../bin/sweep/inputs.ts';
import type { Io } from '../../../bin/ui/io.ts';
import { sha256Of, type SweepInput } from '../../../isa/index.ts';
import { images, tinyNetwork, World } from '../world.ts';

const world = new World();
afterAll(() => {
  world.remove();
});

/** What is known of an input by somebody who has not seen it before. */
const ask = (make: (inputs: Inputs) => Promise<SweepInput>): Promise<SweepInput> =>
  make(new Inputs({ cwd: world.folder, signal: new AbortController().signal } as Io));
const data = (name: string): Promise<SweepInput> => ask((inputs) => inputs.of('data', name));
const key = (inputs: SweepInput[], options: [string, unknown][] = []): string =>
  keyOf({ tool: 'x', folder: world.folder, inputs, options: new Map(options) });

describe('inputs of a point', () => {
  it('a file by the hash of its bytes', async () => {
    world.write('abc.npy', 'abc');
    expect(await data('abc.npy')).toEqual({
      option: 'data',
      name: 'abc.npy',
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      files: 1,
      bytes: 3,
    });
  });

  it('labels that lie beside images, files that a table or a pattern names, and folders with all that is in them', async () => {
    const changes: [name: string, write: () => void][] = [
      ['a-images-idx3-ubyte', () => world.write('a-labels-idx1-ubyte', 'one')],
      ['a-images-idx3-ubyte', () => world.write('a-labels-idx1-ubyte', 'two')],
      ['table.csv', () => world.write('abc.npy', 'abd')],
      ['ab*.npy', () => world.write('abe.npy', 'abc')],
      ['classes', () => writeFileSync(world.path('classes/ant/1.npy'), '2')],
      ['classes', () => mkdirSync(world.path('classes/empty'))],
      ['classes', () => writeFileSync(world.path('classes/bee/1.npy'), '2')],
    ];
    world.write('a-images-idx3-ubyte', 'images');
    world.write('table.csv', 'file,label\nabc.npy,0\n');
    for (const name of ['classes', 'classes/ant', 'classes/bee']) world.makeFolder(name);
    for (const name of ['ant', 'bee']) writeFileSync(world.path(`classes/${name}/1.npy`), '1');
    for (const [name, change] of changes) {
      const before = await data(name);
      expect(await data(name)).toEqual(before);
      change();
      expect((await data(name)).sha256).not.toBe(before.sha256);
    }
  });

  it('pins by the hash of their file', async () => {
    world.write('pins.json', 'abc');
    const input = await ask((inputs) => inputs.of('pin', 'pins.json'));
    expect(input).toMatchObject({ option: 'pin', sha256: sha256Of('abc'), files: 1 });
    expect(pointOption('pin')?.build).toBe('pin');
  });

  it('a network with the tensors beside it', async () => {
    const network = tinyNetwork();
    world.write('images.npy', images(2));
    world.write('net.json', JSON.stringify(network));
    const { exit, stderr } = await world.run(
      'snnc convert net.json --calibrate images.npy --mode default -o converted.json',
    );
    expect({ exit, stderr }).toMatchObject({ exit: 0 });
    const before = await ask((inputs) => inputs.network('converted.json', undefined));
    expect(before.files).toBe(2);
    const tensors = world.read('converted.bin');
    tensors[0]! ^= 1;
    world.write('converted.bin', tensors);
    expect((await ask((inputs) => inputs.network('converted.json', undefined))).sha256).not.toBe(before.sha256);
  });

  it('make a key with the options, in whatever order they were given', async () => {
    const [own, edge, loihi] = [
      await data('abc.npy'),
      await ask((inputs) => inputs.of('target', 'edge')),
      await ask((inputs) => inputs.of('target', 'loihi')),
    ];
    const all = [['T', 4] as [string, unknown], ['seed', 0] as [string, unknown]];
    const first = key([own, edge], all);
    expect(key([own, edge], all.toReversed())).toBe(first);
    const others = [
      key([own, loihi], all),
      key([own, edge], [['T', 8], all[1]!]),
      key([edge], all),
      key([{ ...own, option: 'calibrate' }, edge], all),
      keyOf({ tool: 'y', folder: world.folder, inputs: [own, edge], options: new Map(all) }),
    ];
    expect(new Set([first, ...others]).size).toBe(6);
    expect(key([{ ...own, name: 'elsewhere/abc.npy' }, edge], all)).toBe(first);
  });
});
