/** Assembly language: a chip as text, and back. */
export { assemble } from './assemble.ts';
export { disassemble, type DisassembleOptions, operationText } from './disassemble.ts';
