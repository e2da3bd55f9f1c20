import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { computeEnergy, Emulator } from '../../emulator/index.ts';
import { type Chip, readChip } from '../../isa/index.ts';
import { STATE_EVENTS } from '../isa/state-figures.ts';
import { acceptCase, behaviourOf, caseNames, filesFolder, observeCase, readCase, type Behaviour } from './golden.ts';

/** Joules of the samples of each file whose version had no figures for work on states, as that version drew them. */
const DRAWN: Readonly<Record<string, number>> = {
  '1.0-lines-edge.chip.bin': 4.6596993e-7,
  '1.0-residual-loihi.chip.bin': 2.0565821e-6,
  '1.0-residual-tiny.chip.bin': 1.83602815e-6,
  '1.1-lines-edge.chip.bin': 4.7419054e-7,
  '1.1-residual-loihi.chip.bin': 1.9642397e-6,
  '1.1-residual-tiny.chip.bin': 1.90475915e-6,
};

function energyOf(chip: Chip) {
  const emulator = new Emulator(chip, { timing: 'cycle' });
  const { samples } = chip.selfTest!;
  const cycles = samples.reduce((sum, { input }) => sum + emulator.infer(input).timing!.cycles, 0);
  return computeEnergy(emulator.counts(), samples.length, chip.target, cycles);
}

const accepting = process.env.SNNC_ACCEPT === '1';

describe('golden cases', () => {
  it.each(caseNames())('%s builds the same program with the same behaviour', async (name) => {
    if (accepting) await acceptCase(name);
    const golden = readCase(name);
    expect(await observeCase(golden)).toEqual(golden.expected);
  });
});

describe('chip files of all versions', () => {
  const files = readdirSync(filesFolder).filter((name) => name.endsWith('.chip.bin'));

  it('there is one of each', () => {
    for (const version of ['1.0', '1.1', '1.2']) expect(files.some((name) => name.startsWith(version))).toBe(true);
  });

  it.each(files)('%s still loads with the same result', (name) => {
    const chip = readChip(readFileSync(`${filesFolder}${name}`), name);
    const expected = JSON.parse(
      readFileSync(`${filesFolder}${name.replace('.chip.bin', '.json')}`, 'utf8'),
    ) as Behaviour;
    // Counts that came later are not in the older records.
    expect(behaviourOf(chip)).toMatchObject(expected);
    const answers = chip.selfTest!.samples.map(({ readout }) => [...readout]);
    expect(answers).toEqual(expected.readout);
  });

  it.each(files.filter((name) => /^1\.[01]-/.test(name)))(
    '%s draws what it drew: its target has no figures for work on states',
    (name) => {
      const { jouleTotal, parts } = energyOf(readChip(readFileSync(`${filesFolder}${name}`), name));
      expect(jouleTotal * 1e6).toBeCloseTo(DRAWN[name]! * 1e6, 9);
      for (const { event } of parts) expect(STATE_EVENTS).not.toContain(event);
    },
  );
});
