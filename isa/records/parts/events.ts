/** What became of the events of recordings. */
import { z } from 'zod';
import { natural } from './numbers.ts';

export const eventsSchema = z.strictObject({
  recordings: natural,
  dtUs: z.number().describe('length of a step'),
  steps: natural.describe('of a sample'),
  longestUs: z.number().describe('from the first to the last event, of the recording for which that is longest'),
  events: natural.describe('that were decoded'),
  used: natural.describe('those of them that became input'),
  outsideTime: natural.describe(
    'those before the first step or behind the last; of a stream, those whose step was over',
  ),
  outsideFrame: natural.describe('those on pixels that the input does not have'),
  otherPolarity: natural.describe('those whose polarity was left out'),
  merged: natural.describe(
    'those used beyond the first of an element in a step, where a step has spikes and no counts',
  ),
  incomplete: natural.describe('events before the recording said their time, row or column; not among those decoded'),
  invalid: natural.describe('events that the recorder marked as invalid; not among those decoded'),
  ended: z
    .strictObject({
      least: natural.describe('of the recording with fewest'),
      sum: natural.describe('of all recordings'),
      most: natural.describe('of the recording with most'),
    })
    .optional()
    .describe(
      'steps of inferences that end with the last event of their recording (--until); absent: all have `steps`',
    ),
  cutShort: natural.describe('recordings that end inside of an event or packet'),
});
