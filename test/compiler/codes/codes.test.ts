import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CODE_NAMES, CODES, decodeGraphFile, ReferenceInterpreter } from '../../../compiler/index.ts';
import { Emulator } from '../../../emulator/index.ts';
import { readChip } from '../../../isa/index.ts';
import { buildThatFits, TEST_OPTIONS } from '../../arbitraries/builds.ts';
import { arbitraryNetwork } from '../../arbitraries/networks.ts';
import { arbitraryTarget } from '../../arbitraries/targets.ts';
import { emulatorTicks, randomInput, referenceTicks } from '../../differential/states.ts';
import { cases } from '../../cases.ts';

/** Codes whose packets say a count by what they carry; first-spike.test.ts has the one whose packets say it by their time. */
const COUNTING = CODE_NAMES.filter((code) => CODES[code].payload(2) > 1);

describe.each(COUNTING)('code %s', (code) => {
  it('says the counts of mode exact in every neuron, with the same outputs, on all machines', async () => {
    let packets = 0;
    let spikes = 0;
    await fc.assert(
      fc.asyncProperty(
        arbitraryNetwork,
        arbitraryTarget,
        fc.constantFrom(1, 2, 7, 12, 16),
        fc.constantFrom(8 as const, 4 as const),
        async (net, target, window, weightBits) => {
          const options = { ...TEST_OPTIONS, mode: 'exact' as const, window, weightBits };
          const unary = await buildThatFits(net, target, options);
          const coded = await buildThatFits(net, target, { ...options, code });
          const [plain, chip] = [readChip(unary.bytes), readChip(coded.bytes)];
          const input = randomInput(plain, net.seed);
          const counts = countsOf(unary.bytes, input, (payload) => payload);
          const said = countsOf(coded.bytes, input, (payload) => payload);
          expect(said.counts).toEqual(counts.counts);
          expect(said.outputs).toEqual(counts.outputs);
          spikes += counts.packets;
          packets += said.packets;
          const interpreter = new ReferenceInterpreter(decodeGraphFile(chip.graph!).quantised);
          expect(emulatorTicks(new Emulator(chip, { timing: 'none' }), chip, input)).toEqual(
            referenceTicks(interpreter, chip, input),
          );
        },
      ),
      { numRuns: cases(15) },
    );
    expect(packets).toBeGreaterThan(cases(250));
    expect(packets).toBeLessThan(spikes);
  });
});

/** Counts of every neuron as the packets of a chip say them, and its outputs. */
function countsOf(bytes: Uint8Array, input: Int16Array, countOf: (payload: number, tick: number) => number) {
  const chip = readChip(bytes);
  const graph = decodeGraphFile(chip.graph!).quantised;
  const interpreter = new ReferenceInterpreter(graph);
  const counts = graph.layers.map(({ shape }) => new Array<number>(shape[0] * shape[1] * shape[2]).fill(0));
  let packets = 0;
  const ticks = interpreter.ticks(input, (tick, view) => {
    counts.forEach((of, l) => {
      view.spikes(l).forEach((payload: number, k: number) => {
        if (payload === 0) return;
        of[k]! += countOf(payload, tick);
        packets++;
      });
    });
  });
  let next = ticks.next();
  while (next.done !== true) next = ticks.next();
  return { counts, packets, outputs: Array.from(next.value.readout) };
}
