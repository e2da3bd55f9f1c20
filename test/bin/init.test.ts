/** A start of one's own works as it is. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { World } from './world.ts';

const world = new World();
afterAll(() => world.remove());

describe('snnc init', () => {
  it('writes a commented network, and the commands that it names work on it', async () => {
    const { exit, stdout } = await world.run('snnc init -o gesture.net.json');
    expect(exit).toBe(0);
    const written = JSON.parse(Buffer.from(world.read('gesture.net.json')).toString()) as Record<string, unknown>;
    expect(written).toMatchObject({ name: 'gesture', format: 'snn-net/1' });
    expect((written.$comment as string[]).length).toBeGreaterThan(3);
    const commands = stdout.match(/snn(c|emu) .*/g)!;
    expect(commands).toEqual(['snnc build gesture.net.json -o chip.bin', 'snnemu run chip.bin']);
    for (const command of commands) expect(await world.run(command)).toMatchObject({ exit: 0 });
  });

  it('tells the halves of bytes apart', async () => {
    world.write('rows.csv', 'pixel0,pixel1,pixel2,pixel3,label\n255,200,0,9,first half\n0,30,240,255,second half\n');
    const { stdout } = await world.run('snnemu eval chip.bin --data rows.csv');
    expect(stdout).toContain('Accuracy 100.00 % (2 of 2');
  });

  it('replaces nothing unasked', async () => {
    expect(await world.run('snnc init')).toMatchObject({ exit: 0 });
    const again = await world.run('snnc init');
    expect([again.exit, again.stderr]).toEqual([3, expect.stringMatching(/E0102.*exists[^]*--force/)]);
    expect(await world.run('snnc init --force')).toMatchObject({ exit: 0 });
  });
});

describe('a network written by hand', () => {
  const rows = 'pixel0,pixel1,pixel2,pixel3,label\n255,200,0,9,first half\n0,30,240,255,second half\n';

  it('without clip levels builds without data where its activations have bounds, and says what was assumed', async () => {
    await world.run('snnc init -o open.net.json');
    const open = JSON.parse(Buffer.from(world.read('open.net.json')).toString()) as {
      layers: { max?: number }[];
    };
    delete open.layers[1]!.max;
    world.write('open.net.json', JSON.stringify(open));
    world.write('rows.csv', rows);
    const built = await world.run('snnc build open.net.json -o open.bin');
    expect([built.exit, built.stdout]).toEqual([0, expect.stringContaining('thresholds bound per channel')]);
    expect(built.stderr).toMatch(/^warning\[W0319\]: no calibration data: .* for any input of 0 to 1; on 16 random/);
    const { stdout } = await world.run('snnemu eval open.bin --data rows.csv');
    expect(stdout).toContain('Accuracy 100.00 % (2 of 2');
    // Written and read again, it makes the same chip.
    expect(await world.run('snnc convert open.net.json -o converted.json')).toMatchObject({ exit: 0 });
    expect(await world.run('snnc build converted.json -o again.bin')).toMatchObject({ exit: 0, stderr: '' });
    expect((await world.run('snnemu eval again.bin --data rows.csv --json -')).stdout).toContain('"correct": 2');
  });

  it('says once how bytes are taken where nobody says it, with data and without', async () => {
    const silent = JSON.parse(Buffer.from(world.read('gesture.net.json')).toString()) as { input: object };
    world.write('silent.json', JSON.stringify({ ...silent, input: { shape: [4, 1, 1] } }));
    const said = /W0320\]: bytes become x \/ 255: neither the network nor --scale says how/g;
    for (const [line, times] of [
      ['snnc build silent.json -o x.bin', 1],
      ['snnc build silent.json -o x.bin --scale 255', 0],
      ['snnc build silent.json -o x.bin --calibrate rows.csv --mode exact', 1],
      ['snnc build gesture.net.json -o x.bin', 0],
    ] as const) {
      const { exit, stderr } = await world.run(line);
      expect([line, exit, stderr.match(said)?.length ?? 0]).toEqual([line, 0, times]);
    }
  });
});
