import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Emulator, KERNEL_KINDS, type Probe, ProbeObserver, type TickView } from '../../../emulator/index.ts';
import { ReferenceInterpreter } from '../../../compiler/index.ts';
import { builtinTargets, type Chip, shapeSize } from '../../../isa/index.ts';
import { buildThatFits, quantisedGraph } from '../../arbitraries/builds.ts';
import { arbitraryNetwork } from '../../arbitraries/networks.ts';
import { seededRandom } from '../../arbitraries/random.ts';

/** All layers, and one neuron of each; the neurons first, so that probes of a layer do not follow each other. */
function probesOf({ layers }: Chip, random: () => number): Probe[] {
  const neurons = layers.map(({ shape }, layer) => ({ layer, neuron: Math.floor(random() * shapeSize(shape)) }));
  return [...neurons, ...layers.map((_, layer) => ({ layer }))];
}

describe('ProbeObserver', () => {
  it('holds what the chip shows after each tick, of the last inference, with both kinds of kernels', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, async (net) => {
        const built = await buildThatFits(net, builtinTargets().get('edge')!);
        const { chip } = built;
        const random = seededRandom(net.seed);
        const { payloadMin, payloadMax, shape } = chip.input;
        const newInput = () =>
          Int16Array.from({ length: shapeSize(shape) }, () =>
            Math.round(payloadMin + random() * (payloadMax - payloadMin)),
          );
        const inputs = [newInput(), newInput()];
        const probes = probesOf(chip, random);
        const [wasm, ts] = KERNEL_KINDS.map((kernels) => {
          const emulator = new Emulator(chip, { timing: 'none', kernels });
          const observer = new ProbeObserver(chip, probes);
          const seen = probes.map(() => ({ potentials: [] as number[], spikes: [] as number[] }));
          const onTick = (tick: number, view: TickView): void => {
            observer.onTick(tick, view);
            probes.forEach(({ layer, neuron }, k) => {
              const potentials = [...view.potential(layer)];
              const spikes = potentials.map((_, index) => (view.fired(layer).includes(index) ? 1 : 0));
              seen[k]!.potentials.push(...(neuron === undefined ? potentials : [potentials[neuron]!]));
              seen[k]!.spikes.push(...(neuron === undefined ? spikes : [spikes[neuron]!]));
            });
          };
          emulator.infer(inputs[0]!, observer);
          emulator.infer(inputs[1]!, { onTick });
          const traces = observer.traces.map(({ potentials, spikes }) => ({
            potentials: [...potentials],
            spikes: [...spikes],
          }));
          expect(traces).toEqual(seen);
          return traces;
        });
        expect(wasm).toEqual(ts);
        const spikes = wasm!.slice(chip.layers.length).flatMap((trace) => trace.spikes);
        const reference = new ReferenceInterpreter(quantisedGraph(built)).run(inputs[1]!);
        expect(spikes.reduce((sum, spike) => sum + spike, 0)).toBe(reference.spikes);
      }),
      { numRuns: 15 },
    );
  });
});
