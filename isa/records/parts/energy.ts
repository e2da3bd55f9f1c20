/** The energy of a run: products of counts and sourced figures, and how sure they are. */
import { z } from 'zod';
import { FIGURE_KINDS } from '../../target-energy.ts';
import { natural } from './numbers.ts';

/** One product of an energy: a count times a sourced figure. */
export const energyPart = z.strictObject({
  event: z.string(),
  count: natural.nullable(),
  jouleEach: z.number().nullable(),
  joule: z.number().nullable(),
  kind: z.enum(FIGURE_KINDS),
  source: z.string(),
  relativeUncertainty: z
    .number()
    .nonnegative()
    .optional()
    .describe('u: jouleEach lies between jouleEach / (1 + u) and jouleEach * (1 + u); absent where it is unknown'),
});
export type EnergyPart = z.infer<typeof energyPart>;

const jouleRange = { lowJoulePerInference: z.number(), highJoulePerInference: z.number() };

export const sensitivitySchema = z
  .strictObject({
    formula: z.string(),
    deciding: z
      .array(
        z.strictObject({
          event: z.string(),
          kind: z.enum(FIGURE_KINDS),
          share: z.number().describe('of the known sum'),
          relativeUncertainty: z.number().nonnegative(),
          influence: z.number().describe('share * relativeUncertainty'),
        }),
      )
      .describe('at most three, the largest influence first; of equal ones the largest share'),
    range: z.strictObject(jouleRange).describe('every uncertain figure at its low end, and every one at its high end'),
    oneAtATime: z
      .array(z.strictObject({ event: z.string(), ...jouleRange }))
      .describe('one uncertain figure at its ends, all others as they are; the widest range first'),
  })
  .describe('how far the energy follows figures that are not certain; a range of what is known where it is partial');
export type Sensitivity = z.infer<typeof sensitivitySchema>;

export const baselineSchema = z.strictObject({
  name: z.enum(['arithmetic', 'sram', 'dram']),
  assumption: z.string(),
  parts: z.array(energyPart),
  joulePerInference: z.number(),
  larger: z
    .enum(['chip', 'conventional', 'equal', 'undecided'])
    .describe('which draws more; undecided: what is known of the chip is less, and something is unknown'),
  factor: z.number().nullable().describe("chip / conventional, of the chip's known sum; null where the latter is 0"),
  robust: z.boolean().describe("the same is larger at both ends of the range of the chip's energy"),
});
export type Baseline = z.infer<typeof baselineSchema>;
