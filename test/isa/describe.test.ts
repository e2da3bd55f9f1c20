import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { describeInstructionSet, OPS } from '../../isa/index.ts';

const document = readFileSync(new URL('../../spec/isa.md', import.meta.url), 'utf8');
const blocks = describeInstructionSet();

describe('spec/isa.md', () => {
  it.each(Object.entries(blocks))('has a current block: %s (`node scripts/schemas.mjs` writes it)', (name, text) => {
    expect(document).toContain(`<!-- generated: ${name} -->\n${text}\n<!-- end: ${name} -->`);
  });

  it('has a row and an encoding for every instruction', () => {
    for (const mnemonic of Object.keys(OPS)) {
      expect(blocks.instructions).toContain(`| \`${mnemonic}\` |`);
      expect(blocks.encodings).toContain(`### ${mnemonic} (0x`);
    }
  });
});
