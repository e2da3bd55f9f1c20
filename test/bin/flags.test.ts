/** The library names options by their fields; the command line by its flags. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BUILD_OPTIONS, KERNEL_OPTION, TIMING_OPTION } from '../../bin/commands/options.ts';
import { recordWithFlags, withFlags } from '../../bin/ui/flags.ts';
import { option, OPTION_NAMES } from '../../isa/index.ts';

describe('flags', () => {
  const known = Object.keys({ ...BUILD_OPTIONS, ...KERNEL_OPTION, ...TIMING_OPTION('none') });

  it.each(OPTION_NAMES)('%s has a flag that a command takes', (name) => {
    const flag = withFlags(option(name));
    expect(known.map((row) => (row.length === 1 ? `-${row}` : `--${row}`))).toContain(flag);
    expect(withFlags(`use ${option(name, 8)}, or not`)).toBe(`use ${flag} 8, or not`);
  });

  it('leaves every other text, and what a user wrote, as it is', () => {
    const other = fc.string().filter((text) => !OPTION_NAMES.some((name) => text.includes(`\`${name}`)));
    fc.assert(fc.property(other, (text) => withFlags(text) === text));
    expect(withFlags('`windows`, `mode')).toBe('`windows`, `mode');
  });

  it('changes the texts of a record, and nothing else', () => {
    const numbers = Float64Array.of(1, 2);
    expect(recordWithFlags({ a: [`more ${option('window')}`, 1, null, true], numbers })).toEqual({
      a: ['more -T', 1, null, true],
      numbers,
    });
  });
});
