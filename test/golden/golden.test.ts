import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readChip } from '../../isa/index.ts';
import { acceptCase, behaviourOf, caseNames, filesFolder, observeCase, readCase, type Behaviour } from './golden.ts';

const accepting = process.env.SNNC_ACCEPT === '1';

describe('golden cases', () => {
  it.each(caseNames())('%s builds the same program with the same behaviour', async (name) => {
    if (accepting) await acceptCase(name);
    const golden = readCase(name);
    expect(await observeCase(golden)).toEqual(golden.expected);
  });
});

describe('chip files of earlier versions', () => {
  const files = readdirSync(filesFolder).filter((name) => name.endsWith('.chip.bin'));

  it('there is at least one', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  it.each(files)('%s still loads with the same result', (name) => {
    const chip = readChip(readFileSync(`${filesFolder}${name}`), name);
    const expected = JSON.parse(
      readFileSync(`${filesFolder}${name.replace('.chip.bin', '.json')}`, 'utf8'),
    ) as Behaviour;
    expect(behaviourOf(chip)).toEqual(expected);
    const answers = chip.selfTest!.samples.map(({ readout }) => [...readout]);
    expect(answers).toEqual(expected.readout);
  });
});
