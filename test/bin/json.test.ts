/** Every command that writes JSON writes what a schema in spec/ describes. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { snnc } from '../../bin/commands/snnc.ts';
import { snnemu } from '../../bin/commands/snnemu.ts';
import { builtinTargets, encodeChip, readChip } from '../../isa/index.ts';
import { RECORD_KINDS } from '../../isa/schemas.ts';
import { endlessChip } from '../programs/endless.ts';
import { publishedFormats } from './published.ts';
import { type World, worldWithChip } from './world.ts';

/** Command → lines that make it write each kind of record it has, and what that is. */
const LINES: Readonly<Record<string, readonly (readonly [line: string, format: string])[]>> = {
  'snnc build': [['net.json --calibrate images.npy -o built.bin', 'snn-build/1']],
  'snnc convert': [['net.json --calibrate images.npy -o spiking.json', 'snn-convert/1']],
  'snnc check': [
    ['net.json', 'snn-build/1'],
    ['net.json --target small.json', 'snn-check/1'],
  ],
  'snnc tune': [
    [
      'net.json --data images.npy --labels labels.txt --calibrate images.npy --grid T=4 --max-loss 99 -o tuned.bin',
      'snn-tune/1',
    ],
  ],
  'snnc inspect': [
    ['chip.bin', 'snn-inspect/1'],
    ['chip.bin --floorplan', 'snn-floorplan/1'],
  ],
  'snnc targets': [
    ['', 'snn-target/1'],
    ['loihi', 'snn-target/1'],
    ['--new -o mine.json', 'snn-target/1'],
  ],
  'snnc passes': [['', 'snn-pass/1']],
  'snnc explain': [
    ['', 'snn-message/1'],
    ['E0203', 'snn-message/1'],
    ['km1', 'snn-term/1'],
    ['terms', 'snn-term/1'],
  ],
  'snnemu run': [['chip.bin --probe 0:0,0,0 --raster 0 --deadline 1s', 'snn-run/1']],
  'snnemu eval': [['chip.bin --data images.npy --labels labels.txt --curve --timing cycle', 'snn-run/1']],
  'snnemu merge': [['chip.bin part.gz', 'snn-run/1']],
  'snnemu stream': [['endless.bin --ticks 20 --timing cycle -o spikes.txt', 'snn-stream/1']],
  'snnemu report': [['run.json', 'snn-run/1']],
  'snnemu rerun': [['run.json', 'snn-rerun/1']],
  'snnemu diff': [
    ['chip.bin', 'snn-diff/1'],
    ['other.bin', 'snn-diff/1'],
  ],
  'snnemu compare': [['run.json eval.json', 'snn-compare/1']],
  'snnemu noc': [['--mesh 3x3 --cycles 200', 'snn-noc/1']],
};

const commands = [snnc, snnemu].flatMap((program) =>
  program.commands.filter(({ options }) => 'json' in options).map(({ name }) => `${program.name} ${name}`),
);
let world: World;

beforeAll(async () => {
  world = await worldWithChip();
  const { limits, ...edge } = builtinTargets().get('edge')!;
  world.write('small.json', JSON.stringify({ ...edge, name: 'small', limits: { ...limits, neurons: 2, axons: 8 } }));
  const chip = readChip(world.read('chip.bin'), 'chip.bin');
  const cores = chip.cores.map((core) => ({ ...core, synapses: core.synapses.map((byte) => byte ^ 1) }));
  world.write('other.bin', encodeChip({ ...chip, cores }));
  world.write('endless.bin', encodeChip(endlessChip({ recurring: true })));
  await world.run('snnemu run chip.bin --json run.json');
  await world.run('snnemu eval chip.bin --data images.npy --labels labels.txt --json eval.json');
  await world.run('snnemu eval chip.bin --data images.npy --timing none --part 1/1 -o part.gz');
});
afterAll(() => world.remove());

describe('--json', () => {
  it.each(commands)('%s has lines here', (name) => {
    expect(LINES[name]?.length ?? 0).toBeGreaterThan(0);
  });

  it.each(
    Object.entries(LINES).flatMap(([name, lines]) => lines.map(([line, format]) => [name, line, format] as const)),
  )('%s %s writes %s', async (name, line, format) => {
    const { stdout } = await world.run(`${name} ${line} --json -`.replace(/ +/g, ' '));
    expect(publishedFormats(stdout)).toEqual([format]);
  });

  it('every kind of record is written by some command', () => {
    const written = Object.values(LINES).flatMap((lines) => lines.map(([, format]) => format));
    const kinds: string[] = Object.values(RECORD_KINDS).map(({ format }) => format);
    // Not what --json writes: test/bin/probes.test.ts, test/bin/refusal.test.ts, test/bin/sweep.test.ts, test/bin/tune.test.ts.
    const sweeps = ['snn-sweep/1', 'snn-sweep-plan/1', 'snn-kept-build/1'];
    // What lies in Redis: test/bin/queue/sweep-queue.test.ts.
    const queues = ['snn-queue-job/1', 'snn-queue-files/1', 'snn-queue-result/1'];
    const tunes = ['snn-tune-part/1', 'snn-tune-point/1', 'snn-tune-space/1'];
    // Files that are read: test/bin/pins.test.ts, test/bin/eval-parts.test.ts.
    const files = ['snn-pins/1', 'snn-eval-part/1'];
    const others = ['snn-probe/1', 'snn-refusal/1', ...sweeps, ...queues, ...tunes, ...files];
    expect([...new Set([...written, ...others])].sort()).toEqual(kinds.sort());
  });
});
