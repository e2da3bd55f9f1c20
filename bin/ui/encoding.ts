/** `--encode`: samples without time for networks whose input comes in steps. */
import { type Chip, fail } from '../../isa/index.ts';
import type { Dataset } from '../data/index.ts';
import { type Coding, isRandomCoding, sendsSpikes } from '../data/codings.ts';
import { encodedDataset } from '../data/encode.ts';
import { LARGEST_BYTE } from '../data/encode-account.ts';
import type { Io } from './io.ts';
import { printNote } from './messages.ts';
import { uniformSource } from './random.ts';

/** Values of the options on the coding of the input. */
export interface EncodeValues {
  readonly encode: Coding | undefined;
  readonly 'encode-max': number | undefined;
  readonly 'encode-seed': number | undefined;
}

const STANDARD_SEED = 1;
const LEAVE_OUT = 'leave the option out';

/**
 * The coding that is asked for; undefined where none is, or the one that a conventional network has anyway.
 *
 * @throws DiagnosticError E0107 for options that would do nothing, and for codings that the chip cannot have
 */
export function codingFor({ input }: Chip, values: EncodeValues): Coding | undefined {
  const { encode, 'encode-max': max, 'encode-seed': seed } = values;
  if (max !== undefined && (encode === undefined || !sendsSpikes(encode)))
    fail('E0107', '--encode-max is the value of a spike in every step; no spikes are asked for', undefined, LEAVE_OUT);
  if (seed !== undefined && (encode === undefined || !isRandomCoding(encode)))
    fail('E0107', '--encode-seed is for codings that draw; none is asked for', undefined, LEAVE_OUT);
  if (encode === undefined || input.ticks !== undefined) return encode;
  if (encode !== 'constant')
    fail(
      'E0107',
      `--encode ${encode} makes steps of a sample; the input of this chip comes once, and is held as a constant current`,
      undefined,
      'a converted network has this coding alone: leave the option out, or take --encode constant',
    );
  return undefined;
}

/** Gives the samples steps, and says what is assumed. @throws DiagnosticError E0606 */
export function encoded(data: Dataset, coding: Coding, { input }: Chip, values: EncodeValues, io: Io): Dataset {
  const { 'encode-max': max, 'encode-seed': seed } = values;
  const taken = [
    ...(max === undefined && sendsSpikes(coding)
      ? [`a spike in every step is 1, or ${LARGEST_BYTE} of bytes (--encode-max)`]
      : []),
    ...(seed === undefined && isRandomCoding(coding) ? [`the seed is ${STANDARD_SEED} (--encode-seed)`] : []),
  ];
  if (taken.length > 0) printNote(`of --encode ${coding} is assumed: ${taken.join(', ')}`, io);
  return encodedDataset(data, {
    ...{ coding, steps: input.ticks!, max, spike: input.step, negative: input.payloadMin < 0 },
    ...{ seed: seed ?? STANDARD_SEED, randomOf },
  });
}

const randomOf = (seed: number, sample: number): (() => number) =>
  uniformSource((Math.imul(seed, 0x9e3779b1) + sample) >>> 0);
