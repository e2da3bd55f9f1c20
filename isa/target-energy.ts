/** The energies of a target: a figure with its source for each countable event. */
import { z } from 'zod';

/** Where a figure comes from. Reports built on assumed figures say so; sums with unknown ones are partial. */
export const FIGURE_KINDS = ['published', 'derived', 'assumed', 'unknown'] as const;

/** Far beyond any chip, and small enough that sums of energies stay finite. */
const LARGEST_ENERGY_J = 1e6;
/** An error of three orders of magnitude; beyond, the figure is unknown. */
const LARGEST_UNCERTAINTY = 999;

/** A sourced figure, energy or power. */
export const figure = (unit: string) =>
  z
    .strictObject({
      /** null exactly where the kind is `unknown`. */
      value: z.number().nonnegative().max(LARGEST_ENERGY_J).nullable(),
      unit: z.literal(unit),
      kind: z.enum(FIGURE_KINDS),
      source: z.string().min(1),
      relativeUncertainty: z
        .number()
        .min(0)
        .max(LARGEST_UNCERTAINTY)
        .optional()
        .describe(
          'u: the true value is taken to lie between value / (1 + u) and value * (1 + u); absent: 1 for assumed figures, else 0',
        ),
    })
    .refine((f) => (f.value === null) === (f.kind === 'unknown'), 'value is null exactly where kind is unknown');

/**
 * Countable events that a target gives an energy for: linkHopBetweenChips exactly where it is a grid of chips, work on states
 * beside neuron updates (stateBitRead to multiplierBit) where it has figures for it.
 */
export const ENERGY_EVENTS = [
  'synop',
  'mac',
  'synapseBitRead',
  'neuronUpdateActive',
  'neuronUpdateIdle',
  'stateBitRead',
  'stateBitWritten',
  'parameterBitRead',
  'vectorAdd',
  'multiplierBit',
  'spike',
  'packet',
  'delivery',
  'linkHopEastWest',
  'linkHopNorthSouth',
  'linkHopBetweenChips',
  'withinTile',
  'routerTraversal',
  'barrier',
  'reset',
  'hostPacket',
  'activeCoreCycle',
  'idleCoreCycle',
] as const;
export type EnergyEvent = (typeof ENERGY_EVENTS)[number];

const joule = figure('J');

const {
  stateBitRead,
  stateBitWritten,
  parameterBitRead,
  vectorAdd,
  multiplierBit,
  linkHopBetweenChips,
  ...energiesOfEveryTarget
} = Object.fromEntries(ENERGY_EVENTS.map((event) => [event, joule])) as Record<EnergyEvent, typeof joule>;

/** Energies of a target. */
export const energySchema = z.strictObject({
  ...energiesOfEveryTarget,
  stateBitRead: stateBitRead
    .optional()
    .describe('a bit of a plane or a flag that an instruction reads, beside neuron updates; absent: not counted'),
  stateBitWritten: stateBitWritten.optional().describe('the same of a bit that is written; absent: not counted'),
  parameterBitRead: parameterBitRead
    .optional()
    .describe('a bit of a parameter that such an instruction reads; absent: not counted'),
  vectorAdd: vectorAdd
    .optional()
    .describe('an addition or comparison of such an instruction, of one neuron; absent: not counted'),
  multiplierBit: multiplierBit
    .optional()
    .describe('a bit of the factor that a state is multiplied by; absent: not counted'),
  linkHopBetweenChips: linkHopBetweenChips
    .optional()
    .describe('a flit over a chip border, in place of the hop of its direction; exactly where `chips` is there'),
});
export type EnergyFigure = z.infer<typeof joule>;
