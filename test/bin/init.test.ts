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
