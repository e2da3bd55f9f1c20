/** The programs of examples/programs: text that becomes a chip, and answers as it says. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { ChipStream, Emulator, KERNEL_KINDS, type StreamEvent } from '../../emulator/index.ts';
import { assemble, encodeChip, isEndless, predictedClass, readChip, SpikeDigest } from '../../isa/index.ts';
import { differenceFrom } from '../differential/interleaved-difference.ts';
import { InterleavedMachine } from '../interleaved/machine.ts';

const folder = fileURLToPath(new URL('../../examples/programs/', import.meta.url));

const chips = readdirSync(folder)
  .filter((name) => name.endsWith('.asm'))
  .map((name) => ({
    name,
    chip: readChip(encodeChip(assemble(readFileSync(`${folder}${name}`, 'utf8'), name)), name),
  }));

describe.each(chips.filter(({ chip }) => !isEndless(chip)))('$name', ({ chip }) => {
  const { samples } = chip.selfTest!;

  it.each(KERNEL_KINDS)('gives the answers that it holds, and those are right, on %s kernels', (kernels) => {
    expect(samples.length).toBeGreaterThan(1);
    for (const sample of samples) {
      const { readout, spikes } = new Emulator(chip, { timing: 'none', kernels }).infer(sample.input);
      const digest = new SpikeDigest();
      digest.add({ spikes });
      expect([...readout]).toEqual([...sample.readout]);
      expect([spikes.count, digest.hex()]).toEqual([sample.spikes, sample.spikeDigest]);
      expect(predictedClass(readout)).toBe(sample.label);
    }
  });

  it('is the same on the interleaved machine', () => {
    for (const { input } of samples)
      for (const kernels of KERNEL_KINDS)
        expect(differenceFrom(InterleavedMachine.infer(chip, input), chip, input, kernels, 'cycle')).toBeUndefined();
  });
});

describe.each(chips.filter(({ chip }) => isEndless(chip)))('$name', ({ chip }) => {
  const PART = 300;
  /** Either channel has events in every second tick in its turn; the other one is silent. */
  const eventsOf = (tick: number): StreamEvent[] =>
    tick % 2 === 0 ? [] : [{ element: Math.floor(tick / PART) % 2, payload: 1 }];

  it('follows the busier channel as long as it runs, alike on all machines', () => {
    const ticks = 3 * PART;
    const payloads = Array.from({ length: ticks }, (_, tick) => {
      const [event] = eventsOf(tick);
      return [0, 1].map((element) => Number(event?.element === element));
    });
    const { host } = InterleavedMachine.infer(chip, payloads.flat(), ticks);
    for (const kernels of KERNEL_KINDS) {
      const stream = new ChipStream(chip, { timing: 'none', kernels });
      for (let tick = 0; tick < ticks; tick++) expect(stream.step(eventsOf(tick))).toEqual(host[tick]);
    }
    for (let part = 0; part < 3; part++) {
      // What the last part has left is gone after a while.
      const said = host.slice(part * PART + 50, (part + 1) * PART).flat();
      expect(said.length).toBeGreaterThan(3);
      expect(new Set(said)).toEqual(new Set([part % 2]));
    }
  });
});
