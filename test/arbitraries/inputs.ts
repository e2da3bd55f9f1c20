/** Random inputs for any chip. */
import { type Chip, inputSize } from '../../isa/index.ts';
import { seededRandom } from './random.ts';

export interface InputRecipe {
  /** Part of the input that is not 0. */
  readonly density: number;
  readonly seed: number;
}

/** Payloads of every input element in every tick that has input, in the range that the chip has for them. */
export function inputOf({ input }: Chip, { density, seed }: InputRecipe): Int16Array {
  const random = seededRandom(seed);
  return Int16Array.from({ length: inputSize(input) }, () => {
    const payload = Math.floor(input.payloadMin + random() * (input.payloadMax - input.payloadMin + 1));
    return random() < density ? payload : 0;
  });
}
