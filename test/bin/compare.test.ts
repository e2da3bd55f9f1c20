import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compareRecord } from '../../isa/index.ts';
import { runRecord } from '../report/run-records.ts';
import { type World, worldWithChip } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await worldWithChip();
  const evaluate = 'snnemu eval chip.bin --data images.npy --labels labels.txt --json';
  for (const line of [`${evaluate} timed.json --timing cycle`, `${evaluate} untimed.json --timing none`])
    expect(await world.run(line)).toMatchObject({ exit: 0 });
  world.write('quick.json', JSON.stringify(runRecord({ window: 4, top1: 0.5, joule: 1e-6, seconds: 1e-4 })));
  world.write('right.json', JSON.stringify(runRecord({ window: 16, top1: 0.9, joule: 4e-6, seconds: 4e-4 })));
  world.write('worse.json', JSON.stringify(runRecord({ window: 32, top1: 0.8, joule: 8e-6, seconds: 8e-4 })));
  world.write('letters.json', JSON.stringify(runRecord({ network: 'letters' })));
  world.write('noc.json', JSON.stringify({ format: 'snn-noc/1' }));
  world.write('list.json', '[1]');
  world.write('text.json', 'no record');
  const { outputs: _, ...rest } = runRecord();
  world.write('cut.json', JSON.stringify(rest));
  world.write('deep.json', JSON.stringify({ ...rest, outputs: [{ index: 0, predicted: -1 }] }));
});
afterAll(() => world.remove());

describe('snnemu compare', () => {
  it('shows figures, differences, who is on the front, and a picture of it', async () => {
    const { exit, stdout } = await world.run('snnemu compare quick.json right.json worse.json');
    expect(exit).toBe(0);
    expect(stdout).toMatch(/A {2}T = 4 +50\.00 % {2}40\.00 % to 60\.00 % +25\.00 {2}1\.000 µJ +100\.0 µs/);
    expect(stdout).toMatch(/B +\+40\.00 {2}more than chance \(intervals apart\) +\+3\.000 µJ {2}\+300\.0 %/);
    expect(stdout).toMatch(
      /A {2}T = 4 +on the front\n {2}B {2}T = 16 +on the front\n {2}C {2}T = 32 +dominated by B\n/,
    );
    expect(stdout).toMatch(/90\.00 % ┤ +B T = 16·+\n/);
    expect(stdout).toMatch(/50\.00 % ┤A T = 4·*\n/);
    expect(stdout).toMatch(/│ +· +T = 32 c\n/);
  });

  it('prints the record for programs, by its schema, and nothing else', async () => {
    const { exit, stdout } = await world.run(
      'snnemu compare timed.json untimed.json --front accuracy,latency --json -',
    );
    expect(exit).toBe(0);
    const record = compareRecord.schema.parse(JSON.parse(stdout));
    expect(record.axes).toEqual(['accuracy', 'latency']);
    expect(record.runs.map(({ label, standing }) => [label, standing.status])).toEqual([
      ['timed', 'front'],
      ['untimed', 'outside'],
    ]);
    const { accuracy } = record.runs[1]!.againstFirst!;
    expect(accuracy).toMatchObject({
      difference: 0,
      chance: { method: 'mcnemar', firstOnly: 0, thisOnly: 0, pValue: 1 },
    });
    expect(record.runs[1]!.energy.partial).toBe(true);
    expect(await world.run('snnemu compare timed.json untimed.json --json c.json')).toMatchObject({
      exit: 0,
      stderr: '',
    });
    compareRecord.schema.parse(JSON.parse(Buffer.from(world.read('c.json')).toString()));
  });

  it('--html writes one page, the same each time, and keeps a file that a record came from', async () => {
    const line = 'snnemu compare quick.json right.json worse.json --html';
    expect(await world.run(`${line} page.html`)).toMatchObject({ exit: 0 });
    const page = Buffer.from(world.read('page.html')).toString();
    for (const text of ['2 runs of 3 are on the front', `<code>${line} page.html</code>`, 'Against A'])
      expect(page).toContain(text);
    await world.run(`${line} page.html`);
    expect(Buffer.from(world.read('page.html')).toString()).toBe(page);
    expect(await world.run(`${line} quick.json`)).toMatchObject({ exit: 2 });
  });

  it('--svg draws every run that has two axes, with its figures, in a file that needs nothing else', async () => {
    const line = 'snnemu compare quick.json right.json worse.json untimed.json';
    expect(await world.run(`${line} --svg front.svg`)).toMatchObject({ exit: 0 });
    const svg = Buffer.from(world.read('front.svg')).toString();
    expect(svg.length).toBeLessThan(60_000);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" role="img" aria-labelledby="title desc"/);
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg).not.toMatch(/<script|<image|href=|url\(|NaN|undefined|Infinity/);
    const cells = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, cell]) => cell!.replace(/\s+/g, ' '));
    for (const text of [
      'A digits T = 4',
      '50.00 % (40.0 % to 60.0 %)',
      '1.000 µJ',
      '100.0 µs',
      'D tiny T = 8',
      'not timed',
    ])
      expect(cells).toContain(text);
    for (const mark of ['A', 'B', 'C', 'D →']) expect(cells).toContain(mark);
    expect(cells.filter((cell) => cell === 'dominated').length).toBeGreaterThan(0);
    await world.run(`${line} --svg again.svg`);
    expect(world.read('again.svg')).toEqual(world.read('front.svg'));

    const alone = await world.run(`${line} --front energy --svg none.svg --json c.json`);
    expect(alone).toMatchObject({ exit: 2, stdout: '' });
    expect(alone.stderr).toContain('error[E0107]: --svg draws two axes');
    expect(world.files()).not.toContain('none.svg');
    expect(await world.run(`${line} --svg quick.json`)).toMatchObject({ exit: 2, stdout: '' });
  });

  it('a target of one’s own with unknown figures: no command prints a joule of the chip without "partial"', async () => {
    await world.run('snnc targets --new -o own.json');
    const target = JSON.parse(Buffer.from(world.read('own.json')).toString()) as { energy: Record<string, object> };
    for (const event of ['barrier', 'delivery'])
      target.energy[event] = { unit: 'J', value: null, kind: 'unknown', source: 'not measured yet' };
    world.write('own.json', JSON.stringify(target));
    const options = 'net.json --calibrate images.npy --calibrate-limit 12 --mode default -T 4 --target own.json';
    const evaluate = 'snnemu eval own.bin --data images.npy --labels labels.txt';
    let spoken = 0;
    for (const line of [
      `snnc check ${options}`,
      `snnc build ${options} -o own.bin`,
      'snnc inspect own.bin',
      'snnemu run own.bin',
      `${evaluate} --timing cycle --json own-timed.json`,
      `${evaluate} --timing none --json own-untimed.json`,
      'snnemu report own-timed.json',
      'snnemu compare own-timed.json own-untimed.json',
      'snnemu compare own-timed.json quick.json --front accuracy,energy',
    ]) {
      const { exit, stdout } = await world.run(line);
      expect({ line, exit }).toEqual({ line, exit: 0 });
      const ofTheChip = stdout
        .split(/\n\n(?=\S)/)
        .filter((section) => !section.startsWith('Conventional network'))
        .flatMap((section) => section.split('\n'))
        .filter((row) => /\d [afpnµmk]?J\b/.test(row))
        // A part of the sum; an axis of the picture; the run from which nothing is missing.
        .filter(
          (row) => !row.includes(' = ') && !/^ {2,}\d\S* [afpnµmk]?J/.test(row) && !row.startsWith('  B  digits'),
        );
      for (const row of ofTheChip) expect(row).toContain('partial');
      spoken += ofTheChip.length;
    }
    expect(spoken).toBeGreaterThan(12);
  });

  it('warns of other networks and numbers of samples', async () => {
    const { exit, stderr } = await world.run('snnemu compare timed.json letters.json');
    expect(exit).toBe(0);
    expect(stderr).toContain('warning[W0702]: the networks differ: tiny, letters');
    expect(stderr).toContain('warning[W0702]: the numbers of samples differ: 12, 10');
  });

  it.each([
    ['timed.json', 2, 'E0107', '2 to 26'],
    [Array(27).fill('timed.json').join(' '), 2, 'E0107', '27 records'],
    ['timed.json absent.json', 3, 'E0101', 'absent.json'],
    ['timed.json noc.json', 3, 'E0108', '"snn-noc/1" (noc.json)'],
    ['timed.json list.json', 3, 'E0108', 'says nothing'],
    ['timed.json text.json', 3, 'E0108', 'not JSON'],
    ['timed.json cut.json', 3, 'E0108', 'cut.json, at outputs'],
    ['timed.json deep.json', 3, 'E0108', 'deep.json, at outputs[0].predicted'],
    ['timed.json untimed.json --front accurcy', 2, 'E0103', 'did you mean "accuracy"'],
    ['timed.json untimed.json --front energy,energy', 2, 'E0103', 'twice'],
    ['timed.json untimed.json --json timed.json', 2, 'E0103', 'also another file'],
  ])('%s → exit %i, %s, %s', async (line, code, diagnostic, message) => {
    const { exit, stdout, stderr } = await world.run(`snnemu compare ${line}`);
    expect({ exit, stdout }).toEqual({ exit: code, stdout: '' });
    expect(stderr).toContain(`error[${diagnostic}]`);
    expect(stderr).toContain(message);
  });
});
