/** `snnemu noc`: the command; what it measures is tested in test/emulator/noc. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { builtinTargets, type NocRecord, nocRecord } from '../../isa/index.ts';
import { Interruption } from '../../bin/ui/io.ts';
import { World } from './world.ts';

let world: World;
beforeAll(() => {
  world = new World();
});
afterAll(() => world.remove());

async function record(line: string): Promise<NocRecord> {
  const { exit, stdout, stderr } = await world.run(`snnemu noc ${line} --json -`);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  return nocRecord.schema.parse(JSON.parse(stdout));
}

describe('snnemu noc', () => {
  it('says what was asked and what was measured', async () => {
    const line = '--mesh 4x4 --traffic neighbor --rate 0.5 --buffers 8 --cycles 500 --seed 3';
    const { host, ...rest } = await record(line);
    expect(rest).toMatchObject({
      format: 'snn-noc/1',
      target: 'edge',
      mesh: { width: 4, height: 4 },
      traffic: 'neighbor',
      bufferFlits: 8,
      sinks: 'credited',
      seed: 3,
      warmUpCycles: 3000,
      offeredRate: 0.5,
      cycles: 500,
      // One link east and one south, or three back to the first column or row.
      latencyMin: 3 * (2 + 1) + 2,
    });
    expect(Math.abs(rest.acceptedRate - 0.5)).toBeLessThan(0.03);
    expect(Math.abs(rest.hopsMean! - 3)).toBeLessThan(0.1);
    expect(rest.latencyMean!).toBeGreaterThan(3 * (3 + 1) + 2 - 0.3);
    expect(rest.latencyMax!).toBeGreaterThanOrEqual(3 * (6 + 1) + 2);
    expect(host.linkHopsPerSecond).toBeGreaterThan(0);
    const again = await record(line);
    expect({ ...again, host }).toEqual({ ...rest, host });
  });

  it('has always accepting sinks on request: with B = 4 they take more', async () => {
    const line = '--mesh 4x4 --traffic transpose --rate 1 --buffers 4 --cycles 2000';
    // A sink that returns credits takes 4/5 of a flit per cycle.
    expect((await record(line)).acceptedRate).toBeCloseTo(0.5, 2);
    expect((await record(`${line} --sinks always`)).acceptedRate).toBeCloseTo(0.55, 2);
  });

  it('takes mesh, buffers and times from a target', async () => {
    const edge = builtinTargets().get('edge')!;
    const slow = { ...edge.timing.hopEastWestCycles, value: 10 };
    const mesh = { width: 3, height: 1 };
    const target = { ...edge, name: 'slow', mesh, timing: { ...edge.timing, hopEastWestCycles: slow, bufferFlits: 5 } };
    world.write('slow.json', JSON.stringify(target));
    const line = '--target slow.json --traffic hotspot:2 --rate 0.001 --cycles 20000';
    const found = await record(line);
    expect(found).toMatchObject({ target: 'slow', mesh, bufferFlits: 5, hotspots: [2] });
    expect([found.latencyMin, found.latencyMax! >= 2 + 2 * 10 + 3]).toEqual([2 + 3, true]);
    expect(
      await record(`${line} --mesh 2x2 --buffers 3 --traffic=uniform`.replace('--traffic hotspot:2 ', '')),
    ).toMatchObject({
      mesh: { width: 2, height: 2 },
      bufferFlits: 3,
    });
  });

  it('has no latency where nothing is sent, and says so', async () => {
    const { acceptedRate, latencyMean, latencyMin, latencyMax, hopsMean } = await record('--rate 0 --cycles 10');
    expect([acceptedRate, latencyMean, latencyMin, latencyMax, hopsMean]).toEqual([0, null, null, null, null]);
    const { stdout } = await world.run('snnemu noc --rate 0 --cycles 10');
    expect(stdout).toContain('no packet was delivered');
  });

  it('prints a table, and a warning where queues grow', async () => {
    const calm = await world.run('snnemu noc --mesh 4x4 --rate 0.1 --cycles 1000');
    expect(calm.exit).toBe(0);
    expect(calm.stdout).toMatch(/uniform traffic on 4×4 tiles/);
    expect(calm.stdout).toMatch(/accepted +0\.(09|10)/);
    expect(calm.stdout).not.toContain('queues grow');
    const busy = await world.run('snnemu noc --mesh 4x4 --traffic hotspot --rate 0.5 --cycles 1000');
    expect(busy.stdout).toContain('hotspot (to 10)');
    expect(busy.stdout).toContain('queues grow');
  });

  it('writes the record to a file', async () => {
    const { exit, stdout } = await world.run('snnemu noc --mesh 2x2 --cycles 100 --json noc.json');
    expect([exit, stdout.includes('uniform traffic')]).toEqual([0, true]);
    expect(nocRecord.schema.safeParse(JSON.parse(new TextDecoder().decode(world.read('noc.json')))).success).toBe(true);
  });

  it('stops when the user wants it', async () => {
    const controller = new AbortController();
    let seconds = 0;
    const now = () => {
      seconds += 1;
      if (seconds > 5) controller.abort(new Interruption());
      return seconds;
    };
    const line = 'snnemu noc --mesh 8x8 --rate 0.9 --cycles 1000000000';
    const { exit, stdout, stderr } = await world.run(line, { signal: controller.signal, now });
    expect({ exit, stdout, stderr }).toEqual({ exit: 130, stdout: '', stderr: 'interrupted\n' });
  });

  it.each([
    ['--mesh 8', '8x8 with sides of 1 to 64'],
    ['--mesh 65x8', '8x8 with sides of 1 to 64'],
    ['--mesh 0x8', '8x8 with sides of 1 to 64'],
    ['--traffic unifrom', 'did you mean "uniform"'],
    ['--traffic uniform:3', 'takes no nodes'],
    ['--traffic transpose --mesh 4x3', 'square mesh'],
    ['--traffic hotspot:64', 'from 0 to 63'],
    ['--traffic hotspot:', 'from 0 to 63'],
    ['--rate 1.1', '--rate'],
    ['--rate=-0.1', '--rate'],
    ['--rate fast', '--rate'],
    ['--buffers 0', 'from 1 to 256'],
    ['--cycles 0', '--cycles'],
    ['--cycles 2000000000', '--cycles'],
    ['--seed x', '--seed'],
    ['--sinks never', 'credited, always'],
    ['--target ege', 'did you mean "edge"', 3],
    ['--pattern uniform', 'unknown argument', 2],
  ])('%s is refused: %s', async (line, text, code = 2) => {
    const { exit, stdout, stderr } = await world.run(`snnemu noc ${line}`);
    expect({ exit, stdout }).toEqual({ exit: code, stdout: '' });
    expect(stderr).toContain(text);
    expect(stderr).toMatch(/^error\[E01/);
  });
});
