/** What bytes are taken to be where neither the network nor its user says. */
import type { AnnGraph } from '../../ann/ann.ts';
import type { Preprocessing } from '../../options.ts';

/** Factors up to this bring bytes to the size of activations: 1/255, 1/127.5 and 1/σ of the usual images are below it. */
const LARGEST_BYTE_FACTOR = 1 / 32;

/** Whether all that hears the input multiplies it by what bytes need: the network then takes them as they are. */
export function scalesBytesItself({ nodes }: AnnGraph): boolean {
  const input = nodes[0]!.name;
  const users = nodes.filter(({ inputs }) => inputs.includes(input));
  return (
    users.length > 0 &&
    users.every((node) => node.op === 'affine' && node.scale.every((factor) => Math.abs(factor) <= LARGEST_BYTE_FACTOR))
  );
}

/** The preprocessing of bytes: what the network says, x if it scales them itself, else x / 255. */
export const preprocessingOf = (ann: AnnGraph): Preprocessing =>
  ann.preprocessing ?? { scale: scalesBytesItself(ann) ? 1 : 255, mean: [0], std: [1] };
