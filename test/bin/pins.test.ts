/** Pins on the command line. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BuildRecord, readChip, sha256Of, sweepRecord } from '../../isa/index.ts';
import { publishedFormats } from './published.ts';
import { type World, worldWithChip } from './world.ts';

let world: World;
const text = (name: string): string => Buffer.from(world.read(name)).toString();
const pinsOn = (core: number): string =>
  JSON.stringify({ format: 'snn-pins/1', pins: [{ layer: 'hidden', cores: [core] }] });

beforeAll(async () => {
  world = await worldWithChip();
  world.write('pins.json', pinsOn(5));
  world.write('other.json', pinsOn(6));
});
afterAll(() => world.remove());

const BUILD = 'snnc build net.json --calibrate images.npy --calibrate-limit 12 --mode default -T 4';

describe('snnc build --pin', () => {
  it('says in record, summary and chip what is pinned, and by which file', async () => {
    const { exit, stdout } = await world.run(`${BUILD} --pin pins.json --json pinned.json -o pinned.bin`);
    expect(exit).toBe(0);
    const { layers, mapping } = JSON.parse(text('pinned.json')) as BuildRecord;
    const sha256 = sha256Of(world.read('pins.json'));
    expect(mapping.pinned).toEqual({ file: 'pins.json', sha256, pins: 1, cores: [5], neurons: 5 });
    expect(layers.find(({ name }) => name === 'hidden')!.cores).toEqual([5]);
    expect(stdout).toContain(`  5 neurons in 1 core by 1 pin of pins.json (sha256 ${sha256.slice(0, 12)}…)`);
    expect(readChip(world.read('pinned.bin')).provenance.options).toMatchObject({ pins: sha256 });
  });

  it('--place takes the file, too', async () => {
    const pinned = await world.run(`${BUILD} --pin pins.json -o pin.bin`);
    expect(await world.run(`${BUILD} --place pins.json -o place.bin`)).toEqual({
      ...pinned,
      stdout: pinned.stdout.replaceAll('pin.bin', 'place.bin'),
    });
    expect(world.read('place.bin')).toEqual(world.read('pin.bin'));
    const both = await world.run(`${BUILD} --place pins.json --pin other.json -o never.bin`);
    expect({ exit: both.exit, says: both.stderr.includes('E0107') }).toEqual({ exit: 2, says: true });
    expect((await world.run(`${BUILD} --place nowhere -o never.bin`)).stderr).toContain('E0103');
  });

  it('--emit-pins writes a file of which the same chip is built', async () => {
    await world.run(`${BUILD} --map layers --emit-pins found.json --json found-record.json -o found.bin`);
    expect(publishedFormats(text('found.json'))).toEqual(['snn-pins/1']);
    const { exit, stdout } = await world.run(`${BUILD} --pin found.json --emit-pins again.json -o again.bin`);
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringContaining('all of them pinned') });
    expect(text('again.json')).toBe(text('found.json'));
    const [found, again] = ['found.bin', 'again.bin'].map((name) => readChip(world.read(name)));
    expect({ ...again, provenance: found!.provenance }).toEqual(found);
  });

  it.each([
    ['{}', 'the format of the record is not "snn-pins/1"'],
    [
      '{"format":"snn-pins/1","pins":[{"layer":"conv","rows":"3-","cores":[1]}]}',
      'a number, or a range with both of its ends',
    ],
    ['{"format":"snn-pins/1","pins":[{"layer":"conv","rows":"3-2","cores":[1]}]}', 'the range 3-2 runs backwards'],
    [
      '{"format":"snn-pins/1","pins":[{"layer":"conv","channels":2,"cores":[1]}]}',
      'the layer has no channels 2: it has 2',
    ],
    [
      '{"format":"snn-pins/1","pins":[{"layer":"conv","cores":[64]}]}',
      'there is no core 64: edge has 8×8 tiles of a core each',
    ],
    ['{"format":"snn-pins/1","pins":[{"layer":"conv","cores":[[8,0]]}]}', 'there is no core [8, 0]'],
    ['{"format":"snn-pins/1","pins":[{"layer":"conv","cores":[1,1]}]}', 'core 1 is named twice'],
  ])('refuses %s', async (content, says) => {
    world.write('bad.json', content);
    const { exit, stderr } = await world.run(`${BUILD} --pin bad.json -o bad.bin`);
    expect({ exit, stderr }).toEqual({ exit: 3, stderr: expect.stringContaining(says) });
    expect(stderr).toContain('(bad.json');
  });

  it('refuses pins that leave no core for the rest', async () => {
    world.write('zero.json', pinsOn(0));
    const { exit, stderr } = await world.run(
      `${BUILD} --pin zero.json --set mesh.width=1 --set mesh.height=1 -o bad.bin`,
    );
    expect({ exit, stderr }).toEqual({
      exit: 3,
      stderr: expect.stringContaining('[E0326]: the pins name all 1 living'),
    });
  });

  it('is an option of points, whose file counts by its content', async () => {
    const sweep = 'snnemu sweep net.json --data images.npy --calibrate images.npy --mode default --T 4 --timing none';
    const { exit, stderr } = await world.run(`${sweep} --grid pin=pins.json,other.json --store store -o points.ndjson`);
    expect({ exit, stderr }).toEqual({
      exit: 0,
      stderr: expect.stringContaining('2 points: 0 in the store, 2 to be computed'),
    });
    const points = text('points.ndjson')
      .trimEnd()
      .split('\n')
      .map((line) => sweepRecord.schema.parse(JSON.parse(line)));
    expect(new Set(points.map(({ key }) => key)).size).toBe(2);
    for (const { inputs, varied } of points)
      expect(inputs.find(({ option }) => option === 'pin')).toMatchObject({
        name: varied.pin,
        sha256: sha256Of(world.read(String(varied.pin))),
      });
  });
});
