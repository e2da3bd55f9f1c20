/** EVERY: ticks that come again, in which the instructions behind it are executed. */
import { field } from '../instruction/fields.ts';
import { ticksOfRun } from '../endless.ts';
import { NO_CYCLES } from '../instruction/cycles.ts';
import { orderInstruction } from '../instruction/row.ts';

export const every = orderInstruction({
  opcode: 0x25,
  trigger: 'tick',
  words: [
    [field('skip', 16, 'words to skip in all other ticks')],
    [field('start', 32, 'first active tick')],
    [field('length', 32, 'number of active ticks in a period')],
    [field('period', 32, 'ticks from one beginning to the next')],
    [field('times', 32, 'number of periods; 0: without end')],
  ],
  reads: '',
  writes: '',
  cycles: NO_CYCLES,
  events: [],
  meaning:
    'skips the following words unless tick >= start, (tick - start) mod period < length, and (tick - start) div period < times or times = 0',
  orders: true,
  verify({ start, length, period }, { chip, place, findings }) {
    const ticks = ticksOfRun(chip);
    findings.expect(
      start < ticks,
      `EVERY from tick ${start} on; a tick of the ${ticks} of the inference is expected`,
      place,
    );
    findings.expect(
      length >= 1 && length <= period,
      `EVERY of ${length} ticks in periods of ${period}; at least 1 and at most a period is expected`,
      place,
    );
  },
});
