import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { WIDTH_CODES } from '../../../isa/index.ts';
import { size, steps } from '../../arbitraries/convolutions.ts';
import { seededRandom } from '../../arbitraries/random.ts';
import { statement } from '../../isa/program.ts';
import { singleInstructionChip } from '../chips.ts';
import { expectEqual, inputsFor, payloadRange } from './twins.ts';

const layers = fc.record({
  channels: fc.oneof(size(40), fc.constantFrom(16, 32, 48)),
  kernel: fc.record({
    kernelHeight: fc.oneof(size(5), fc.constantFrom(3, 17)),
    kernelWidth: fc.oneof(size(5), fc.constantFrom(3, 16)),
    ...steps,
    offsetY: fc.integer({ min: -4, max: 8 }),
    offsetX: fc.integer({ min: -4, max: 8 }),
  }),
  tile: fc.record({ outHeight: size(5), outWidth: size(6), inHeight: size(6), inWidth: size(7) }),
  bits: fc.constantFrom(...WIDTH_CODES),
  extreme: fc.boolean(),
  shift: fc.nat(6),
  density: fc.constantFrom(0, 0.01, 0.05, 0.3, 1),
  payloads: payloadRange,
  seed: fc.nat(),
});

describe('convolutions with a kernel for every channel', () => {
  it('give the same from both kinds of kernels, whether few neurons spike or all', () => {
    fc.assert(
      fc.property(layers, ({ channels, kernel, tile, bits, extreme, shift, density, payloads, seed }) => {
        const random = seededRandom(seed);
        const least = bits === 1 ? -1 : -(2 ** (bits - 1));
        const weight = (): number => {
          if (bits === 1) return random() < 0.5 ? -1 : 1;
          return extreme ? least : least + Math.floor(random() * 2 ** bits);
        };
        const taps = channels * kernel.kernelHeight * kernel.kernelWidth;
        const fields = {
          ...{ ...kernel, ...tile, groups: channels, outChannels: channels, inChannels: channels, shift },
          ...{ destination: 'V', first: 0, reserved: 0, width: `w${bits}` },
        };
        const chip = singleInstructionChip(
          tile.inHeight * tile.inWidth * channels,
          tile.outHeight * tile.outWidth * channels,
          (core) => {
            const runs = Array.from({ length: taps }, () => [weight()]);
            return statement('CONV', fields, { weights: core.weights(bits, ...runs) });
          },
          payloads,
        );
        expectEqual(chip, inputsFor(chip, [seed, seed + 1], density));
      }),
      { numRuns: 200 },
    );
  });
});
