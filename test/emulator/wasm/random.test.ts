import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { drawn } from '../../../isa/ops/random.ts';
import { CoreBuilder } from '../../isa/chips.ts';
import { statement } from '../../isa/program.ts';
import * as chips from './plane-chips.ts';

describe('RANDOM', () => {
  it('draws what the identity, the seed and the tick say', () => {
    const word = fc.oneof(fc.nat(0x7fff_ffff), fc.constantFrom(0, 0x7fff_ffff, 0xff));
    const cases = fc.record({
      run: chips.anyRun,
      period: chips.anyPeriod,
      seed: fc.nat(0xffff_ffff),
      mask: word,
      identities: fc.nat(1_000_000),
    });
    fc.assert(
      fc.property(cases, ({ run: { before: first, count, behind }, period, seed, mask, identities }) => {
        const neurons = first + count + behind;
        const builder = new CoreBuilder(0, neurons);
        const ids = chips.numbers(identities, period, 32).map(Number);
        const address = builder.parameters(...ids);
        const core = builder.build(
          [statement('RANDOM plane=V', { first, count, address, period, seed, mask })],
          [statement('RESET first=0 period=1', { count: neurons, address: builder.parameters(-7) })],
        );
        const expected = [0, 1, 2, 3].map((tick) =>
          Array.from({ length: neurons }, (_, n) =>
            n < first || n >= first + count ? -7 : drawn(seed, ids[(n - first) % period]!, tick) & mask,
          ),
        );
        expect(chips.potentials(chips.frame(core, 4))).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });
});
