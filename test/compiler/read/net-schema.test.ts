import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { AnnEvaluator } from '../../../compiler/engines/evaluate-ann.ts';
import { netJsonSchema, netSchema } from '../../../compiler/read/net-schema.ts';
import { read } from './onnx-model.ts';

const schemaFile = new URL('../../../spec/net.schema.json', import.meta.url);
const exampleFile = new URL('../../../examples/lines.net.json', import.meta.url);
const parse = (url: URL): unknown => JSON.parse(readFileSync(url, 'utf8'));

describe('spec/net.schema.json', () => {
  it('is what the reader checks (UPDATE_SCHEMAS=1 writes it anew)', () => {
    if (process.env.UPDATE_SCHEMAS === '1') {
      writeFileSync(schemaFile, `${JSON.stringify(netJsonSchema(), null, 2)}\n`);
    }
    expect(parse(schemaFile)).toEqual(JSON.parse(JSON.stringify(netJsonSchema())));
  });

  it('accepts the example and refuses what the reader refuses', () => {
    const validate = new Ajv2020({ strict: false }).compile(parse(schemaFile) as object);
    const example = parse(exampleFile) as Record<string, unknown>;
    const variants: unknown[] = [
      example,
      { ...example, format: 'snn-net/2' },
      { ...example, layers: [] },
      { ...example, layers: [{ name: 'a', op: 'add', inputs: ['x'] }] },
      { ...example, layers: [{ name: 'a', op: 'add', inputs: ['x', 'y'] }] },
      { ...example, layers: [{ name: 'r', op: 'relu', max: 0 }] },
      { ...example, layers: [{ name: 'r', op: 'relu', slope: 0.1 }] },
      { ...example, layers: [{ name: 'p', op: 'pad', padding: [1, 2, 3] }] },
      { ...example, input: { shape: [8, 8] } },
    ];
    const verdicts = variants.map((variant) => netSchema.safeParse(variant).success);
    expect(verdicts).toEqual([true, false, false, false, true, false, false, false, false]);
    expect(variants.map((variant) => validate(variant))).toEqual(verdicts);
  });
});

describe('examples/lines.net.json', () => {
  it('tells the orientation of a line wherever it lies', () => {
    const graph = read(readFileSync(exampleFile), {}, 'lines.net.json');
    const evaluator = new AnnEvaluator(graph);
    const isOn: ((x: number, y: number, at: number) => boolean)[] = [
      (_, y, at) => y === at,
      (x, _, at) => x === at,
      (x, y, at) => x - y === at - 3,
      (x, y, at) => x + y === at + 3,
    ];
    for (const [orientation, line] of isOn.entries()) {
      for (let at = 0; at < 8; at++) {
        evaluator.run(
          Float64Array.from({ length: 64 }, (_, index) => (line(index % 8, Math.floor(index / 8), at) ? 1 : 0)),
        );
        const scores = [...evaluator.output(graph.output)];
        expect(scores.indexOf(Math.max(...scores))).toBe(orientation);
      }
    }
  });
});
