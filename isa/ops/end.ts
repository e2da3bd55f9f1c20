/** END: the last instruction of every handler. */
import { NO_CYCLES } from '../instruction/cycles.ts';
import { orderInstruction } from '../instruction/row.ts';

export const end = orderInstruction({
  opcode: 0x01,
  trigger: 'any',
  words: [[]],
  reads: '',
  writes: '',
  cycles: NO_CYCLES,
  events: [],
  meaning: 'ends the handler',
  orders: true,
  verify: () => undefined,
});
