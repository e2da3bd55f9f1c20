/** `snnc convert net.json -o net.nir`: whatever a conversion can be asked for is in the graph, or said to be lost. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CONVERSION_OPTIONS } from '../../bin/commands/options.ts';
import { CODE_NAMES, CODES, CONVERSION_MODES, CONVERSIONS } from '../../compiler/index.ts';
import { NEURONS } from '../../compiler/neurons/generated/index.ts';
import type { ConvertRecord } from '../../isa/index.ts';
import { images, npy, numbers, tinyNetwork, World } from './world.ts';

const world = new World();
afterAll(() => {
  world.remove();
});
beforeAll(() => {
  world.write('net.json', JSON.stringify(tinyNetwork()));
  world.write('images.npy', images(12));
  world.write('labels.txt', 'one\ntwo\nthree\n');
  const layers = [{ name: 'scores', op: 'dense', weight: { shape: [2, 2], data: [100, -1, 50, 0.25] } }];
  world.write(
    'uneven.json',
    JSON.stringify({ format: 'snn-net/1', input: { shape: [2, 1, 1] }, layers, after: [{ op: 'softmax' }] }),
  );
  const uneven = numbers(24, 1).map((value, k) => (k % 2 === 0 ? value : value * 100));
  world.write('uneven.npy', npy(Float32Array.from(uneven), [12, 2, 1, 1]));
});

interface Converted {
  readonly graph: string;
  readonly lost: readonly string[];
}

async function converted(options: string, files = 'net.json -T 4 --calibrate images.npy'): Promise<Converted> {
  const { exit, stdout, stderr } = await world.run(`snnc convert ${files} ${options} -o out.nir --json -`);
  if (exit !== 0) throw new Error(`${options}: ${stderr}`);
  const { lost } = JSON.parse(stdout) as ConvertRecord;
  // What is in the record is warned about, too.
  expect(stderr.match(/W0316/g)?.length ?? 0).toBe(lost!.length);
  return { graph: Buffer.from(world.read('out.nir')).toString('latin1'), lost: lost! };
}

const says = (lost: readonly string[], what: RegExp): boolean => lost.some((loss) => what.test(loss));

describe.each(CONVERSION_MODES)('of mode %s', (mode) => {
  const { order, neuron } = CONVERSIONS[mode];
  const codes = CODE_NAMES.filter((code) => !CODES[code].needsCounts || mode === 'exact');

  it.each(codes)('with code %s, it says what of them is lost', async (code) => {
    const { lost } = await converted(`--mode ${mode} --code ${code}`);
    expect(says(lost, /^how packets say counts of spikes \(--code /)).toBe(code !== 'unary');
    expect(says(lost, /take spikes back/)).toBe('signed' in NEURONS[neuron]);
    expect(says(lost, /fires only when it has integrated/)).toBe(order.integratesFirst);
    expect(says(lost, /begins to fire 2 steps behind/)).toBe(order.choosesLead);
    // These are lost whatever is asked for.
    for (const what of [/the input is held/, /soft reset/, /V ≥ θ/, /an output is V \/ 4/])
      expect(lost).toEqual(expect.arrayContaining([expect.stringMatching(what)]));
    expect(says(lost, /V at the start/)).toBe(CONVERSIONS[mode].initialShare > 0);
  });
});

/** Options that only decide how the network is read, what is tried, or what is printed: nothing of them is in a converted network. */
type Apart =
  | 'target'
  | 'set'
  | 'json'
  | 'wide'
  | 'layout'
  | 'calibrate'
  | 'calibrate-limit'
  | 'max-loss'
  | 'objective'
  | 'approximate'
  | 'output-name'
  | 'dump-after'
  | 'verify'
  | 'quiet';

/** Of every other one, what to set against what, and what becomes of it. */
const OPTIONS: Readonly<
  Record<
    Exclude<keyof typeof CONVERSION_OPTIONS, Apart>,
    { readonly line: string; readonly without?: string; readonly becomes: 'graph' | 'lost' | 'both' | 'refused' }
  >
> = {
  T: { line: '--mode default', without: '--mode default', becomes: 'both' },
  mode: { line: '--mode exact', without: '--mode default', becomes: 'both' },
  lead: { line: '--lead 3', without: '--mode lead', becomes: 'lost' },
  'shift-window': { line: '--shift-window 3', without: '--mode paper', becomes: 'graph' },
  levels: { line: '--mode exact --code graded --levels conv=2', becomes: 'refused' },
  code: { line: '--mode exact --code graded', without: '--mode exact', becomes: 'lost' },
  threshold: { line: '--mode default --threshold max', without: '--mode default', becomes: 'graph' },
  per: { line: '--mode default --per layer', without: '--mode default', becomes: 'graph' },
  correct: { line: '--mode default --correct bias', without: '--mode default', becomes: 'graph' },
  balance: {
    line: '--mode default --threshold max --balance',
    without: '--mode default --threshold max',
    becomes: 'graph',
  },
  scale: { line: '--mode default --scale 128', without: '--mode default', becomes: 'both' },
  mean: { line: '--mode default --mean=0.5', without: '--mode default', becomes: 'both' },
  std: { line: '--mode default --std 0.5', without: '--mode default', becomes: 'both' },
  'labels-file': { line: '--mode default --labels-file labels.txt', without: '--mode default', becomes: 'graph' },
};

describe('what can be asked for', () => {
  it.each(Object.entries(OPTIONS))('%s is in the graph, or told', async (name, { line, without, becomes }) => {
    if (becomes === 'refused') {
      const { exit, stderr } = await world.run(`snnc convert net.json --calibrate images.npy -T 4 ${line} -o out.nir`);
      expect([exit, stderr]).toEqual([2, expect.stringContaining('E0103')]);
      return;
    }
    const [plain, asked] = [
      await converted(without!),
      await converted(line, name === 'T' ? 'net.json -T 8 --calibrate images.npy' : undefined),
    ];
    expect([asked.graph !== plain.graph, asked.lost.join() !== plain.lost.join()]).toEqual([
      becomes !== 'lost',
      becomes !== 'graph',
    ]);
  });

  it('steps of single channels and what follows the outputs are told', async () => {
    const { lost } = await converted('--mode default', 'uneven.json -T 4 --calibrate uneven.npy');
    expect([
      says(lost, /channels of the input have steps of their own/),
      says(lost, /does to its outputs: softmax/),
    ]).toEqual([true, true]);
  });

  it('and what has nothing to say about populations is refused', async () => {
    const network = {
      ...{
        format: 'snn-net/1',
        input: { shape: 2, steps: 2, payload: { min: 0, max: 1 } },
        output: { population: 'out', decode: 'count' },
      },
      populations: [
        { name: 'out', shape: 2, neuron: 'if', threshold: 1, compare: 'gt', reset: { kind: 'value', value: 0 } },
      ],
      connections: [{ from: 'input', to: 'out', op: 'dense', weight: { shape: [2, 2], data: [1, 2, 3, 4] } }],
    };
    world.write('populations.json', JSON.stringify(network));
    world.write('two.txt', 'left\nright\n');
    for (const asked of ['--mode exact', '--balance', '--calibrate images.npy', '--labels-file labels.txt']) {
      const { exit, stderr } = await world.run(`snnc convert populations.json ${asked} -o out.nir`);
      expect([asked, exit, stderr]).toEqual([asked, 2, expect.stringContaining('E0103')]);
    }
    expect((await world.run('snnc convert populations.json --labels-file two.txt -o out.nir')).exit).toBe(0);
    expect(Buffer.from(world.read('out.nir')).toString('latin1')).toContain('right');
  });
});
