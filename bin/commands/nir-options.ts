/** Options of NIR graphs. */
import { choice, integer, positive, rule } from '../ui/option-kinds.ts';

/** Steps. */
const MOST_NIR_DELAY = 62;

const compiler = () => import('../../compiler/index.ts');
const rules = () => import('./rules.ts');

/** Words for all neurons of a NIR graph, or by the names of its nodes. */
const perNode = <const W extends string>(words: () => Promise<readonly W[]>, describe: string) => ({
  ...rule(
    async () => {
      const [{ perNode: read }, { oneOf }] = await Promise.all([rules(), import('../ui/values.ts')]);
      const known = await words();
      return (text: string, name: string) => read(text, (part) => oneOf(name, part, known));
    },
    { describe },
  ),
  words,
});

/** What a NIR graph does not say. */
export const NIR_FLAGS = {
  dt: positive({
    describe:
      'length of a step: of a NIR graph in the unit of its tau (that of its origin, or 0.0001, if absent), of populations in seconds, in place of the dt of the file',
  }),
  'nir-origin': choice(async () => (await compiler()).NIR_ORIGINS, {
    describe:
      'library that a NIR graph comes from, which sets all --nir-… and --dt; guessed where its numbers tell it, else its equations are taken',
  }),
  'nir-decay': perNode(
    async () => (await compiler()).NIR_DECAYS,
    'what is left of a state: euler (1 − dt/tau) or exponential (e^(−dt/tau))',
  ),
  'nir-gain': perNode(
    async () => (await compiler()).NIR_GAINS,
    'what of the input arrives: euler (dt/tau·r), exponential ((1 − e^(−dt/tau))·r), resistance (r), decayed (what a step leaves of it), membrane (dt/tau_mem·r where there is a current) or one',
  ),
  'nir-compare': perNode(
    async () => (await compiler()).NIR_COMPARISONS,
    'a spike where V is gt (above) or ge (at or above) the threshold',
  ),
  'nir-reset': perNode(
    async () => (await compiler()).NIR_RESETS,
    'of V with a spike: value (v_reset), zero, subtract (the threshold) or none; of single neurons by the names of their nodes, * for any part of one: "lif2=none,subtract" (that of all others has no name), as with --nir-decay, gain, compare, reset-time, spikes and floor',
  ),
  'nir-reset-time': perNode(
    async () => (await compiler()).NIR_RESET_TIMES,
    'spike (before V decays), next-step (behind the decay) or added-back (snnTorch without reset delay)',
  ),
  'nir-spikes': rule(
    async () => {
      const [{ perNode: read }, { wholeNumber }] = await Promise.all([rules(), import('../ui/values.ts')]);
      const { MOST_SPIKES } = await compiler();
      return (text, name) => read(text, (part) => wholeNumber(name, part, 1, MOST_SPIKES));
    },
    { describe: 'most spikes of a neuron in a step; of single neurons as --nir-reset' },
  ),
  'nir-floor': perNode(
    async () => (await compiler()).NIR_FLOORS,
    'lowest V: none, zero, or threshold (minus the threshold)',
  ),
  'nir-delay': integer(0, MOST_NIR_DELAY, {
    describe: 'steps that all connections of a NIR graph take, beside Delay nodes',
  }),
  'nir-output': choice(async () => (await compiler()).DECODINGS, {
    describe:
      'how the output of a NIR graph is read: count (spikes), first (the earliest spike), last (the potential of the last step, of neurons that fire, too) or max (the largest of all steps)',
  }),
} as const;
