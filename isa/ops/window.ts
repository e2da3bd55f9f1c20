/** WINDOW: the ticks in which the instructions behind it are executed. */
import { field } from '../instruction/fields.ts';
import { instruction } from '../instruction/row.ts';

export const window = instruction({
  opcode: 0x20,
  trigger: 'tick',
  words: [
    [field('skip', 16, 'words to skip outside of the window')],
    [field('start', 32, 'first active tick')],
    [field('length', 32, 'number of active ticks')],
  ],
  reads: '',
  writes: '',
  cycles: '0',
  events: [],
  meaning: 'skips the following words unless start <= tick < start + length',
});
