/** `snnemu run --trace` and `--vcd`. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { misnested, readTrace } from '../emulator/trace/perfetto-reader.ts';
import { readVcd } from '../emulator/trace/vcd-reader.ts';
import { type World, worldWithChip } from './world.ts';

const converter = spawnSync('vcd2fst', ['--help']).error === undefined;

let world: World;
beforeAll(async () => {
  world = await worldWithChip();
});
afterAll(() => {
  world.remove();
});

const text = (name: string): string => Buffer.from(world.read(name)).toString();
/** What does not depend on the machine or the file's own name. */
const record = (stdout: string): object => ({ ...(JSON.parse(stdout) as object), host: undefined });

describe('snnemu run --trace --vcd', () => {
  it('writes both files, the same each time, and changes nothing in the record', async () => {
    const plain = await world.run('snnemu run chip.bin --json -');
    const first = await world.run('snnemu run chip.bin --trace a.json --vcd a.vcd --json -');
    const second = await world.run('snnemu run chip.bin --trace b.json --vcd b.vcd --json - --kernel ts');
    expect([first.exit, second.exit]).toEqual([0, 0]);
    expect(first.stderr).toBe('');
    expect(record(first.stdout)).toEqual(record(plain.stdout));
    expect([text('a.json'), text('a.vcd')]).toEqual([text('b.json'), text('b.vcd')]);
    const { slices, names } = readTrace(text('a.json'));
    expect(misnested(slices)).toEqual([]);
    const { inferences, ticks } = JSON.parse(plain.stdout) as { inferences: number; ticks: number };
    expect(slices.filter(({ name, pid }) => pid === 1 && name.startsWith('tick '))).toHaveLength(inferences * ticks);
    expect([names.get('1'), names.get('2'), names.get('3')]).toEqual(['chip', 'cores', 'links']);
    const { timescale, version } = readVcd(text('a.vcd'));
    expect([timescale, version]).toEqual(['1 ns', 'snnemu 0.0.0']);
  });

  it('is bounded by its options', async () => {
    const { exit, stderr } = await world.run(
      'snnemu run chip.bin --trace c.json --trace-ticks 1..2 --trace-cores 0 --vcd c.vcd --vcd-cores 0 --vcd-ticks 2 --vcd-routers 0,1',
    );
    expect([exit, stderr]).toEqual([0, '']);
    const { slices } = readTrace(text('c.json'));
    expect(new Set(slices.filter(({ pid }) => pid === 2).map(({ tid }) => tid))).toEqual(new Set([1]));
    const ticks = slices.flatMap(({ name }) => (name.startsWith('tick ') ? [name] : []));
    expect(new Set(ticks)).toEqual(new Set(['tick 1', 'tick 2']));
    const modules = [...readVcd(text('c.vcd')).signals.keys()].map((name) => name.split('.')[0]);
    expect(new Set(modules)).toEqual(new Set(['chip', 'core_0', 'router_0', 'router_1']));
  });

  it('ends at the limit with a warning', async () => {
    const { exit, stderr } = await world.run(
      'snnemu run chip.bin --trace d.json --trace-limit 50 --vcd d.vcd --vcd-limit 300',
    );
    expect(exit).toBe(0);
    expect(stderr).toMatch(/warning\[W0701\]: the trace ends after 50 events, in inference 0, .*d\.json/);
    expect(stderr).toMatch(/of \d+ phases, \d+ are not or not wholly in it \(d\.vcd\)/);
    expect(stderr).toContain('raise --vcd-limit');
    expect(readTrace(text('d.json')).events).toBe(50);
    readVcd(text('d.vcd'));
  });

  it.each([
    ['--trace e.json --timing none', 2, '--trace shows the cycles'],
    ['--vcd e.vcd --timing none', 2, '--vcd shows the cycles'],
    ['--trace-ticks 0..1', 2, 'without --trace'],
    ['--vcd-cores 0 --trace e.json', 2, 'without --vcd'],
    ['--trace e.json --trace-ticks 3..1', 2, 'is not a range'],
    ['--trace e.json --trace-ticks 0..99', 2, 'from 0 to'],
    ['--trace e.json --trace-cores x', 2, 'is not a range'],
    ['--vcd e.vcd --vcd-cores 63', 2, '--vcd-cores'],
    ['--vcd e.vcd --vcd-routers 4096', 2, '--vcd-routers'],
    ['--vcd e.vcd --vcd-limit 0', 2, '--vcd-limit'],
    ['--vcd e.json --trace e.json', 2, 'another file of the command'],
    ['--vcd missing/e.vcd', 3, 'there is no folder'],
    ['--trace chip.bin', 2, 'another file of the command'],
    ['--trace e.json --input nothing.npy', 3, 'nothing.npy'],
  ])('%s ends with %d and leaves nothing behind', async (options, code, message) => {
    const before = world.files();
    const { exit, stderr, stdout } = await world.run(`snnemu run chip.bin ${options}`);
    expect([exit, stdout]).toEqual([code, '']);
    expect(stderr).toContain(message);
    expect(world.files()).toEqual(before);
  });

  it('leaves nothing behind when it is interrupted', async () => {
    const before = world.files();
    const { Interruption } = await import('../../bin/ui/io.ts');
    const stop = new AbortController();
    stop.abort(new Interruption());
    const { exit } = await world.run('snnemu run chip.bin --trace f.json --vcd f.vcd', { signal: stop.signal });
    expect(exit).toBe(130);
    expect(world.files()).toEqual(before);
  });

  (converter ? it : it.skip)(`writes what vcd2fst accepts${converter ? '' : ' (skipped: no vcd2fst)'}`, async () => {
    await world.run('snnemu run chip.bin --vcd g.vcd --vcd-ticks 1..3');
    await world.run('snnemu run chip.bin --vcd h.vcd --vcd-limit 300');
    for (const name of ['g', 'h']) {
      const { status, stdout, stderr } = spawnSync('vcd2fst', [world.path(`${name}.vcd`), world.path(`${name}.fst`)]);
      expect([status, String(stderr)]).toEqual([0, '']);
      expect(String(stdout)).not.toMatch(/error|warning/i);
      expect(world.read(`${name}.fst`).length).toBeGreaterThan(100);
      const back = spawnSync('fst2vcd', [world.path(`${name}.fst`)]);
      expect(back.status).toBe(0);
      expect(String(back.stdout).match(/\$var /g)).toEqual(text(`${name}.vcd`).match(/\$var /g));
    }
  });
});
