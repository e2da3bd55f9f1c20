/** The networks of examples/populations, as docs/populations.md runs them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { World } from '../bin/world.ts';

const folder = fileURLToPath(new URL('../../examples/populations/', import.meta.url));
const world = new World();
afterAll(() => world.remove());

interface EvalRecord {
  readonly accuracy: { readonly correct: number };
  readonly outputs: readonly unknown[];
}
interface BuildRecord {
  readonly conversion: { readonly mode: string };
  readonly layers: readonly { readonly name: string }[];
}

interface RoundingOf {
  readonly rounding: {
    readonly stations: readonly {
      readonly rounded: string;
      readonly populations: readonly {
        readonly spikesChanged: number;
        readonly countsMoved: number;
        readonly potentialRms: number;
      }[];
    }[];
  };
}

const json = <R>(file: string): R => JSON.parse(readFileSync(world.path(file), 'utf8')) as R;

describe('motion', () => {
  const [network, data, labels] = ['.net.json', '-samples.npy', '-labels.npy'].map((end) => `${folder}motion${end}`);
  const build = `snnc build ${network} --calibrate ${data} --calibrate-limit 40`;

  it('has conventional layers in front and behind, which are calibrated and said', async () => {
    const built = await world.run(`${build} --verify -o motion.bin --json motion.json`);
    expect(built).toMatchObject({ exit: 0, stderr: '' });
    expect(built.stdout).toContain('32 levels where they were trained without; thresholds mse per channel from 40');
    const { layers, rounding } = json<BuildRecord & RoundingOf>('motion.json');
    expect(layers.map(({ name }) => name)).toEqual(['bars', 'moving', 'counts', 'way']);
    const [activations] = rounding.stations;
    expect(activations!.rounded).toBe('activations');
    // Half a level is most of what a level rounds away, and no level is reached in one of both only.
    expect(activations!.populations[0]).toMatchObject({ spikesChanged: 0, countsMoved: 0 });
    expect(activations!.populations[0]!.potentialRms).toBeGreaterThan(0.1);
    expect(activations!.populations[0]!.potentialRms).toBeLessThan(0.5);
  });

  it('classifies all samples, as the documentation says, and is the same on the interpreter', async () => {
    const line = `snnemu eval motion.bin --data ${data} --labels ${labels} --json eval.json`;
    expect(await world.run(line)).toMatchObject({ exit: 0 });
    expect(json<EvalRecord>('eval.json').accuracy.correct).toBe(120);
    const diff = await world.run(`snnemu diff motion.bin --input ${data} --limit 10`);
    expect(diff.stdout).toContain('no difference: 10 samples');
  });

  it('has other levels and thresholds where they are asked for, and no others of a conversion', async () => {
    const built = await world.run(`${build} -T 7 --threshold max --per layer -o levels.bin`);
    expect(built.stdout).toContain('7 levels where they were trained without; thresholds max per layer');
    expect((await world.run(`${build} --mode exact -o mode.bin`)).stderr).toContain('[E0103]: --mode is about');
    expect((await world.run(`snnc build ${network} -o none.bin`)).stderr).toContain('[E0301]');
    expect((await world.run(`${build} --target loihi -o loihi.bin`)).stderr).toContain('[E0320]');
    expect((await world.run(`snnc convert ${network} -o motion.nir`)).stderr).toContain('[E0207]');
    expect((await world.run(`snnc check ${network} --calibrate ${data}`)).stdout).toContain('fits edge');
  });
});

describe.each([
  ['order', 120, 120, 'hidden:3,0,0', ['hidden', 'scores']],
  ['rhythm', 190, 200, 'resonators:0,0,0', ['resonators', 'resonators.count']],
] as const)('%s', (name, right, samples, probe, layers) => {
  const [network, data, labels] = ['.net.json', '-samples.npy', '-labels.npy'].map((end) => `${folder}${name}${end}`);

  beforeAll(async () => {
    const built = await world.run(
      `snnc build ${network} --calibrate ${data} --verify -o ${name}.bin --json ${name}.json`,
    );
    expect(built).toMatchObject({ exit: 0, stderr: '' });
    expect(built.stdout).toContain('neurons as trained, nothing converted');
    expect(built.stdout).not.toMatch(/conventional/);
  });

  it('is built as it was trained, with its output decoded on the chip', () => {
    const record = json<BuildRecord>(`${name}.json`);
    expect(record.conversion.mode).toBe('as trained');
    expect(record.layers.map((layer) => layer.name)).toEqual(layers);
  });

  it(`classifies ${right} of its ${samples} samples, as the documentation says`, async () => {
    const line = `snnemu eval ${name}.bin --data ${data} --labels ${labels} --json eval.json --html eval.html`;
    expect(await world.run(line)).toMatchObject({ exit: 0 });
    const { accuracy, outputs } = json<EvalRecord>('eval.json');
    expect([accuracy.correct, outputs.length]).toEqual([right, samples]);
    expect(readFileSync(world.path('eval.html'), 'utf8')).toContain('There is none: the chip file names no operation');
  });

  it('is the same on the interpreter, and answers the self-test', async () => {
    const diff = await world.run(`snnemu diff ${name}.bin --input ${data} --limit 10`);
    expect(diff).toMatchObject({ exit: 0 });
    expect(diff.stdout).toContain('no difference: 10 samples');
    expect(await world.run(`snnemu run ${name}.bin`)).toMatchObject({ exit: 0 });
  });

  it('shows potentials and spikes of a neuron', async () => {
    const probed = await world.run(
      `snnemu run ${name}.bin --input ${data}#0 --probe ${probe} --probe-out probe.json --html run.html`,
    );
    expect(probed).toMatchObject({ exit: 0 });
    const { traces } = json<{ traces: readonly { spikes: readonly number[] }[] }>('probe.json');
    expect(traces[0]!.spikes).toContain(1);
    expect(readFileSync(world.path('run.html'), 'utf8')).toMatch(/a triangle at each of \d+ spikes/);
  });

  it('is refused where a conversion is asked for', async () => {
    const curve = await world.run(`snnemu eval ${name}.bin --data ${data} --labels ${labels} --curve`);
    expect(curve.stderr).toContain('--curve: the network is spiking as it was trained');
    expect((await world.run(`snnc build ${network} -T 8 -o t8.bin`)).stderr).toContain('[E0103]: -T is about');
  });
});
