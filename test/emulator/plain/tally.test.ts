/** The packets of a tick: room is made for those of cores in event mode, up to a limit. */
import { describe, expect, it } from '@jest/globals';
import { makeRoom, newTally } from '../../../emulator/plain/tally.ts';

describe('the tally of a tick', () => {
  it('keeps what it has where more room is made', () => {
    const tally = newTally(2);
    tally.index.set([7, 8]);
    tally.cycle.set([1, 5]);
    tally.packets = 2;
    makeRoom(tally, 3, 0);
    expect(tally.index.length).toBeGreaterThanOrEqual(5);
    expect([...tally.index.subarray(0, 2), ...tally.cycle.subarray(0, 2)]).toEqual([7, 8, 1, 5]);
    expect([tally.neuron.length, tally.cycle.length, tally.tree.length]).toEqual(Array(3).fill(tally.index.length));
    const { index } = tally;
    makeRoom(tally, 3, 0);
    expect(tally.index).toBe(index);
  });

  it('ends with a diagnostic that names the core', () => {
    const tally = newTally(0);
    tally.packets = 2 ** 24;
    expect(() => makeRoom(tally, 1, 5)).toThrow(
      'error[E0705]: the core sends more than 16777216 packets in a tick (core 5)',
    );
  });
});
