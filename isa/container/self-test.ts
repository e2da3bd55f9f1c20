/** The section of self-test samples: a record per sample with its payloads and accumulators behind it. */
import type { SelfTest, SelfTestSample } from '../chip.ts';
import { fail } from '../diagnostics.ts';
import { toInt16, toInt32 } from './bulk.ts';
import { SAMPLE_RECORD, SELF_TEST_RECORD, alignUp } from './layout.ts';
import type { Section } from './sections.ts';

/**
 * Decodes the self-test.
 *
 * @throws DiagnosticError E0405 where it is cut off, too long, or its padding is not zero
 */
export function decodeSelfTest({ bytes, place }: Section): SelfTest {
  let at = 0;
  const take = (length: number, what: string): Uint8Array => {
    if (at + length > bytes.length) fail('E0405', `${what} is cut off`, { ...place, offset: place.offset + at });
    at += length;
    return bytes.subarray(at - length, at);
  };
  const count = SELF_TEST_RECORD.decode(take(SELF_TEST_RECORD.size, 'the self-test'), 0).samples;
  const samples: SelfTestSample[] = [];
  // The loop is bounded by the length of the section, whatever the count says: every sample takes bytes.
  for (let k = 0; k < count; k++) {
    const where = { ...place, offset: place.offset + at };
    const what = `self-test sample ${k}`;
    const { inputLength, readoutLength, ...facts } = SAMPLE_RECORD.decode(take(SAMPLE_RECORD.size, what), 0);
    if (!Number.isSafeInteger(facts.spikes)) fail('E0405', `${what} counts 2^53 spikes or more`, where);
    const payloads = take(alignUp(2 * inputLength, 4), what);
    if (payloads.subarray(2 * inputLength).some((byte) => byte !== 0))
      fail('E0405', `${what}: padding is not zero`, where);
    const input = toInt16(payloads.subarray(0, 2 * inputLength));
    samples.push({ input, ...facts, readout: toInt32(take(4 * readoutLength, what)) });
  }
  if (at !== bytes.length)
    fail('E0405', `${bytes.length - at} bytes follow the last self-test sample`, {
      ...place,
      offset: place.offset + at,
    });
  return { samples };
}
