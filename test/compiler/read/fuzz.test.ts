/** Whatever the bytes are: a verified network or numbered diagnostics, soon. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { verifyAnn } from '../../../compiler/verify/verify-ann.ts';
import { DIAGNOSTICS, DiagnosticError } from '../../../isa/index.ts';
import { floats, ints, node, onnxBytes, read } from './onnx-model.ts';

const MODELS = [
  onnxBytes({
    nodes: [
      node('Conv', ['x', 'w', 'b'], 'c', { pads: [1, 1, 1, 1], strides: [1, 1], kernel_shape: [3, 3], group: 1 }),
      node('BatchNormalization', ['c', 'b', 'b', 'b', 'b'], 'n', { epsilon: { float: 0.5 } }),
      node('Clip', ['n', 'zero', 'two'], 'r'),
      node('Pad', ['r', 'pads'], 'p', { mode: 'constant' }),
      node('AveragePool', ['p'], 'a', { kernel_shape: [2, 2], strides: [2, 2] }),
      node('Transpose', ['a'], 't', { perm: [0, 2, 3, 1] }),
      node('Reshape', ['t', 'shape'], 'f'),
      node('Gemm', ['f', 'v'], 'y', { transB: 1 }),
    ],
    tensors: [
      floats('w', [2, 2, 3, 3]),
      floats('b', [2]),
      floats('zero', [], [0]),
      floats('two', [], [2]),
      ints('pads', [0, 0, 1, 1, 0, 0, 1, 1]),
      ints('shape', [0, -1]),
      floats('v', [3, 18]),
    ],
  }),
  onnxBytes({
    nodes: [
      node('Relu', ['x'], 'r'),
      node('Add', ['r', 'x'], 'a'),
      node('ReduceMean', ['a'], 'm', { axes: [2, 3], keepdims: 0 }),
      node('MatMul', ['m', 'w'], 'd'),
      node('Add', ['d', 'b'], 'e'),
      node('Softmax', ['e'], 'y'),
    ],
    tensors: [floats('w', [2, 3]), floats('b', [3])],
  }),
  onnxBytes({
    input: ['N', 2, 6],
    nodes: [
      node('Conv', ['x', 'w'], 'c', { pads: [1, 1], strides: [2] }),
      node('Div', ['c', 'two'], 'd'),
      node('Mul', ['d', 'four'], 'm'),
      node('Add', ['m', 'half'], 'a'),
      node('Floor', ['a'], 'f'),
      node('Div', ['f', 'four'], 'q'),
      node('Clip', ['q', 'zero', 'one'], 's'),
      node('Mul', ['s', 'two'], 'r'),
      node('Concat', ['r', 'r'], 'j', { axis: 1 }),
      node('Relu', ['j'], 'k'),
      node('Unsqueeze', ['k', 'axis'], 'u'),
      node('ReduceMean', ['u'], 'p', { axes: [2, 3], keepdims: 0 }),
      node('MatMul', ['p', 'v'], 'y'),
    ],
    tensors: [
      floats('w', [2, 2, 3]),
      floats('zero', [], [0]),
      floats('half', [], [0.5]),
      floats('one', [], [1]),
      floats('two', [], [2]),
      floats('four', [], [4]),
      floats('v', [4, 3]),
      ints('axis', [2]),
    ],
  }),
];
const DOCUMENT = new TextEncoder().encode(
  JSON.stringify({
    format: 'snn-net/1',
    input: { shape: [1, 2, 2] },
    layers: [
      { name: 'c', op: 'conv', weight: { shape: [1, 1, 1, 1], data: [0.5] }, stride: [1, 1], padding: 0 },
      { name: 'r', op: 'relu', max: 2, levels: 4 },
      { name: 'a', op: 'add', inputs: ['r', 'c'] },
      { name: 'j', op: 'concat', inputs: ['a', 'r'] },
      { name: 'f', op: 'flatten', order: [0, 1, 2] },
      {
        name: 's',
        op: 'sparse',
        outputs: 2,
        pre: [0, 3],
        post: [0, 1],
        weight: { shape: [2], file: 'w.bin', dtype: 'float32' },
      },
    ],
  }),
);
const FILES = { 'w.bin': new Uint8Array(Float32Array.of(1, 2).buffer) };

/** 'read' or the codes of the faults; anything but a verified graph or numbered diagnostics fails the test. */
function outcome(bytes: Uint8Array): string {
  try {
    verifyAnn(read(bytes, FILES));
    return 'read';
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    expect(error.diagnostics.length).toBeGreaterThan(0);
    for (const { code, message } of error.diagnostics) {
      expect(Object.hasOwn(DIAGNOSTICS, code)).toBe(true);
      expect(code === 'E0901').toBe(false);
      expect(message === '').toBe(false);
    }
    return error.diagnostics.map(({ code }) => code).join();
  }
}

/** Some bytes overwritten, inserted, removed or cut off. */
const change = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  kind: fc.constantFrom('set', 'flip', 'insert', 'remove', 'cut'),
  byte: fc.integer({ min: 0, max: 255 }),
});

function mutate(bytes: Uint8Array, changes: readonly { at: number; kind: string; byte: number }[]): Uint8Array {
  const result = [...bytes];
  for (const { at, kind, byte } of changes) {
    const index = Math.floor(at * result.length);
    if (kind === 'set') result[index] = byte;
    else if (kind === 'flip') result[index] = (result[index] ?? 0) ^ (1 << (byte & 7));
    else if (kind === 'insert') result.splice(index, 0, byte);
    else if (kind === 'remove') result.splice(index, 1);
    else if (byte < 16) result.length = index;
  }
  return Uint8Array.from(result);
}

describe('readNetwork', () => {
  it('reads the models that the mutations start from', () => {
    expect([...MODELS, DOCUMENT].map(outcome)).toEqual(['read', 'read', 'read', 'read']);
  });

  it('never crashes on random bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom([], [0x08], [0x7b], [0x08, 0x07, 0x3a]),
        (bytes, head) => {
          expect(outcome(Uint8Array.from([...head, ...bytes]))).toMatch(/^E02/);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('never crashes on a damaged ONNX model', () => {
    fc.assert(
      fc.property(fc.constantFrom(...MODELS), fc.array(change, { minLength: 1, maxLength: 4 }), (model, changes) => {
        outcome(mutate(model, changes));
      }),
      { numRuns: 2000 },
    );
  });

  it('never crashes on a damaged net.json', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        outcome(mutate(DOCUMENT, changes));
      }),
      { numRuns: 1000 },
    );
  });
});
