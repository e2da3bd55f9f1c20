/** Networks that end by calling their outputs otherwise: what is built can be evaluated, with the conventional network beside it. */
import { afterAll, describe, expect, it } from '@jest/globals';
import type { RunRecord } from '../../isa/index.ts';
import { images, tinyNetwork, World } from './world.ts';

const world = new World();
afterAll(() => {
  world.remove();
});

const [conv, act] = tinyNetwork().layers as [Record<string, unknown>, Record<string, unknown>];
const pool = { name: 'pool', op: 'averagePool', kernel: 3 };
const ENDS: readonly (readonly [name: string, layers: readonly Record<string, unknown>[], outputs: number])[] = [
  ['a map', [conv], 72],
  ['a map that is flattened', [conv, { name: 'f', op: 'flatten' }], 72],
  ['a map that is flattened twice', [conv, { name: 'f', op: 'flatten' }, { name: 'g', op: 'flatten' }], 72],
  ['a map that is flattened with its channels last', [conv, { name: 'f', op: 'flatten', order: [1, 2, 0] }], 72],
  ['a mean over a map that is flattened', [conv, act, pool, { name: 'f', op: 'flatten' }], 8],
];

describe('a network that ends in', () => {
  it.each(ENDS)('%s is evaluated as it is run', async (_, layers, outputs) => {
    world.write('net.json', JSON.stringify({ ...tinyNetwork(), layers, labels: undefined }));
    world.write('images.npy', images(4));
    world.write('labels.txt', '0\n1\n2\n3\n');
    const built = await world.run(
      'snnc build net.json --calibrate images.npy --mode default -T 16 --quiet -o chip.bin',
    );
    expect(built).toMatchObject({ exit: 0 });
    const line = 'snnemu eval chip.bin --data images.npy --labels labels.txt --workers 1 --json record.json';
    expect(await world.run(line)).toMatchObject({ exit: 0 });
    const record = JSON.parse(new TextDecoder().decode(world.read('record.json'))) as RunRecord;
    expect(record.outputs[0]!.values).toHaveLength(outputs);
    expect(await world.run('snnemu diff chip.bin')).toMatchObject({ exit: 0 });
  });
});
