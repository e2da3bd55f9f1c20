/** Samples without time as input in steps: how large a value is becomes when, or how often, it is sent. */
import { fail, type Sample } from '../../isa/index.ts';
import { elementCount, MAX_SAMPLE_ELEMENTS } from '../../library/data/array-file.ts';
import { CODING_ROWS, type CodingRow } from './codings.ts';
import type { Dataset } from './dataset.ts';
import { EncodeAccount, type EncodeOptions, LARGEST_BYTE } from './encode-account.ts';

/**
 * The data with every sample [channels, height, width] as [steps, channels, height, width].
 *
 * @throws DiagnosticError E0606 where samples become too large; (its samples do) E0607 for a value that the coding has no
 *   spikes for
 */
export function encodedDataset(data: Dataset, options: EncodeOptions): Dataset {
  const account = new EncodeAccount(options);
  const shape = [options.steps, ...data.shape];
  if (elementCount(shape) > MAX_SAMPLE_ELEMENTS)
    fail(
      'E0606',
      `a sample of the shape [${shape.join(', ')}] is not made; at most ${MAX_SAMPLE_ELEMENTS} elements are`,
    );
  return {
    ...data,
    shape,
    encoding: account,
    description: `${data.description}, by ${options.coding} in ${options.steps} steps`,
    async *samples(range) {
      for await (const sample of data.samples(range))
        yield { ...sample, shape, values: encode(sample, options, account) };
    },
  };
}

function encode({ index, values }: Sample, options: EncodeOptions, account: EncodeAccount): Float32Array {
  const { coding, steps, spike, negative, seed, randomOf } = options;
  const max = options.max ?? (values instanceof Uint8Array ? LARGEST_BYTE : 1);
  const { send, signed, spikes }: CodingRow = CODING_ROWS[coding];
  const size = values.length;
  const into = new Float32Array(steps * size);
  const random = randomOf(seed, index);
  if (spikes) account.max = max;
  const unit = spikes ? spike : 1;
  for (let element = 0; element < size; element++) {
    const value = values[element]!;
    if (!Number.isFinite(value)) fail('E0602', `sample ${index} has ${value}, element ${element}`);
    if (value === 0) continue;
    if (spikes && value < 0 && !(signed && negative)) refuseNegative(index, element, value, options);
    account.nonZero++;
    if (spikes && Math.abs(value) > max) account.limited++;
    const rate = spikes ? Math.max(-1, Math.min(1, value / max)) : value;
    const put = (step: number, sent: number): void => {
      into[step * size + element] = unit * sent;
      account.spikes++;
    };
    send(rate, steps, put, random);
  }
  return into;
}

function refuseNegative(index: number, element: number, value: number, { coding, negative }: EncodeOptions): never {
  const why = CODING_ROWS[coding].signed
    ? 'the input of the chip takes no spikes of payload -1'
    : `--encode ${coding} has no spikes for values below 0`;
  fail(
    'E0607',
    `sample ${index} has ${value}, element ${element}; ${why}`,
    undefined,
    negative ? 'take --encode delta or constant, or data from 0 on' : 'take --encode constant, or data from 0 on',
  );
}
