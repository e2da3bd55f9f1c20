/** END: the last instruction of every handler. */
import { instruction } from '../instruction/row.ts';

export const end = instruction({
  opcode: 0x01,
  trigger: 'any',
  words: [[]],
  reads: '',
  writes: '',
  cycles: '0',
  events: [],
  meaning: 'ends the handler',
});
