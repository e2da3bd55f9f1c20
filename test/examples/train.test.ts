/** The network of examples/train, with the digits of examples/mnist. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AnnGraph } from '../../compiler/ann/ann.ts';
import { AnnEvaluator } from '../../compiler/engines/evaluate-ann.ts';
import { readOnnx } from '../../compiler/read/onnx/read-onnx.ts';
import type { RunRecord } from '../../isa/index.ts';
import { World } from '../bin/world.ts';

const example = (name: string): string => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
const model = example('train/no-biases.onnx');
const calibration = example('mnist/calibration-images-idx3-ubyte.gz');
const digits = example('mnist/digits-images-idx3-ubyte.gz');
const PIXELS = 28 * 28;

const world = new World();
let ann: AnnGraph;
beforeAll(() => {
  ann = readOnnx(readFileSync(model), { fileName: model, readSideFile: () => new Uint8Array() });
});
afterAll(() => world.remove());

const json = <R>(file: string): R => JSON.parse(readFileSync(world.path(file), 'utf8')) as R;

/** Classes that the network itself gives, in floating point. */
function answersOfTheNetwork(): number[] {
  const bytes = gunzipSync(readFileSync(digits)).subarray(16);
  const evaluator = new AnnEvaluator(ann);
  return Array.from({ length: bytes.length / PIXELS }, (_, k) => {
    evaluator.run(Float64Array.from(bytes.subarray(k * PIXELS, (k + 1) * PIXELS), (byte) => byte / 255));
    const logits = evaluator.output(ann.output);
    return logits.indexOf(Math.max(...logits));
  });
}

describe('the network that keeps the conditions of mode paper', () => {
  it('has seven weighted layers, no bias, average pooling, and threshold ReLUs only', () => {
    const weighted = ann.nodes.flatMap((node) => (node.op === 'conv' || node.op === 'dense' ? [node] : []));
    expect(weighted.map(({ op }) => op)).toEqual([...Array.from({ length: 6 }, () => 'conv'), 'dense']);
    for (const { bias } of weighted) expect(bias?.data.every((b) => b === 0) ?? true).toBe(true);
    const activations = ann.nodes.flatMap((node) => (node.op === 'relu' ? [node.max] : []));
    expect(activations).toEqual(Array.from({ length: 6 }, () => 1));
    expect(ann.nodes.filter(({ op }) => op === 'averagePool')).toHaveLength(3);
  });

  it('answers on the chip as in floating point, and nothing is said of biases', async () => {
    const built = await world.run(
      `snnc build ${model} --calibrate ${calibration} --scale 255 --mode paper -T 32 -o chip.bin --json build.json`,
    );
    expect(built).toMatchObject({ exit: 0, stderr: '' });
    const evaluated = await world.run(
      `snnemu eval chip.bin --data ${digits} --timing none --workers 1 --json eval.json`,
    );
    expect(evaluated).toMatchObject({ exit: 0, stderr: '' });
    const { outputs, accuracy } = json<RunRecord>('eval.json');
    const wanted = answersOfTheNetwork();
    expect(wanted).toHaveLength(40);
    const same = outputs.filter(({ index, predicted }) => predicted === wanted[index]).length;
    expect(same).toBeGreaterThanOrEqual(39);
    expect(accuracy!.total).toBe(40);
  });
});
