/** Every numbered message has an input that causes it. A code without one does not type-check; one that is not caused fails. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DiagnosticCode, DIAGNOSTICS, DiagnosticError, RETIRED_CODES } from '../../isa/index.ts';
import { type World, worldWithChip } from '../bin/world.ts';
import { buildOf, MISFITS } from '../compiler/misfits.ts';
import type { Example, MisfitExample } from './example.ts';
import { chips } from './examples/chips.ts';
import { conversion } from './examples/conversion.ts';
import { data } from './examples/data.ts';
import { files } from './examples/files.ts';
import { networks } from './examples/networks.ts';
import { runs } from './examples/runs.ts';
import { warnings } from './examples/warnings.ts';

const EXAMPLES: Readonly<Record<DiagnosticCode, Example>> = {
  ...files,
  ...networks,
  ...conversion,
  ...chips,
  ...data,
  ...runs,
  ...warnings,
};

let world: World;
let chip: Uint8Array;

beforeAll(async () => {
  world = await worldWithChip();
  chip = world.read('chip.bin');
});
afterAll(() => world.remove());

const misfitOf = ({ misfit }: MisfitExample) => MISFITS.find(([limit]) => limit === misfit);

/** What is said about the example: the text of its messages. */
async function said(example: Example): Promise<string> {
  if ('line' in example) {
    for (const [name, content] of Object.entries(example.files?.(chip) ?? {})) world.write(name, content);
    for (const line of example.before ?? []) await world.run(line);
    return (await world.run(example.line)).stderr;
  }
  try {
    if ('call' in example) await example.call(chip);
    else await buildOf(misfitOf(example)![1]);
  } catch (error) {
    if (error instanceof DiagnosticError) return error.message;
    throw error;
  }
  return '';
}

describe('numbered messages', () => {
  it.each(Object.entries(EXAMPLES))('%s is caused by its example', async (code, example) => {
    const text = await said(example);
    expect(text).toContain(`[${code}]: `);
    if ('says' in example) expect(text.slice(text.indexOf(`[${code}]: `))).toContain(example.says);
    else expect(text).toMatch(misfitOf(example)![2]);
  });

  it('retired codes are not used again', () => {
    for (const code of RETIRED_CODES) expect(Object.keys(DIAGNOSTICS)).not.toContain(code);
  });
});
