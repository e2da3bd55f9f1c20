/** chip.bin: the container of everything that a chip holds. spec/image-format.md is its description. */
export { canonicalJson } from './json.ts';
export { decodeChip } from './decode.ts';
export { describeImageFormat } from './describe.ts';
export { encodeChip } from './encode.ts';
export { SIGNATURE } from './layout.ts';
export { readChip } from './read.ts';
export { isChipFile } from './sections.ts';
