/** Every construct that is read, against ONNX Runtime: as it is read, with its linear operators put together, as layers. */
import { describe, expect, it } from '@jest/globals';
import * as onnxruntime from 'onnxruntime-web/wasm';
import { AnnEvaluator } from '../../compiler/engines/evaluate-ann.ts';
import { LayerEvaluator } from '../../compiler/engines/evaluate-layers.ts';
import { formLayers } from '../../compiler/passes/form-layers.ts';
import { mergeLinear } from '../../compiler/passes/merge-linear.ts';
import { seededRandom } from '../arbitraries/random.ts';
import { onnxBytes, openOutput, read } from '../compiler/read/onnx-model.ts';
import { CONSTRUCTS, type Construct } from './onnx-constructs.ts';

const TOLERANCE = 1e-5;

onnxruntime.env.wasm.numThreads = 1;

const sizeOf = (dims: readonly number[]): number => dims.reduce((product, length) => product * length, 1);

/** Channels first, as the network has them, from channels last. */
function turned(x: ArrayLike<number>, [channels, height, width]: readonly number[]): Float64Array {
  const pixels = height! * width!;
  return Float64Array.from({ length: x.length }, (_, k) => x[(k % pixels) * channels! + Math.floor(k / pixels)]!);
}

async function answer(construct: Construct, x: Float32Array): Promise<readonly number[]> {
  const { model, compared } = construct;
  const dims = model.input!.map((size) => (typeof size === 'number' ? size : 1));
  const batch = sizeOf(dims) / x.length;
  const last = compared ?? model.outputs?.[0]?.name ?? model.nodes.at(-1)!.output[0]!;
  const outputs = [openOutput(last)];
  // ONNX Runtime wants operators in order.
  const isSorted = construct.name !== 'operators in any order';
  const bytes = onnxBytes({
    ...model,
    nodes: isSorted ? model.nodes : model.nodes.toReversed(),
    outputs,
  });
  const session = await onnxruntime.InferenceSession.create(bytes, {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'disabled',
  });
  const all = Float32Array.from({ length: sizeOf(dims) }, (_, k) => x[k % x.length]!);
  const results = await session.run({ x: new onnxruntime.Tensor('float32', all, dims) });
  const data = results[session.outputNames[0]!]!.data as Float32Array;
  await session.release();
  return [...data.slice(0, data.length / batch)];
}

describe('constructs of ONNX', () => {
  it.each(CONSTRUCTS.map((construct) => [`${construct.group}: ${construct.name}`, construct] as const))(
    '%s',
    async (_, construct) => {
      const { input } = construct.model;
      const dims = input!.map((size) => (typeof size === 'number' ? size : 1));
      const graph = read(onnxBytes(construct.model), {}, 'test.onnx', construct.outputName);
      const merged = mergeLinear(graph).ann;
      const formed = formLayers(merged);
      const { shape } = graph.nodes[0]!;
      const isLast = dims.length === 4 && dims[3] === shape[0] && dims[1] !== shape[0];
      const isSequence = dims.length === 3 && dims[2] === shape[0];
      const random = seededRandom(construct.name.length);
      const engines = [new AnnEvaluator(graph), new AnnEvaluator(merged)] as const;
      const layers = new LayerEvaluator(formed.graph);
      for (let sample = 0; sample < 3; sample++) {
        const x = Float32Array.from({ length: sizeOf(shape) }, () => 4 * random() - 2);
        const expected = await answer(construct, x);
        const taken = isLast || isSequence ? turned(x, shape) : Float64Array.from(x);
        const largest = Math.max(...expected.map(Math.abs), 1e-3);
        for (const engine of engines) {
          engine.run(taken);
          const values = engine.output(graph.output);
          expect(values.length).toBe(expected.length);
          expected.forEach((value, k) => {
            expect(Math.abs(values[k]! - value) / largest).toBeLessThanOrEqual(TOLERANCE);
          });
        }
        layers.run(taken);
        // Layers have their channels last.
        const readout = turned(layers.activation(formed.graph.layers.length - 1), formed.graph.layers.at(-1)!.shape);
        expect(readout.length).toBe(expected.length);
        expected.forEach((value, k) => {
          expect(Math.abs(readout[k]! - value) / largest).toBeLessThanOrEqual(TOLERANCE);
        });
      }
    },
  );
});
