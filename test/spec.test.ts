/** What spec/ takes from the code is current (`node scripts/schemas.mjs` writes it), and another validator can use it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { netJsonSchema } from '../compiler/read/net-schema.ts';
import { builtinTargets, describeImageFormat, describeInstructionSet } from '../isa/index.ts';
import { publishedSchemas } from '../isa/schemas.ts';
import { publishedValidator } from './bin/published.ts';

const spec = (file: string): string => readFileSync(new URL(`../spec/${file}`, import.meta.url), 'utf8');

const schemas = new Map<string, object>([...publishedSchemas(), ['net.schema.json', netJsonSchema()]]);

describe('published schemas', () => {
  it.each([...schemas])('spec/%s is current', (file, schema) => {
    expect(spec(file)).toBe(`${JSON.stringify(schema, null, 2)}\n`);
  });

  it.each([...schemas.keys()])('spec/%s refuses an empty object', (file) => {
    const validate = publishedValidator(file);
    expect(validate({})).toBe(false);
    expect(validate.errors!.length).toBeGreaterThan(0);
  });

  it('the schema of targets accepts the built-in ones, and refuses other members, values and units', () => {
    const validate = publishedValidator('target.schema.json');
    for (const target of builtinTargets().values()) {
      validate(target);
      expect(validate.errors ?? []).toEqual([]);
      const { limits, energy } = target;
      expect(validate({ ...target, limits: { ...limits, neurons: 0 } })).toBe(false);
      expect(validate({ ...target, colour: 1 })).toBe(false);
      expect(validate({ ...target, energy: { ...energy, synop: { ...energy.synop, unit: 'pJ' } } })).toBe(false);
    }
  });
});

describe('generated tables', () => {
  const blocks = [
    ...Object.entries(describeImageFormat()).map((block) => ['image-format.md', ...block] as const),
    ...Object.entries(describeInstructionSet()).map((block) => ['isa.md', ...block] as const),
  ];
  it.each(blocks)('in spec/%s the %s are current', (file, name, table) => {
    expect(spec(file)).toContain(`<!-- generated: ${name} -->\n${table}\n<!-- end: ${name} -->`);
  });
});
