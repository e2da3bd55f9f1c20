/** A browser's platform gives what Node's gives. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HOST_IS_LITTLE_ENDIAN, swapBytes } from '../../isa/byte-order.ts';
import { concatenate } from '../../isa/concatenate.ts';
import { platform as browser } from '../../isa/platform/browser.ts';
import { platform as node } from '../../isa/platform/node.ts';
import { platform } from '#platform';

const bytes = fc.uint8Array({ maxLength: 200 });
/** Also such as lie anywhere in memory, some of it shared by threads. */
const views = fc.tuple(bytes, fc.nat(9), fc.boolean()).map(([content, at, isShared]) => {
  const size = content.length + at;
  const view = new Uint8Array(isShared ? new SharedArrayBuffer(size) : new ArrayBuffer(size), at);
  view.set(content);
  return view;
});
const texts = fc.string({ unit: 'binary', maxLength: 100 });
const LARGE = Uint8Array.from({ length: 100_003 }, (_, k) => Math.imul(k, 2_654_435_761) >>> 24);

describe('the platforms', () => {
  it('under Node, Node', () => {
    expect(platform).toBe(node);
  });

  it('hash the same, in whatever pieces it comes and whenever the digest is asked for', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(views, texts, fc.constant(LARGE)), { maxLength: 8 }), (pieces) => {
        const [ours, theirs] = [browser.newSha256(), node.newSha256()];
        for (const piece of pieces) {
          ours.update(piece);
          theirs.update(piece);
          expect(ours.hex()).toBe(theirs.hex());
        }
      }),
    );
    // FIPS 180-4, the message of no bits.
    expect(browser.newSha256().hex()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('give the same checksum', () => {
    fc.assert(fc.property(views, (view) => expect(browser.crc32(view)).toBe(node.crc32(view))));
    expect(browser.crc32(LARGE)).toBe(node.crc32(LARGE));
    expect(browser.crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });

  it('write and read bytes as the same text', () => {
    fc.assert(
      fc.property(views, (view) => {
        for (const [to, from] of [
          ['toHex', 'fromHex'],
          ['toBase64', 'fromBase64'],
        ] as const) {
          const text = browser[to](view);
          expect(text).toBe(node[to](view));
          expect([...browser[from](text)]).toEqual([...view]);
          expect([...node[from](text)]).toEqual([...view]);
        }
      }),
    );
    expect(browser.toBase64(LARGE)).toBe(node.toBase64(LARGE));
    expect(browser.fromHex('aFF0')).toEqual(Uint8Array.of(0xaf, 0xf0));
  });

  it.each([
    ['Node', node],
    ['a browser', browser],
  ])('%s: a turn lets a timer in, and JSON is parsed where it is wrong', async (_, either) => {
    let isOver = false;
    setTimeout(() => (isOver = true));
    for (let turns = 0; !isOver; turns++) {
      expect(turns).toBeLessThan(1_000_000);
      await either.nextTurn();
    }
    const faults: string[] = [];
    const { visit, printParseErrorCode } = either.jsonParser();
    visit('{"a": 1,}', { onError: (code, at) => faults.push(`${at} ${printParseErrorCode(code)}`) });
    expect(faults).toEqual(['8 PropertyNameExpected', '8 ValueExpected']);
  });
});

describe('bytes', () => {
  it('turn around, number by number', () => {
    const numbers = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    swapBytes(numbers.subarray(0, 4), 4);
    swapBytes(numbers.subarray(4), 2);
    expect([...numbers]).toEqual([4, 3, 2, 1, 6, 5, 8, 7]);
    const value = Uint32Array.of(0x01020304);
    if (!HOST_IS_LITTLE_ENDIAN) swapBytes(new Uint8Array(value.buffer), 4);
    expect([...new Uint8Array(value.buffer)]).toEqual([4, 3, 2, 1]);
  });

  it('come one behind the other', () => {
    fc.assert(
      fc.property(fc.array(views, { maxLength: 6 }), (chunks) => {
        expect([...concatenate(chunks)]).toEqual(chunks.flatMap((chunk) => [...chunk]));
      }),
    );
  });
});
