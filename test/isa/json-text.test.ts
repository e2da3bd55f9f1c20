import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseJsonFile } from '../../isa/index.ts';

const parse = (text: string) => parseJsonFile(new TextEncoder().encode(text));

it('gives what is JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(parse(JSON.stringify(value))).toEqual({ value: JSON.parse(JSON.stringify(value)) as unknown });
    }),
  );
});

it.each([
  ['{"a": 1,\n "b": }', 'line 2, column 7: value expected'],
  ['{"a": 1\n "b": 2}', 'line 2, column 2: comma expected'],
  ['{"a": [1, 2\n', 'line 2, column 1: close bracket expected'],
  ['', 'line 1, column 1: value expected'],
  ['{"a": 1} // note', 'line 1, column 10: invalid comment token'],
])('says where %j is none', (text, fault) => {
  expect(parse(text)).toEqual({ fault });
});

it('gives a value or a fault for any bytes, also where they are nested without an end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const parsed = parseJsonFile(bytes);
      expect('value' in parsed || parsed.fault.length > 0).toBe(true);
    }),
  );
  expect(parse('['.repeat(1_000_000))).toMatchObject({ fault: expect.stringMatching(/./) as unknown });
  expect(parse('\u0000')).toMatchObject({ fault: expect.stringMatching(/line 1, column 1/) as unknown });
});
