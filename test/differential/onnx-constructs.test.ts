/** Every construct that is read, against ONNX Runtime: as it is read, with its linear operators put together, as layers. */
import { describe, expect, it } from '@jest/globals';
import { AnnEvaluator } from '../../compiler/engines/evaluate-ann.ts';
import { LayerEvaluator } from '../../compiler/engines/evaluate-layers.ts';
import { formLayers } from '../../compiler/passes/form-layers.ts';
import { mergeLinear } from '../../compiler/passes/merge-linear.ts';
import { seededRandom } from '../arbitraries/random.ts';
import { onnxBytes, read } from '../compiler/read/onnx-model.ts';
import { answer, taken, turned } from './onnx-answer.ts';
import { CONSTRUCTS, type Construct } from './onnx-constructs.ts';

const TOLERANCE = 1e-5;

const sizeOf = (dims: readonly number[]): number => dims.reduce((product, length) => product * length, 1);

/** ONNX Runtime wants operators in order. */
function expectedOf({ model, compared, name }: Construct, x: Float32Array): Promise<readonly number[]> {
  const last = compared ?? model.outputs?.[0]?.name ?? model.nodes.at(-1)!.output[0]!;
  const nodes = name === 'operators in any order' ? model.nodes.toReversed() : model.nodes;
  return answer({ ...model, nodes }, last, x);
}

describe('constructs of ONNX', () => {
  it.each(CONSTRUCTS.map((construct) => [`${construct.group}: ${construct.name}`, construct] as const))(
    '%s',
    async (_, construct) => {
      const graph = read(onnxBytes(construct.model), {}, 'test.onnx', construct.outputName);
      const merged = mergeLinear(graph).ann;
      const formed = formLayers(merged);
      const { shape } = graph.nodes[0]!;
      const random = seededRandom(construct.name.length);
      const engines = [new AnnEvaluator(graph), new AnnEvaluator(merged)] as const;
      const layers = new LayerEvaluator(formed.graph);
      for (let sample = 0; sample < 3; sample++) {
        const x = Float32Array.from({ length: sizeOf(shape) }, () => 4 * random() - 2);
        const expected = await expectedOf(construct, x);
        const own = taken(construct.model, x, shape);
        const largest = Math.max(...expected.map(Math.abs), 1e-3);
        for (const engine of engines) {
          engine.run(own);
          const values = engine.output(graph.output);
          expect(values.length).toBe(expected.length);
          expected.forEach((value, k) => {
            expect(Math.abs(values[k]! - value) / largest).toBeLessThanOrEqual(TOLERANCE);
          });
        }
        layers.run(own);
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
