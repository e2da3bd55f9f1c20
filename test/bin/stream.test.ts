/** `snnemu stream`: events come in as text, spikes go out as text. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Interruption } from '../../bin/ui/io.ts';
import { encodeChip, type StreamRecord } from '../../isa/index.ts';
import { formatCount } from '../../report/index.ts';
import { EndlessReference, endlessChip, eventSource } from '../programs/endless.ts';
import { World } from './world.ts';

const world = new World();
const TICKS = 3000;
/** What comes in and goes out, as text. */
let events = '';
let spikes = '';

const lines = (text: string): number => text.split('\n').length - 1;

beforeAll(() => {
  world.write('chip.bin', encodeChip(endlessChip({ recurring: true })));
  const reference = new EndlessReference({ recurring: true });
  const next = eventSource(5);
  for (let tick = 0; tick < TICKS; tick++) {
    const now = next();
    for (const { element, payload } of now) events += `${tick} ${element} ${payload}\n`;
    for (const element of reference.step(now)) spikes += `${tick} ${element}\n`;
  }
  world.write('events.txt', events);
});
afterAll(() => {
  world.remove();
});

describe('snnemu stream', () => {
  it('gives the spikes of plain integers, on either kind of kernels and with timing or without', async () => {
    for (const options of ['', ' --kernel ts', ' --timing cycle', ' --timing cycle --kernel ts']) {
      const { exit, stdout, stderr } = await world.run(
        `snnemu stream chip.bin --events events.txt --ticks ${TICKS}${options}`,
      );
      expect(exit).toBe(0);
      expect(stdout).toBe(spikes);
      expect(stderr).toContain(
        `3,000 ticks, ${formatCount(lines(events))} events in, ${formatCount(lines(spikes))} spikes out`,
      );
      expect(stderr.includes('per tick,')).toBe(options.includes('cycle'));
    }
  });

  it('writes them into a file, and then says on stdout what they cost', async () => {
    const { exit, stdout, stderr } = await world.run('snnemu stream chip.bin --events events.txt -o out.txt');
    expect([exit, stderr]).toEqual([0, '']);
    expect(stdout).toContain('energy');
    const text = Buffer.from(world.read('out.txt')).toString();
    expect(spikes.startsWith(text)).toBe(true);
  });

  it('takes comments, blanks, lines without payload, ticks alone, and a last line without an end', async () => {
    world.write('plain.txt', '0 0 1\n0 2 1\n3 1 1\n3 0 -2\n');
    world.write('odd.txt', '# nothing yet\n\n0 0\r\n  0\t2 1 # a tab\n2\n3 1 1\n3 0 -2');
    const [plain, odd] = [
      await world.run('snnemu stream chip.bin --events plain.txt --ticks 40'),
      await world.run('snnemu stream chip.bin --events odd.txt --ticks 40'),
    ];
    expect(odd).toEqual({ ...plain, stderr: odd.stderr });
    expect(odd.stderr).toContain('40 ticks, 4 events in');
    const short = await world.run('snnemu stream chip.bin --events odd.txt');
    expect(short.stderr).toContain('4 ticks, 4 events in');
    world.write('silent.txt', '7\n');
    expect((await world.run('snnemu stream chip.bin --events silent.txt')).stderr).toContain(' 7 ticks, 0 events in');
    world.write('empty.txt', '');
    expect((await world.run('snnemu stream chip.bin --events empty.txt')).stderr).toContain(' 0 ticks, 0 events in');
  });

  it('runs by itself, and stops where it is told to', async () => {
    expect((await world.run('snnemu stream chip.bin --ticks 50')).stderr).toContain('50 ticks, 0 events in');
    const { exit, stdout, stderr } = await world.run('snnemu stream chip.bin --events events.txt --ticks 1500');
    expect(exit).toBe(0);
    expect(spikes.startsWith(stdout)).toBe(true);
    expect(stderr).toContain('what follows is not read, since 1,500 ticks are run');
  });

  it.each([
    ['0 1\n1 9 1\n', 'E0708', 'element 9 of an input of 3', 'bad.txt:2'],
    ['0 1\n0 1\n', 'E0708', 'element 1 has two events in tick 0', 'bad.txt:2'],
    ['0 0\n0 1\n0 2\n0 0\n', 'E0708', 'more than 3 events in tick 0', 'bad.txt:4'],
    ['0 1\n5 2 9\n', 'E0701', 'payload 9 lies outside of the proven range -2..3', 'bad.txt:2'],
    ['4 1\n3 1\n', 'E0708', 'tick 3 after tick 4', 'bad.txt:2'],
    ['0 1 1 1\n', 'E0708', 'no event: "0 1 1 1"', 'bad.txt:1'],
    ['0 x\n', 'E0708', 'no event: "0 x"', 'bad.txt:1'],
    ['-1 0\n', 'E0708', 'no event: "-1 0"', 'bad.txt:1'],
    ['0 1.5\n', 'E0708', 'no event', 'bad.txt:1'],
    [`0 1\n${'7'.repeat(70_000)}`, 'E0708', 'a line of more than 256 bytes', 'bad.txt:2'],
    ['4294901760\n', 'E0709', 'tick 4294901760', 'bad.txt:1'],
  ])('refuses %j with its line, and leaves no file behind', async (text, code, says, line) => {
    world.write('bad.txt', text);
    const { exit, stderr } = await world.run('snnemu stream chip.bin --events bad.txt -o none.txt');
    expect(exit).toBe(3);
    expect(stderr).toContain(`error[${code}]`);
    expect(stderr).toContain(says);
    expect(stderr).toContain('bad.txt');
    expect(stderr).toContain(line);
    expect(world.files().filter((name) => name.startsWith('none') || name.includes('tmp'))).toEqual([]);
  });

  it('writes a record, beside the spikes or alone on stdout', async () => {
    const { stdout, exit } = await world.run(
      'snnemu stream chip.bin --events events.txt --ticks 200 --timing cycle -o some.txt --json -',
    );
    expect(exit).toBe(0);
    const record = JSON.parse(stdout) as StreamRecord;
    const [input, output] = [events, spikes].map((text) =>
      text.split('\n').filter((line) => line !== '' && Number(line.split(' ')[0]) < 200),
    );
    expect(record).toMatchObject({ ticks: 200, events: input!.length, spikes: output!.length, timing: 'cycle' });
    expect(record.perLayer.map(({ name }) => name)).toEqual(['hidden', 'out']);
    expect(record.perLayer[1]!.spikes).toBe(output!.length);
    expect(record.energy.joulePerTick).toBeCloseTo(record.energy.jouleTotal / 200, 15);
    expect(record.cycles!.longestTick).toBeLessThan(record.cycles!.total / 50);
    const beside = await world.run('snnemu stream chip.bin --events events.txt --ticks 200 --json record.json');
    expect(beside.stdout).toBe(Buffer.from(world.read('some.txt')).toString());
    const { cycles, ...untimed } = JSON.parse(Buffer.from(world.read('record.json')).toString()) as StreamRecord;
    expect(cycles).toBeUndefined();
    expect(untimed).toMatchObject({ ticks: 200, spikes: record.spikes, timing: 'none' });
    const both = await world.run('snnemu stream chip.bin --ticks 5 --json');
    expect([both.exit, both.stderr]).toEqual([2, expect.stringContaining('both go to stdout')]);
    expect((await world.run('snnemu stream chip.bin --ticks 5 --timing cycle')).stderr).toContain('the longest');
  });

  it('asks for one of its options, refuses files that are not there, and chips with an end', async () => {
    expect((await world.run('snnemu stream chip.bin')).stderr).toContain('neither --events nor --ticks');
    expect((await world.run('snnemu stream chip.bin --events nowhere.txt')).stderr).toContain('E0101');
    expect((await world.run('snnemu stream chip.bin --events events.txt -o events.txt')).stderr).toContain('E0103');
    for (const line of ['run chip.bin', 'eval chip.bin --data events.txt', 'diff chip.bin']) {
      const { exit, stderr } = await world.run(`snnemu ${line}`);
      expect([exit, stderr]).toEqual([3, expect.stringContaining('E0707')]);
    }
    const { stdout } = await world.run('snnc inspect chip.bin');
    expect(stdout).toContain('without an end');
    expect(stdout).toContain('snnemu stream');
    expect((await world.run('snnc inspect chip.bin --json -')).exit).toBe(0);
  });

  it('stops when it is told to, in the middle of ticks', async () => {
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort(new Interruption());
    }, 50);
    let seconds = 0;
    const now = (): number => (seconds += 0.01);
    const { exit } = await world.run('snnemu stream chip.bin --ticks 4000000000', { signal: controller.signal, now });
    expect(exit).toBe(130);
  });
});
