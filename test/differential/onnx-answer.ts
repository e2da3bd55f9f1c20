/** What ONNX Runtime computes of a small model, one thread and operator by operator. */
import * as onnxruntime from 'onnxruntime-web/wasm';
import { node, onnxBytes, openOutput, type TestModel } from '../compiler/read/onnx-model.ts';

onnxruntime.env.wasm.numThreads = 1;

const sizeOf = (dims: readonly number[]): number => dims.reduce((product, length) => product * length, 1);

/** Dimensions of the input, 1 for a symbolic one. */
const dimensionsOf = ({ input = [] }: TestModel): number[] =>
  input.map((size) => (typeof size === 'number' ? size : 1));

const FLOAT = 1;
const INT32 = 6;

/**
 * ConvInteger as ONNX defines it, of operators that this build of ONNX Runtime has: the convolution of what is left when the zero
 * points are taken off, exact in 32-bit floating point for sums below 2^24. A zero point of the weights has to be a scalar.
 */
function withoutConvInteger(nodes: TestModel['nodes']): TestModel['nodes'] {
  return nodes.flatMap((each) => {
    if (each.opType !== 'ConvInteger') return [each];
    const [output = ''] = each.output;
    const centred = [0, 1].flatMap((k) => {
      const [value, zero = ''] = [each.input[k]!, each.input[k + 2]];
      const name = `${output}.${k}`;
      if (zero === '') return [node('Cast', [value], name, { to: FLOAT })];
      return [
        node('Cast', [value], `${name}.value`, { to: FLOAT }),
        node('Cast', [zero], `${name}.zero`, { to: FLOAT }),
        node('Sub', [`${name}.value`, `${name}.zero`], name),
      ];
    });
    const conv = {
      ...each,
      opType: 'Conv',
      input: [`${output}.0`, `${output}.1`],
      output: [`${output}.sum`],
      name: `${each.name}.sum`,
    };
    return [...centred, conv, node('Cast', [`${output}.sum`], output, { to: INT32 })];
  });
}

/**
 * A value of a model for an input x, whose elements are those of one sample; the others of a batch are the same.
 *
 * @param value name of the value
 */
export async function answer(model: TestModel, value: string, x: Float32Array): Promise<readonly number[]> {
  const dims = dimensionsOf(model);
  const batch = sizeOf(dims) / x.length;
  const computed = { ...model, nodes: withoutConvInteger(model.nodes), outputs: [openOutput(value)] };
  const session = await onnxruntime.InferenceSession.create(onnxBytes(computed), {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
  });
  const all = Float32Array.from({ length: sizeOf(dims) }, (_, k) => x[k % x.length]!);
  const results = await session.run({ x: new onnxruntime.Tensor('float32', all, dims) });
  const data = results[session.outputNames[0]!]!.data as Float32Array;
  await session.release();
  return [...data.slice(0, data.length / batch)];
}

/** Channels first, as the network has them, from channels last. */
export function turned(x: ArrayLike<number>, [channels, height, width]: readonly number[]): Float64Array {
  const pixels = height! * width!;
  return Float64Array.from({ length: x.length }, (_, k) => x[(k % pixels) * channels! + Math.floor(k / pixels)]!);
}

/** A sample of the model as the network takes it, whose input has this shape. */
export function taken(model: TestModel, x: Float32Array, shape: readonly number[]): Float64Array {
  const dims = dimensionsOf(model);
  const isTurned = dims.length > 2 && dims.at(-1) === shape[0] && dims[1] !== shape[0];
  return isTurned ? turned(x, shape) : Float64Array.from(x);
}
