/** The examples of the library run as they stand, on what is installed (dist/), and say what they are there to say. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const folder = new URL('../../examples/library/', import.meta.url);
const textOf = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

/** What each prints. */
const EXAMPLES: Readonly<Record<string, readonly RegExp[]>> = {
  'ten-lines.mjs': [/^mnist_cnn_th on edge/, /Accuracy \d+\.\d\d % \((39|40) of 40, /],
  // Wide windows cost more energy, and of the runs at least one is on the front.
  'sweep.mjs': [/^4 runs of lines, 40 samples/, /A {2}default 1 .* nJ/, /D {2}exact 4 .* nJ/, /on the front/],
  'own-target.mjs': [
    /^edge: \d cores, rising, [\d.]+ nJ\nsmall: [5-9] cores, rising, [\d.]+ nJ\ntiny: E0316 /,
    /remedy: .*target with \d+ cores/,
  ],
  // Three rows of 60 steps; who tires more fires less.
  'own-neuron.mjs': [/^([.|]{60}\n){3}$/],
  'streaming.mjs': [/^(tick \d+: pulses every \d+ steps\n)+256 ticks, [\d.]+ nJ\n$/, /tick 236: pulses every 12 steps/],
};

/** What each wrote; one process for each, however often it is looked at. */
const outputs = new Map<string, ReturnType<typeof run>>();
const run = (name: string) => promisify(execFile)(process.execPath, [fileURLToPath(new URL(name, folder))]);
function outputOf(name: string): ReturnType<typeof run> {
  const output = outputs.get(name) ?? run(name);
  outputs.set(name, output);
  return output;
}

describe('the examples of the library', () => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.mjs'));

  it('are all run here, and described in docs/library.md', () => {
    expect(names.sort()).toEqual(Object.keys(EXAMPLES).sort());
    const page = readFileSync(new URL('../../docs/library.md', import.meta.url), 'utf8');
    expect(names.filter((name) => !page.includes(`(../examples/library/${name})`))).toEqual([]);
  });

  it.each(names)('%s has at most 30 lines and takes the package by its name', (name) => {
    expect(textOf(name).trimEnd().split('\n').length).toBeLessThanOrEqual(30);
    const imports = [...textOf(name).matchAll(/ from '([^']+)'/g)].map((match) => match[1]!);
    expect(imports.filter((from) => !/^(node:|snnc(\/[a-z]+)?$)/.test(from))).toEqual([]);
  });

  it.each(names)('%s runs', async (name) => {
    const { stdout, stderr } = await outputOf(name);
    expect(stderr).toBe('');
    for (const part of EXAMPLES[name]!) expect(stdout).toMatch(part);
  });

  it('own-neuron.mjs: who tires more fires less', async () => {
    const { stdout } = await outputOf('own-neuron.mjs');
    const [none, little, much] = stdout.split('\n').map((line) => line.replaceAll('.', '').length);
    expect(none! > little! && little! > much!).toBe(true);
  });
});
