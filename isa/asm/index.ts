/** Assembly language: a chip as text, and back. */
export { assemble } from './assemble.ts';
export { disassemble, operationText } from './disassemble.ts';
