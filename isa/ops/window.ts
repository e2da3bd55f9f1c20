/** WINDOW: the ticks in which the instructions behind it are executed. */
import { field } from '../instruction/fields.ts';
import { ticksOfRun } from '../endless.ts';
import { NO_CYCLES } from '../instruction/cycles.ts';
import { orderInstruction } from '../instruction/row.ts';

export const window = orderInstruction({
  opcode: 0x20,
  trigger: 'tick',
  words: [
    [field('skip', 16, 'words to skip outside of the window')],
    [field('start', 32, 'first active tick')],
    [field('length', 32, 'number of active ticks')],
  ],
  reads: '',
  writes: '',
  cycles: NO_CYCLES,
  events: [],
  meaning: 'skips the following words unless start <= tick < start + length',
  orders: true,
  verify({ start, length }, { chip, place, findings }) {
    const ticks = ticksOfRun(chip);
    findings.expect(
      length >= 1 && start + length <= ticks,
      `WINDOW of ticks [${start}, ${start + length}); a part of the ${ticks} ticks of the inference is expected`,
      place,
    );
  },
});
