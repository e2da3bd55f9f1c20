/** The library gives what the programs give. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  build,
  DiagnosticError,
  evaluate,
  open,
  type OpenChip,
  renderReport,
  run,
  type RunRecord,
  samplesOf,
} from '../../library/index.ts';
import { BUILD_OPTIONS } from '../../bin/commands/options.ts';
import { STANDARD } from '../../compiler/standard-options.ts';
import { images, tinyNetwork, World } from '../bin/world.ts';

const world = new World();
const COUNT = 24;
const source = new TextEncoder().encode(JSON.stringify(tinyNetwork()));
const labels = Array.from({ length: COUNT }, (_, k) => k % 3);
/** Behind the header of the .npy file. */
const pixels = (): Uint8Array => images(COUNT).slice(-36 * COUNT);
const samples = () => samplesOf(pixels(), [1, 6, 6], labels);
const now = (): number => 0;

let chip: OpenChip;
beforeAll(async () => {
  world.write('net.json', source);
  world.write('images.npy', images(COUNT));
  world.write('labels.txt', labels.join('\n'));
  expect((await world.run('snnc build net.json --calibrate images.npy -o chip.bin')).exit).toBe(0);
  chip = open(world.read('chip.bin'));
});
afterAll(() => world.remove());

const coded = (error: unknown): string[] => (error as DiagnosticError).diagnostics.map(({ code }) => code);

describe('the library', () => {
  it.each([
    ['', {}],
    [
      '--mode default -T 8 --correct bias --weight-bits 4',
      { mode: 'default', window: 8, correct: 'bias', weightBits: 4 },
    ],
    ['--mode exact -T 4 --target loihi-fitted', { mode: 'exact', window: 4, target: 'loihi-fitted' }],
    ['--lead 3 -T 6', { lead: 3, window: 6 }],
    // The choice by measurement keeps what was asked for.
    ['--threshold max -T 8 --per layer', { rule: { kind: 'max' }, window: 8, per: 'layer' }],
  ] as const)('builds the network that snnc build %s builds', async (line, settings) => {
    expect(
      await world.run(`snnc build net.json --calibrate images.npy ${line} -o same.bin`.replace('  ', ' ')),
    ).toMatchObject({ exit: 0 });
    const { bytes, record } = await build(source, {
      ...settings,
      calibrate: samplesOf(pixels(), [1, 6, 6]),
      now,
      fileName: 'net.json',
    });
    const [ours, theirs] = [open(bytes).chip, open(world.read('same.bin')).chip];
    // The name of the program is part of the file.
    const { provenance, selfTest: own, ...rest } = ours;
    const { provenance: written, selfTest: other, ...expected } = theirs;
    expect({ ...provenance, tool: written.tool }).toEqual(written);
    expect(rest).toEqual(expected);
    expect(own).toEqual(other);
    expect(record.target).toEqual(expect.anything());
  });

  it.each([
    ['lif.nir', '-T 16', { window: 16 }],
    ['recurrent.nir', '-T 20 --nir-origin norse', { window: 20, nir: { origin: 'norse' } }],
  ] as const)(
    'builds the spiking network %s with the steps that it is given, as snnc build %s',
    async (name, line, settings) => {
      const graph = readFileSync(new URL(`../compiler/read/nir/${name}`, import.meta.url));
      world.write(name, graph);
      expect(await world.run(`snnc build ${name} ${line} -o nir.bin`)).toMatchObject({ exit: 0 });
      const { bytes, warnings } = await build(graph, { ...settings, now, fileName: name });
      const { provenance: _, ...expected } = open(world.read('nir.bin')).chip;
      expect(open(bytes).chip).toMatchObject(expected);
      expect(warnings.map(({ code }) => code)).toContain('W0308');
      await expect(build(graph, { now, fileName: name })).rejects.toThrow('how many steps');
    },
  );

  it('refuses what contradicts a network that was converted before, as snnc build does', async () => {
    const line = 'snnc convert net.json --calibrate images.npy --mode default -T 4 -o converted.json';
    expect((await world.run(line)).exit).toBe(0);
    const converted = world.read('converted.json');
    const named = { now, fileName: 'converted.json', sideFiles: { 'converted.bin': world.read('converted.bin') } };
    expect((await world.run('snnc build converted.json -T 8 -o other.bin')).stderr).toContain('E0103');
    await expect(build(converted, { ...named, window: 8 })).rejects.toThrow('window 4');
    expect((await build(converted, { ...named, window: 4 })).record.network).toEqual(expect.anything());
  });

  it('has the defaults that the command line shows', () => {
    const { 'calibrate-limit': limit, 'ledger-samples': ledger, place, seed } = BUILD_OPTIONS;
    const method = place.row.default as unknown;
    expect([Number(limit.row.default), Number(ledger.row.default), { method, seed: Number(seed.row.default) }]).toEqual(
      [STANDARD.calibrationLimit, STANDARD.ledgerSamples, STANDARD.placement],
    );
  });

  it('evaluates and runs as snnemu does, and renders the same', async () => {
    const line = 'snnemu eval chip.bin --data images.npy --labels labels.txt --timing cycle --workers 1 --json -';
    const theirs = JSON.parse((await world.run(line)).stdout) as RunRecord;
    let done = 0;
    const record = await evaluate(chip, samples(), { timing: 'cycle', onProgress: (count) => (done = count), now });
    const { host: _, tool: __, ...own } = record;
    // What a command was given is said by commands alone.
    const { host: ___, tool: ____, origin: _____, ...other } = theirs;
    expect(own).toEqual(other);
    expect(done).toBe(COUNT);
    expect(await renderReport(record)).toContain('Energy');
    expect(await renderReport(record, { format: 'html' })).toMatch(/^<!doctype html>/);
    expect(JSON.parse(await renderReport(record, { format: 'json' }))).toEqual(record);
    const answer = await run(chip, samples()[5]!.values);
    expect(answer.predicted).toBe(record.outputs[5]!.predicted);
    expect(answer.values).toEqual(record.outputs[5]!.values);
    expect(answer.record.latency!.cyclesPerInference.max).toBeGreaterThan(0);
  });

  it('takes samples from whatever reads them, and stops where it is told to', async () => {
    const controller = new AbortController();
    async function* stream() {
      for (const sample of samples()) {
        if (sample.index === 3) controller.abort(new Error('enough'));
        yield await Promise.resolve(sample);
      }
    }
    let done = 0;
    const stopped = evaluate(chip, stream(), { signal: controller.signal, onProgress: (count) => (done = count) });
    await expect(stopped).rejects.toThrow('enough');
    expect(done).toBe(3);
    await expect(build(source, { calibrate: stream(), signal: controller.signal })).rejects.toThrow('enough');
  });

  it('lets a timer stop it, though its samples are a list', async () => {
    const controller = new AbortController();
    setImmediate(() => controller.abort(new Error('too late')));
    await expect(evaluate(chip, samples(), { signal: controller.signal })).rejects.toThrow('too late');
  });

  it('refuses with the diagnostics of the programs', async () => {
    expect(() => open(Uint8Array.of(1, 2, 3))).toThrow(DiagnosticError);
    expect(await build(source, { target: 'nowhere' }).catch(coded)).toEqual(['E0104']);
    expect(await build(Uint8Array.of(8, 9)).catch(coded)).not.toEqual([]);
    expect(await run(chip, new Float32Array(35)).catch(coded)).toEqual(['E0603']);
    expect(() => samplesOf(new Uint8Array(37), [1, 6, 6])).toThrow('no whole number of samples');
    expect(() => samplesOf(new Uint8Array(36), [1, 6, 6], [0, 1])).toThrow('2 labels for 1 samples');
  });
});
