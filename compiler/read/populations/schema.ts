/** The schema of net.json for networks of populations. What the fields mean is in spec/net-format.md. */
import { z } from 'zod';
import { PLANE_NAMES, POLICIES, WIDEST_SATURATING } from '../../../isa/index.ts';
import { layerSchema } from '../net-layers.ts';
import { OPERATORS } from '../../operators/generated/index.ts';
import { count, imageShape, name, number, pair, tensor, tensorFiles } from '../../operators/shared/net-form.ts';
import { DECODINGS, PARAMETER_UNITS } from '../../ir/population.ts';
import { FIRING_COMPARISONS } from '../../populations/steps.ts';
import { TAU_DECAYS } from './step-length.ts';

/** Steps of an inference, and of a delay. */
export const MOST_STEPS = 2 ** 20;

/** Units of V for 1. */
const LARGEST_SCALE = 2 ** 20;

/** What a program can name. */
const identifier = z.string().regex(/^[A-Za-z_]\w{0,63}$/);
/** What the widest counter of an axon holds. */
export const MOST_SPIKES = 2 ** 15 - 1;

const values = z
  .union([number, z.array(number).min(1), tensor])
  .meta({ id: 'values', description: 'one number for all neurons, or one per channel, or one per neuron' });

/** How a factor is kept, and its product. */
const product = {
  bits: z.int().min(1).max(16).optional().describe('of the factor on the chip; 12 if absent'),
  rounding: z.enum(['zero', 'floor', 'half']).optional().describe('towards zero if absent'),
};

const leak = z
  .union([
    values,
    z.strictObject({
      kind: z.literal('multiply').optional(),
      factor: values.describe('what is left after a step, 0 to 1'),
      ...product,
    }),
    z.strictObject({
      tau: values.describe('time constant in seconds; needs dt'),
      decay: z
        .enum(TAU_DECAYS)
        .optional()
        .describe('what is left after a step: e^(−dt/tau), or 1 − dt/tau (euler); exponential if absent'),
      ...product,
    }),
    z.strictObject({ kind: z.literal('shift'), shift: values.describe('a 2^shift-th part is lost, at least 1 unit') }),
    z.strictObject({ kind: z.literal('linear'), step: values.describe('lost in a step, down to 0') }),
  ])
  .meta({ id: 'leak', description: 'how a state goes to zero: a factor, or one of the other kinds' });

/** A time in steps, or in seconds. */
const duration = z
  .union([z.int().min(0).max(MOST_STEPS), z.strictObject({ seconds: number.min(0) })])
  .meta({ id: 'duration', description: 'whole steps, or {"seconds": …}, which needs dt and is rounded to steps' });

const reset = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('subtract'),
      time: z.enum(['before decay', 'after decay']).optional().describe('before decay if absent'),
    }),
    z.strictObject({ kind: z.literal('value'), value: values }),
    z.strictObject({ kind: z.literal('none') }),
  ])
  .meta({ id: 'reset', description: 'of V of a neuron that fires' });

const shape = z.union([count, imageShape]).describe('number of neurons, or [channels, height, width]');
const anyPopulation = {
  ...{ name: name.describe('unique in the network'), shape },
  scale: z.int().min(1).max(LARGEST_SCALE).optional().describe('units of V for 1; chosen by snnc if absent'),
};
const state = {
  bias: values.optional().describe('added to V in every step'),
  initial: values.optional().describe('V at the start; 0 if absent'),
  floor: values.optional().describe('lowest V'),
};
const firing = {
  threshold: values,
  compare: z.enum(FIRING_COMPARISONS).describe('V ≥ threshold fires, or V > threshold'),
  reset,
  refractory: duration.optional().describe('steps after a spike in which the neuron does not fire'),
};
const several = {
  spikesPerStep: z
    .int()
    .min(2)
    .max(MOST_SPIKES)
    .optional()
    .describe('most spikes of a step: as often as V reaches the threshold; 1 if absent'),
};
/** Bits of V where none are said: those of the chips that look at their neurons behind every event. */
export const USUAL_EVENT_BITS = 16;
const byEvent = {
  update: z
    .enum(['step', 'event'])
    .optional()
    .describe('when V is compared: at the end of every step, or behind every event; step if absent'),
  bits: z
    .int()
    .min(2)
    .max(WIDEST_SATURATING)
    .optional()
    .describe(`of V, which saturates, with update event; ${USUAL_EVENT_BITS} if absent`),
};
const current = { currentLeak: leak };

const neuron = <N extends string, S extends z.ZodRawShape>(kind: N, fields: S) =>
  z.strictObject({ ...anyPopulation, neuron: z.literal(kind), ...fields });

const population = z.discriminatedUnion('neuron', [
  neuron('if', { ...state, ...firing, ...several, ...byEvent }),
  neuron('lif', { ...state, leak, ...firing, ...several, ...byEvent }),
  neuron('cubalif', { ...state, leak, ...current, ...firing }),
  neuron('alif', {
    ...{ ...state, leak, ...firing },
    adaptationLeak: leak,
    adaptationStep: values.describe('by which a spike raises the threshold'),
  }),
  neuron('i', state),
  neuron('li', { ...state, leak }),
  neuron('cubali', { ...state, leak, ...current }),
  neuron('program', {
    program: z.union([z.string(), z.array(z.string())]).describe('assembly of the tick handler; see net-format.md'),
    planes: z
      .array(
        z.strictObject({
          name: identifier,
          plane: z.enum(PLANE_NAMES),
          policy: z.enum(POLICIES).optional().describe('prove if absent'),
          bits: z.int().min(1).max(32).optional().describe('as wide as V if absent'),
          initial: z.string().optional().describe('parameter with the values at the start; 0 if absent'),
        }),
      )
      .optional(),
    parameters: z.record(identifier, z.strictObject({ values, unit: z.enum(PARAMETER_UNITS) })).optional(),
    input: z.string().optional().describe('plane that connections add to; V if absent'),
  }),
]);

const places = {
  from: name.describe('a population, the input, or a layer of the input'),
  to: name.describe('a population'),
  delay: duration.optional().describe('0, the same step, if absent'),
  pool: pair.optional().describe('windows whose spikes are summed first'),
  plane: z.string().optional().describe('of a neuron that is a program: plane that is added to'),
};
const ofLayer = { name: true, inputs: true } as const;
/** The form of a layer that a connection can be. */
export const LAYER_FORMS = {
  conv: OPERATORS.conv.net[0]!,
  dense: OPERATORS.dense.net[0]!,
  sparse: OPERATORS.sparse.net[0]!,
} as const;
const { conv, dense, sparse } = LAYER_FORMS;

const connection = z.discriminatedUnion('op', [
  conv.schema.omit(ofLayer).extend(places),
  dense.schema.omit(ofLayer).extend(places),
  sparse.schema.omit({ ...ofLayer, outputs: true }).extend(places),
  z.strictObject({ op: z.literal('one-to-one'), ...places, weight: values, bias: values.optional() }),
]);

/** The document of format snn-net/1 with populations. */
export const populationsSchema = z
  .strictObject({
    $schema: z.string().optional(),
    format: z.literal('snn-net/1'),
    name: name.optional().describe('the file name if absent'),
    dt: number.gt(0).optional().describe('length of a step in seconds; needed where something is given in seconds'),
    input: z.strictObject({
      name: name.optional().describe('how connections call the input; "input" if absent'),
      shape,
      steps: count.max(MOST_STEPS).describe('T: steps in which input comes'),
      payload: z
        .strictObject({
          min: z.int().max(0),
          max: z.int().min(0),
          step: number.gt(0).optional().describe('what a payload of 1 stands for; 1 if absent'),
        })
        .describe('what one element can send in a step'),
    }),
    layers: z
      .array(layerSchema)
      .min(1)
      .optional()
      .describe('conventional layers: of the input, in every step, or of the spike counts of a population, at the end'),
    populations: z.array(population).min(1),
    connections: z.array(connection).min(1),
    output: z.union([
      z.strictObject({
        population: name,
        decode: z.enum(DECODINGS).describe('count or first of spikes, last, max or mean of potentials'),
      }),
      z.strictObject({ layer: name.describe('a layer of the spike counts of a population') }),
    ]),
    labels: z.array(z.string()).min(1).optional().describe('names of the classes, in the order of the outputs'),
    tensorFiles,
  })
  .meta({ title: 'Populations for snnc', description: 'A spiking network as trained, format snn-net/1.' });

export type PopulationsDocument = z.infer<typeof populationsSchema>;
export type NetPopulation = PopulationsDocument['populations'][number];
export type NetConnection = PopulationsDocument['connections'][number];
export type NetValues = z.infer<typeof values>;
export type NetLeak = z.infer<typeof leak>;
export type NetDuration = z.infer<typeof duration>;
