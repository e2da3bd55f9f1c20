import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Chip,
  encodeChip,
  parseTarget,
  readChip,
  type RunRecord,
  runRecord,
  verifyChip,
} from '../../isa/index.ts';
import { decodeGraphFile, encodeGraphFile } from '../../compiler/index.ts';
import { snnemu } from '../../bin/commands/snnemu.ts';
import { images, npy, type World, worldWithChip } from './world.ts';

let world: World;
let chip: Chip;
beforeAll(async () => {
  world = await worldWithChip();
  chip = readChip(world.read('chip.bin'));
});
afterAll(() => world.remove());

const record = (json: string): RunRecord => runRecord.schema.parse(JSON.parse(json));

describe('snnemu run', () => {
  it('runs the self-test: bit-exact, exit 0', async () => {
    const text = await world.run('snnemu run chip.bin');
    expect(text).toMatchObject({ exit: 0, stderr: '' });
    expect(text.stdout).toContain('bit-exact');
    const { stdout } = await world.run('snnemu run chip.bin --json -');
    const run = record(stdout);
    expect(run.selfTest).toEqual({ samples: 4, exact: true });
    expect(run.latency!.cyclesPerInference.median).toBeGreaterThan(0);
    expect(run.outputs.map(({ readout }) => readout)).toEqual(
      chip.selfTest!.samples.map(({ readout }) => [...readout]),
    );
  });

  it.each(['readout', 'spikes', 'spikeDigest', 'input'] as const)(
    'finds a self-test whose %s was changed',
    async (what) => {
      const [first, ...rest] = chip.selfTest!.samples;
      const { readout, spikes, spikeDigest, input } = first!;
      const changed = {
        readout: readout.map((value, k) => value + (k === 1 ? 1 : 0)),
        spikes: spikes + 1,
        spikeDigest: spikeDigest.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
        input: input.map((value) => chip.input.payloadMax - value),
      };
      const samples = [...rest, { ...first!, [what]: changed[what] }];
      world.write('changed.bin', encodeChip({ ...chip, selfTest: { samples } }));
      const { exit, stdout, stderr } = await world.run('snnemu run changed.bin --json -');
      expect(exit).toBe(4);
      expect(record(stdout).selfTest).toEqual({ samples: 4, exact: false });
      expect(stderr).toMatch(/error\[E0702\]: self-test sample 3/);
    },
  );

  it('runs the sample that is named, or the first and says so', async () => {
    const seventh = await world.run('snnemu run chip.bin --input images.npy#7 --labels labels.txt --json -');
    expect(seventh).toMatchObject({ exit: 0, stderr: '' });
    expect(record(seventh.stdout).outputs).toMatchObject([{ index: 7, label: 1 }]);
    const first = await world.run('snnemu run chip.bin --input images.npy --timing none --json run.json');
    expect(first.exit).toBe(0);
    expect(first.stderr).toContain('sample 0 of 12');
    expect(record(Buffer.from(world.read('run.json')).toString()).outputs).toMatchObject([{ index: 0 }]);
  });

  it('without samples runs a seeded stimulus and says so, the same every time', async () => {
    await world.run('snnc strip chip.bin -o small.bin');
    const [one, two] = [
      await world.run('snnemu run small.bin --json -'),
      await world.run('snnemu run small.bin --json -'),
    ];
    expect(one.exit).toBe(0);
    expect(one.stderr).toContain('seed 1');
    expect(record(one.stdout).spikeDigest).toBe(record(two.stdout).spikeDigest);
    expect(record(one.stdout).selfTest).toBeUndefined();
  });
});

describe('a target that is a grid of chips', () => {
  it('is built for, shown, and counted: the crossings are in the record and a row of the energy', async () => {
    const example = new URL('../../examples/edge-2x2.target.json', import.meta.url);
    const target = parseTarget(JSON.parse(readFileSync(example, 'utf8')));
    // One tile on each chip, so that layers lie on different chips.
    world.write('grid.json', JSON.stringify({ ...target, mesh: { width: 2, height: 2 } }));
    const build =
      'snnc build net.json --calibrate images.npy --calibrate-limit 12 --mode default -T 8 --target grid.json -o grid.bin';
    expect(await world.run(build)).toMatchObject({ exit: 0 });
    expect((await world.run('snnc inspect grid.bin')).stdout).toContain('on 2×2 chips');
    expect((await world.run('snnc inspect chip.bin')).stdout).not.toContain('chips,');

    const run = record((await world.run('snnemu run grid.bin --json -')).stdout);
    expect(run.selfTest).toEqual({ samples: 4, exact: true });
    const { east, west, north, south, betweenChips } = run.counts.linkHops;
    expect(betweenChips).toEqual({ eastWest: east + west, northSouth: north + south });
    expect(betweenChips!.eastWest + betweenChips!.northSouth).toBeGreaterThan(0);
    const part = run.energy.parts.find(({ event }) => event === 'linkHopBetweenChips')!;
    expect(part.count).toBe(east + west + north + south);
    expect(run.energy.assumed).toContain('linkHopBetweenChips');
    expect((await world.run('snnemu run grid.bin')).stdout).toMatch(/linkHopBetweenChips +[\d,]+ +x +128/);

    const single = record((await world.run('snnemu run chip.bin --json -')).stdout);
    expect(single.spikeDigest).toBe(run.spikeDigest);
    expect('betweenChips' in single.counts.linkHops).toBe(false);
    expect(single.energy.parts.map(({ event }) => event)).not.toContain('linkHopBetweenChips');
  });
});

describe('snnemu eval', () => {
  it('has the defaults of run, and needs no second option for a deadline', async () => {
    const [run, evaluate] = ['run', 'eval'].map(
      (name) => snnemu.commands.find((entry) => entry.name === name)!.options,
    );
    const shared = Object.keys(run!).filter((name) => name in evaluate!);
    expect(shared).toContain('timing');
    for (const name of shared) expect([name, evaluate![name]!.row.default]).toEqual([name, run![name]!.row.default]);
    const line = 'snnemu eval chip.bin --data images.npy --deadline';
    expect((await world.run(`${line} 5ms`)).stdout).toMatch(/^ {2}deadline 5\.000 ms \(1,000,000 cycles\): met$/m);
    expect((await world.run(`${line} 1us`)).exit).toBe(5);
  });

  it('gives accuracy beside that of the conventional network; timing does not change the spikes', async () => {
    const line = 'snnemu eval chip.bin --data images.npy --labels labels.txt --json -';
    const plain = record((await world.run(`${line} --timing none`)).stdout);
    expect(plain.inferences).toBe(12);
    expect(plain.accuracy!.total).toBe(12);
    expect(plain.accuracy!.correct).toBe(plain.outputs.filter(({ predicted, label }) => predicted === label).length);
    expect(plain.accuracy!.floatTop1).toBeGreaterThanOrEqual(0);
    expect(plain.latency).toBeUndefined();
    expect(plain.outputs[0]!.readout).toBeUndefined();
    const timed = record((await world.run(`${line} --no-float`)).stdout);
    expect(timed.accuracy!.floatTop1).toBeUndefined();
    expect(timed.latency).toBeDefined();
    expect(timed.spikeDigest).toBe(plain.spikeDigest);
    expect(timed.counts.synops).toBe(plain.counts.synops);
  });

  it('both kinds of kernels give the same record', async () => {
    const line = 'snnemu eval chip.bin --data images.npy --labels labels.txt --timing cycle --json - --kernel';
    const [wasm, ts] = [await world.run(`${line} wasm`), await world.run(`${line} ts`)].map(({ stdout }) => {
      const { host: _, origin, ...results } = record(stdout);
      // Which kernels they were is the option that differs.
      return { ...results, inputs: origin!.inputs };
    });
    expect(wasm).toEqual(ts);
  });

  it('--limit takes the first samples; without labels there is no accuracy', async () => {
    const { exit, stdout, stderr } = await world.run('snnemu eval chip.bin --data images.npy --limit 3 --json -');
    expect(exit).toBe(0);
    expect(stderr).toContain('no labels');
    expect(record(stdout).inferences).toBe(3);
    expect(record(stdout).accuracy).toBeUndefined();
  });

  it('--curve: accuracy after every tick, from one run; refused where the network differs with T', async () => {
    const line = 'snnemu eval chip.bin --data images.npy --labels labels.txt --curve';
    const { accuracy, spikeDigest } = record((await world.run(`${line} --json -`)).stdout);
    expect(accuracy!.byT!.map(({ T }) => T)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(accuracy!.byT!.at(-1)).toEqual({ T: 8, top1: accuracy!.top1, ci95: accuracy!.ci95 });
    const plain = record((await world.run(`${line.replace(' --curve', '')} --json -`)).stdout);
    expect(plain.accuracy!.byT).toBeUndefined();
    expect(plain.spikeDigest).toBe(spikeDigest);
    expect((await world.run(line)).stdout).toContain('Accuracy by ticks');
    for (const mode of ['paper', 'exact', undefined]) {
      const { mode: _mode, ...options } = chip.provenance.options;
      const provenance = { ...chip.provenance, options: { ...options, ...(mode !== undefined && { mode }) } };
      world.write('other.bin', encodeChip({ ...chip, provenance }));
      const refused = await world.run(line.replace('chip.bin', 'other.bin'));
      expect(refused).toMatchObject({ exit: 2, stdout: '' });
      expect(refused.stderr).toMatch(mode === undefined ? /does not say/ : `networks of mode ${mode} differ with T`);
    }
  });

  it.each([
    ['snnemu eval chip.bin --data wrong.npy', 3, 'E0603'],
    ['snnemu eval chip.bin --data absent.npy', 3, 'E0101'],
    ['snnemu eval chip.bin --data chip.bin', 3, 'E0601'],
    ['snnemu eval chip.bin --data images.npy --labels nine.txt', 3, 'E0604'],
    ['snnemu eval chip.bin --data images.npy --limit 0', 2, 'E0103'],
    ['snnemu eval chip.bin --data images.npy --timing exact', 2, 'E0103'],
    ['snnemu run chip.bin --kernel asm', 2, 'wasm, ts'],
    ['snnemu eval chip.bin', 2, 'E0107'],
    ['snnemu eval chip.bin --data images.npy --curve', 2, 'without labels'],
    ['snnemu eval chip.bin --data images.npy --workers 0', 2, 'E0103'],
    ['snnemu run chip.bin --input images.npy#12', 3, 'E0605'],
    ['snnemu run chip.bin --build build.json', 2, 'E0107'],
    ['snnemu run chip.bin --raster 99', 3, 'E0605'],
    ['snnemu run chip.bin --deadline=5ms --timing none', 2, 'E0107'],
    ['snnemu run chip.bin --per-tick --timing none', 2, 'E0107'],
    ['snnemu eval chip.bin --data images.npy --deadline 5ms --timing none', 2, '--timing cycle'],
    ['snnemu eval chip.bin --data images.npy --timing cycle --deadline 5', 2, 'E0103'],
    ['snnemu run chip.bin --deadline 5min', 2, '200000cycles'],
    ['snnemu run chip.bin --deadline -5ms', 2, 'E01'],
    ['snnemu run chip.bin --deadline', 2, 'E0107'],
    ['snnemu diff chip.bin --deadline 5ms', 2, 'E0107'],
    ['snnemu run chip.bin --tming none', 2, 'did you mean "timing"'],
    ['snnemu run chip.bin --data images.npy', 2, '"data"; did you mean "input"?'],
    ['snnemu diff chip.bin --data images.npy', 2, '"data"; did you mean "input"?'],
    ['snnemu diff chip.bin --workers 2', 2, 'unknown argument "workers"\n'],
    ['snnemu eval chip.bin --input images.npy', 2, '"input" is not known here, did you mean "data"?'],
    ['snnemu run net.json', 3, 'E0401'],
    ['snnemu report chip.bin -o x.html', 3, 'E0108'],
    ['snnemu diff chip.bin --probe conv', 2, 'E0107'],
    ['snnemu diff chip.bin --limit -1', 2, 'E0103'],
  ])('%s → exit %i, %s', async (line, code, text) => {
    world.write('wrong.npy', npy(new Uint8Array(2 * 25), [2, 5, 5]));
    world.write('nine.txt', '9\n'.repeat(12));
    const { exit, stdout, stderr } = await world.run(line);
    expect({ exit, stdout }).toEqual({ exit: code, stdout: '' });
    expect(stderr).toContain(text);
  });
});

describe('--deadline', () => {
  it.each(['run chip.bin', 'eval chip.bin --data images.npy --labels labels.txt --timing cycle --no-float'])(
    'snnemu %s: exit 0 where it is kept, else the whole record and exit 5',
    async (line) => {
      const free = record((await world.run(`snnemu ${line} --json -`)).stdout);
      const { max } = free.latency!.cyclesPerInference;
      const kept = await world.run(`snnemu ${line} --deadline ${max}cycles --json -`);
      expect(kept).toMatchObject({ exit: 0, stderr: '' });
      expect(record(kept.stdout).deadline).toMatchObject({ cycles: max, missed: 0 });

      const missed = await world.run(`snnemu ${line} --deadline ${max - 1}cycles --json late.json`);
      expect(missed.exit).toBe(5);
      const {
        deadline,
        latency,
        host: _,
        origin: ___,
        ...late
      } = record(Buffer.from(world.read('late.json')).toString());
      const { host: __, latency: latencyBefore, origin: ____, ...before } = free;
      expect({ ...late, latency }).toEqual({ ...before, latency: latencyBefore });
      const { index } = latency!.worst!;
      expect(deadline).toMatchObject({ cycles: max - 1, worst: { index, cycles: max, excessCycles: 1 } });
      expect(deadline!.missed).toBeGreaterThanOrEqual(1);
      expect(missed.stderr).toContain('error[E0704]');
      expect(missed.stderr).toContain(`sample ${index} took`);
      const [cause] = Object.entries(latency!.worst!.bound).sort(([, a], [, b]) => b - a)[0]!;
      expect(missed.stderr).toContain(`most of it ${cause}`);
      expect(missed.stderr).toContain(`core ${latency!.worst!.critical!.core} (tile`);
      expect(missed.stdout).toContain(
        `: missed by ${deadline!.missed} of ${free.inferences} inferences, sample ${index}`,
      );
    },
  );

  it('takes a time, in whole cycles of the chip', async () => {
    const clock = chip.target.timing.clockHz.value;
    const late = record((await world.run('snnemu run chip.bin --deadline 0.5us --json -')).stdout);
    expect(late.deadline).toMatchObject({ seconds: 0.5e-6, cycles: clock * 0.5e-6, missed: late.inferences });
    expect((await world.run('snnemu run chip.bin --deadline 10s')).stdout).toMatch(/deadline 10\.00 s \(.*\): met/);
  });

  it('a wrong answer weighs more than a late one', async () => {
    const [first, ...rest] = chip.selfTest!.samples;
    const samples = [{ ...first!, spikes: first!.spikes + 1 }, ...rest];
    world.write('changed.bin', encodeChip({ ...chip, selfTest: { samples } }));
    const { exit, stderr } = await world.run('snnemu run changed.bin --deadline 1cycles');
    expect(exit).toBe(4);
    expect(stderr).toMatch(/E0702[^]*E0704/);
  });
});

describe('a target with a fixed tick', () => {
  it('every tick takes as long; the record and the text say how many took longer', async () => {
    const value = 400;
    const tickCycles = { value, unit: 'cycles', kind: 'assumed', source: 'test' } as const;
    const { timing } = chip.target;
    const fixed = { ...chip, target: { ...chip.target, timing: { ...timing, tickCycles } } };
    world.write('fixed.bin', encodeChip(fixed));
    const free = record((await world.run('snnemu run chip.bin --json -')).stdout);
    const run = record((await world.run('snnemu run fixed.bin --json -')).stdout);
    expect(run.selfTest).toEqual({ samples: 4, exact: true });
    expect(run.spikeDigest).toBe(free.spikeDigest);
    expect(free.latency!.fixedTick).toBeUndefined();
    expect(run.latency!.perTick.map(({ max }) => max)).toEqual(
      free.latency!.perTick.map(({ max }) => Math.max(max, value)),
    );
    const { bound, fixedTick } = run.latency!;
    expect(bound).toEqual({ ...free.latency!.bound, wait: bound.wait });
    expect(bound.wait).toBeGreaterThan(0);
    const { stdout } = await world.run('snnemu run fixed.bin --per-tick');
    expect(stdout).toContain('ticks of 400 cycles: ');
    expect(stdout).toMatch(/tick +median +99 % +worst +integrate +update +network +barrier +wait +critical core +in\n/);
    expect(fixedTick!.cycles).toBe(value);
    expect(fixedTick!.overrunTicks > 0).toBe(stdout.includes('took longer, by'));
  });
});

interface DiffRecord {
  samples: number;
  ticks: number;
  spikes: number;
  difference: {
    kind: string;
    sample: number;
    tick: number;
    layer: string;
    core: number;
    slot: number;
    cause: { kind: string; parameter?: string; emulator: number; reference: number } | null;
  } | null;
}

async function difference(changed: Chip): Promise<DiffRecord & { exit: number }> {
  world.write('changed.bin', encodeChip(changed));
  const { exit, stdout } = await world.run('snnemu diff changed.bin --json -');
  return { exit, ...(JSON.parse(stdout) as DiffRecord) };
}

const withCore = (index: number, change: (core: Chip['cores'][number]) => Partial<Chip['cores'][number]>): Chip => ({
  ...chip,
  cores: chip.cores.map((core, k) => (k === index ? { ...core, ...change(core) } : core)),
});

describe('snnemu diff', () => {
  it('finds no difference on self-test samples and on data', async () => {
    const own = await world.run('snnemu diff chip.bin');
    expect(own.exit).toBe(0);
    expect(own.stdout).toContain('no difference: 4 samples');
    const { exit, stdout } = await world.run('snnemu diff chip.bin --input images.npy --limit 5 --json -');
    expect(exit).toBe(0);
    const found = JSON.parse(stdout) as DiffRecord;
    expect(found).toMatchObject({ samples: 5, ticks: 5 * chip.ticks, difference: null });
    expect(found.spikes).toBeGreaterThan(0);
  });

  it('names the synapse where a weight of the chip was changed', async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(chip.cores.length - 1),
        fc.nat(10_000),
        fc.integer({ min: 1, max: 255 }),
        async (c, at, bits) => {
          const changed = withCore(c, ({ synapses }) => {
            const copy = synapses.slice();
            copy[at % copy.length]! ^= bits;
            return { synapses: copy };
          });
          // A weight that breaks the range proof is found by the loader already.
          fc.pre(verifyChip(changed).length === 0);
          const result = await difference(changed);
          expect(result.exit).toBe(result.difference === null ? 0 : 4);
          if (result.difference === null) return;
          found++;
          expect(result.difference.kind).toBe('neuron');
          expect(result.difference.core).toBe(chip.cores[c]!.core);
          expect(result.difference.cause?.kind).toBe('synapse');
        },
      ),
      { numRuns: 25 },
    );
    expect(found).toBeGreaterThan(5);
  });

  it('names the parameter that was changed, with place and both values', async () => {
    const readOut = chip.cores.length - 1;
    const named = new Set<string>();
    for (let at = 0; at < chip.cores[0]!.parameters.length; at++) {
      const changed = withCore(0, ({ parameters }) => ({
        parameters: parameters.map((v, k) => (k === at ? v + 2 : v)),
      }));
      const { exit, difference: found } = await difference(changed);
      expect(exit).toBe(found === null ? 0 : 4);
      // The threshold of a channel that never comes near it does not matter.
      if (found === null) continue;
      named.add(found.cause!.parameter!);
      expect(found.layer).toBe(chip.layers[0]!.name);
      expect(found.cause!.kind).toBe('parameter');
      expect(found.cause!.emulator).toBe(found.cause!.reference + 2);
    }
    expect([...named].sort()).toEqual(['bias', 'initial potential', 'threshold']);
    // The first of the layers that the core holds differs first.
    const { core } = chip.cores[readOut]!;
    const held = chip.placements.filter((placement) => placement.core === core).map(({ layer }) => layer);
    const bias = withCore(readOut, ({ parameters }) => ({ parameters: parameters.map((v) => v + 1) }));
    expect((await difference(bias)).difference).toMatchObject({ layer: chip.layers[Math.min(...held)]!.name });
  });

  it('prints the place for people', async () => {
    const changed = withCore(0, ({ synapses }) => ({ synapses: synapses.map((v, k) => (k < 4 ? v ^ 64 : v)) }));
    world.write('changed.bin', encodeChip(changed));
    const { exit, stdout, stderr } = await world.run('snnemu diff changed.bin --input images.npy#3');
    expect(exit).toBe(4);
    expect(stdout).toMatch(
      /first difference: sample 3, tick 0, layer \S+, neuron \(\d, \d, \d\) = index \d+, core \d+, slot \d+/,
    );
    expect(stdout).toMatch(/synapse from input \(0, \d, \d\).*weight -?\d+ on the chip, -?\d+ in the graph/);
    expect(stderr).toContain('error[E0703]');
  });

  it('needs a graph that belongs to the chip', async () => {
    await world.run('snnc strip chip.bin -o small.bin');
    expect(await world.run('snnemu diff small.bin --input images.npy')).toMatchObject({ exit: 3, stdout: '' });
    expect((await world.run('snnemu diff small.bin')).stderr).toContain('error[E0407]');
    const graph = decodeGraphFile(chip.graph!);
    const quantised = { ...graph.quantised, ticks: chip.ticks + 1, window: chip.window + 1 };
    world.write('foreign.bin', encodeChip({ ...chip, graph: encodeGraphFile({ ...graph, quantised }) }));
    const { exit, stderr } = await world.run('snnemu diff foreign.bin');
    expect(exit).toBe(3);
    expect(stderr).toContain('error[E0405]');
  });

  it('compares on data where the chip has no self-test samples', async () => {
    const { selfTest: _selfTest, ...untested } = chip;
    world.write('untested.bin', encodeChip(untested));
    world.write('one.npy', images(1));
    expect((await world.run('snnemu diff untested.bin')).stderr).toContain('error[E0407]');
    expect(await world.run('snnemu diff untested.bin --input one.npy')).toMatchObject({ exit: 0 });
  });
});
