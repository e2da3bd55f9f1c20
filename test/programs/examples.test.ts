/** The programs of examples/programs: text that becomes a chip, and answers as it says. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Emulator, KERNEL_KINDS } from '../../emulator/index.ts';
import { assemble, encodeChip, largestIndex, readChip, SpikeDigest } from '../../isa/index.ts';
import { differenceFrom } from '../differential/interleaved-difference.ts';
import { InterleavedMachine } from '../interleaved/machine.ts';

const folder = fileURLToPath(new URL('../../examples/programs/', import.meta.url));

describe.each(readdirSync(folder).filter((name) => name.endsWith('.asm')))('%s', (name) => {
  const chip = readChip(encodeChip(assemble(readFileSync(`${folder}${name}`, 'utf8'), name)));
  const { samples } = chip.selfTest!;

  it.each(KERNEL_KINDS)('gives the answers that it holds, and those are right, on %s kernels', (kernels) => {
    expect(samples.length).toBeGreaterThan(1);
    for (const sample of samples) {
      const { readout, spikes } = new Emulator(chip, { timing: 'none', kernels }).infer(sample.input);
      const digest = new SpikeDigest();
      digest.add({ spikes });
      expect([...readout]).toEqual([...sample.readout]);
      expect([spikes.count, digest.hex()]).toEqual([sample.spikes, sample.spikeDigest]);
      expect(largestIndex(readout)).toBe(sample.label);
    }
  });

  it('is the same on the interleaved machine', () => {
    for (const { input } of samples)
      for (const kernels of KERNEL_KINDS)
        expect(differenceFrom(InterleavedMachine.infer(chip, input), chip, input, kernels, 'cycle')).toBeUndefined();
  });
});
