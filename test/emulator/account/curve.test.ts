import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Emulator, ReadoutCurve } from '../../../emulator/index.ts';
import { ReferenceInterpreter } from '../../../compiler/index.ts';
import { predictedClass, builtinTargets } from '../../../isa/index.ts';
import { buildThatFits, quantisedGraph } from '../../arbitraries/builds.ts';
import { arbitraryNetwork } from '../../arbitraries/networks.ts';
import { seededRandom } from '../../arbitraries/random.ts';

describe('ReadoutCurve', () => {
  it('is what the same integers give in a window of t ticks, and ends with the answer', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, async (net) => {
        const built = await buildThatFits(net, builtinTargets().get('edge')!);
        const { chip } = built;
        const graph = quantisedGraph(built);
        const random = seededRandom(net.seed);
        const { payloadMin, payloadMax } = chip.input;
        const input = Int16Array.from({ length: net.inputShape.reduce((a, b) => a * b, 1) }, () =>
          Math.round(payloadMin + random() * (payloadMax - payloadMin)),
        );
        const curve = new ReadoutCurve(chip);
        const { predicted } = new Emulator(chip, { timing: 'none' }).infer(input, curve);
        expect(curve.predicted).toHaveLength(chip.window);
        expect(curve.predicted.at(-1)).toBe(predicted);
        const expected = Array.from({ length: graph.window }, (_, k) => {
          const shorter = { ...graph, window: k + 1, ticks: graph.ticks - graph.window + k + 1 };
          return predictedClass(new ReferenceInterpreter(shorter).run(input).readout);
        });
        expect([...curve.predicted]).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });
});
