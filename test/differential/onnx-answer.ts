/** What ONNX Runtime computes of a small model, one thread and operator by operator. */
import * as onnxruntime from 'onnxruntime-web/wasm';
import { onnxBytes, openOutput, type TestModel } from '../compiler/read/onnx-model.ts';

onnxruntime.env.wasm.numThreads = 1;

const sizeOf = (dims: readonly number[]): number => dims.reduce((product, length) => product * length, 1);

/** Dimensions of the input, 1 for a symbolic one. */
const dimensionsOf = ({ input = [] }: TestModel): number[] =>
  input.map((size) => (typeof size === 'number' ? size : 1));

/**
 * A value of a model for an input x, whose elements are those of one sample; the others of a batch are the same.
 *
 * @param value name of the value
 */
export async function answer(model: TestModel, value: string, x: Float32Array): Promise<readonly number[]> {
  const dims = dimensionsOf(model);
  const batch = sizeOf(dims) / x.length;
  const session = await onnxruntime.InferenceSession.create(onnxBytes({ ...model, outputs: [openOutput(value)] }), {
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
