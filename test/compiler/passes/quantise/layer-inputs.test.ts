import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { activationOf, LayerEvaluator } from '../../../../compiler/engines/evaluate-layers.ts';
import { channelLastOrder } from '../../../../compiler/engines/scatter.ts';
import { INPUT } from '../../../../compiler/ir/layers.ts';
import { formLayers } from '../../../../compiler/passes/form-layers.ts';
import { InputRows, partsOf, pooledValues, rowsLookedAt } from '../../../../compiler/passes/quantise/layer-inputs.ts';
import { shapeSize } from '../../../../isa/index.ts';
import { annOf } from '../../../arbitraries/anns.ts';
import { arbitraryNetwork } from '../../../arbitraries/networks.ts';
import { seededRandom } from '../../../arbitraries/random.ts';

describe('inputs of a layer', () => {
  it('times its weights they are what the layer computes, at every position', () => {
    let checked = 0;
    fc.assert(
      fc.property(arbitraryNetwork, (net) => {
        const { graph } = formLayers(annOf(net));
        const random = seededRandom(net.seed);
        const x = Float64Array.from({ length: shapeSize(graph.inputShape) }, () => 2 * random() - 1);
        const order = channelLastOrder(graph.inputShape);
        const input = new Float64Array(x.length);
        x.forEach((value, k) => (input[order[k]!] = value));
        const evaluator = new LayerEvaluator(graph);
        evaluator.run(x);
        graph.layers.forEach((layer, l) => {
          const parts = partsOf(layer);
          if (parts === undefined) {
            expect(layer.branches.some(({ operator }) => operator.kind === 'sparse')).toBe(true);
            return;
          }
          const [channels, height, width] = layer.shape;
          const area = height * width;
          const pooled = layer.branches.map((branch) =>
            branch.source === INPUT
              ? pooledValues(branch, graph.inputShape, input, 1)
              : pooledValues(branch, graph.layers[branch.source]!.shape, evaluator.activation(branch.source), 1),
          );
          const sums = Float64Array.from(
            { length: channels * area },
            (_, k) => layer.bias[layer.bias.length === channels ? Math.floor(k / area) : k]!,
          );
          for (const part of parts) {
            const gathered = new InputRows(part, layer, { samples: 1, positions: area });
            gathered.add(0, pooled);
            const { values, rows, columns } = gathered.matrix;
            for (let row = part.rows[0]; row < part.rows[1]; row++)
              for (let r = 0; r < rows; r++)
                for (const { branch, first, columns: count } of part.pieces)
                  for (let k = 0; k < count; k++)
                    sums[part.isDense ? row : row * area + r]! +=
                      layer.branches[branch]!.operator.weight[row * count + k]! * values[r * columns + first + k]!;
          }
          const activation = activationOf(layer);
          const expected = evaluator.activation(l);
          const place = channelLastOrder(layer.shape);
          sums.forEach((sum, k) => {
            // At the edge of a stair the last bit of a sum decides.
            if (layer.activation.kind === 'relu' && layer.activation.levels !== undefined) return;
            expect(Math.abs(activation(sum) - expected[place[k]!]!)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(sum)));
            checked++;
          });
        });
      }),
      { numRuns: 60 },
    );
    expect(checked).toBeGreaterThan(1000);
  });

  it('keeps a bounded number of values, and refuses what leaves too few rows', () => {
    const part = (columns: number) => [
      { pieces: [], columns, rows: [0, 1] as const, isDense: false, rowsPerChannel: 1 },
    ];
    expect(rowsLookedAt(part(9), [4, 8, 8], 64)).toEqual({ samples: 64, positions: 64 });
    const wide = rowsLookedAt(part(2 ** 14), [4, 64, 64], 64)!;
    expect(wide.samples * wide.positions * 2 ** 14).toBeLessThanOrEqual(2 ** 22);
    expect(rowsLookedAt(part(2 ** 19), [4, 1, 1], 64)).toBeUndefined();
  });
});
