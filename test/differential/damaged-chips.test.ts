import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Emulator } from '../../emulator/index.ts';
import { DiagnosticError, inputSize, readChip, signedRange, type Chip } from '../../isa/index.ts';
import { seededRandom } from '../arbitraries/random.ts';
import { repairChecksums, sectionEntries } from '../isa/damage.ts';
import { cases } from '../cases.ts';

const folder = fileURLToPath(new URL('../golden/files/', import.meta.url));
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.chip.bin'))
  .map((name) => new Uint8Array(readFileSync(folder + name)));

const change = fc.record({ section: fc.nat(), at: fc.nat(), byte: fc.nat({ max: 255 }) });

/** Changes bytes within sections, so that the damage lies behind the checks of the container. */
function damage(file: Uint8Array, changes: readonly { section: number; at: number; byte: number }[]): Uint8Array {
  const copy = file.slice();
  const entries = sectionEntries(file).filter((entry) => entry.length > 0);
  for (const { section, at, byte } of changes) {
    const entry = entries[section % entries.length]!;
    copy[entry.offset + (at % entry.length)] = byte;
  }
  return repairChecksums(copy);
}

/** The most extreme inputs, which drive potentials furthest. */
function extremeInput(chip: Chip, seed: number): Int16Array {
  const random = seededRandom(seed);
  const { payloadMin, payloadMax } = chip.input;
  return Int16Array.from({ length: inputSize(chip.input) }, () => (random() < 0.5 ? payloadMin : payloadMax));
}

describe('a damaged chip file with right checksums', () => {
  it('is refused with a diagnostic, or runs within the proven range', () => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.array(change, { minLength: 1, maxLength: 3 }),
        fc.integer(),
        (file, changes, seed) => {
          let chip: Chip;
          try {
            chip = readChip(damage(file, changes));
          } catch (error) {
            expect(error).toBeInstanceOf(DiagnosticError);
            refused++;
            return;
          }
          accepted++;
          const [min, max] = signedRange(chip.target.widths.vBits);
          const emulator = new Emulator(chip, { timing: chip.ticks < 100 ? 'cycle' : 'none' });
          emulator.infer(extremeInput(chip, seed), {
            onTick: (_, view) => {
              chip.layers.forEach((__, l) => {
                expect(view.potential(l).every((v) => v >= min && v <= max)).toBe(true);
              });
            },
          });
        },
      ),
      { numRuns: cases(300) },
    );
    expect(accepted).toBeGreaterThan(cases(25));
    expect(refused).toBeGreaterThan(cases(25));
  });
});
