/** Terms of energy, time and what they are compared with. */
import type { Term } from './term.ts';

export const COST_TERMS: readonly Term[] = [
  {
    term: 'synop',
    also: ['synops', 'synaptic operation', 'synaptic operations'],
    lines: [
      'A synaptic operation: an event of payload 1 visits one stored synapse and',
      'adds its weight to a neuron, without a multiplication. Stored weights of 0',
      'count too; what lies in the padding does not.',
    ],
    page: 'spec/energy.md#the-events',
  },
  {
    term: 'mac',
    also: ['macs', 'graded mac', 'graded macs'],
    lines: [
      'A multiply-add. On the chip (graded mac): a synapse visited by an event of',
      'another payload than 1, such as a pixel or a count. In the conventional',
      'network: a multiplication of its convolutions and dense layers.',
    ],
    page: 'spec/energy.md#the-events',
  },
  {
    term: 'neuronUpdate',
    also: ['neuronUpdateActive', 'neuronUpdateIdle', 'neuron update'],
    lines: [
      'A neuron looked at in a tick: active where its potential changed or it fired,',
      'idle where nothing happened. In every tick of its window each neuron is one',
      'of the two.',
    ],
    page: 'spec/energy.md#the-events',
  },
  {
    term: 'delivery',
    also: ['deliveries', 'routerTraversal', 'router traversal'],
    lines: [
      'A packet handed to one core, at a leaf of its tree; a router traversal is one',
      'router that it passes. A packet that many cores hear is sent once and',
      'delivered many times.',
    ],
    page: 'spec/energy.md#the-events',
  },
  {
    term: 'core-cycle',
    also: ['activeCoreCycle', 'idleCoreCycle', 'emptyCoreCycle', 'core cycles'],
    lines: [
      'A cycle of a core in use: active while it computes, idle while it waits for',
      'others, the barrier or the host. This is where clock and leakage are paid.',
      'Cores that hold nothing are switched off or counted apart.',
    ],
    page: 'spec/timing.md#what-bound-it',
  },
  {
    term: 'partial',
    lines: [
      'Something of the energy is unknown or was not counted (cycles, without',
      '--timing cycle), so the sum is a lower bound. The lines below it name what is',
      'missing. A partial sum is never called the smaller one for certain.',
    ],
    page: 'spec/energy.md#what-is-missing-is-said',
  },
  {
    term: 'assumed',
    also: ['published', 'derived', 'unknown', 'assumed figures', 'kind'],
    lines: [
      'How an energy figure is known: published (by the maker or a paper), derived',
      '(arithmetic on published ones), assumed (a stated guess, taken as right within',
      'a factor of 2) or unknown. `snnc targets edge` has each source.',
    ],
    page: 'spec/energy.md#how-certain-it-is',
  },
  {
    term: 'what decides it',
    also: ['sensitivity', 'uncertain figures', 'all uncertain figures low, all high'],
    lines: [
      'The figures that move the sum most: share of it x how uncertain the figure is.',
      '"x or / 2 alone": the energy if that one figure is half or twice as large. The',
      'line above has all uncertain figures at the same end at once.',
    ],
    page: 'spec/energy.md#how-certain-it-is',
  },
  {
    term: 'bound by',
    also: ['integrate', 'update', 'network', 'host', 'wait'],
    lines: [
      'What inferences spent their cycles on: integrate (synapses of the critical',
      'core), update (its neurons), network (packets under way behind it), barrier,',
      'wait (a fixed tick), host (reset, input, read-out).',
    ],
    page: 'spec/timing.md#what-bound-it',
  },
  {
    term: 'critical core',
    also: ['critical cores', 'critical layers', 'critical layer'],
    lines: [
      'The core that a tick waited for. Splitting its layers over more cores makes',
      'ticks shorter; splitting any other core does not. The table adds up the ticks',
      'in which a core was critical.',
    ],
    page: 'spec/timing.md#what-bound-it',
  },
  {
    term: 'barrier',
    lines: [
      'The end of a tick: a wave over the mesh and back says that all cores are done',
      'and no packet is under way. It costs cycles that grow with width and height',
      'of the mesh, in every tick.',
    ],
    page: 'spec/timing.md#the-phases-of-an-inference',
  },
  {
    term: 'deadline',
    lines: [
      'What an inference may take (--deadline 5ms). `snnemu run` and `eval` end with',
      'exit code 5 if one takes longer; `snnc build` takes the fewest cores that are',
      'expected to keep it.',
    ],
    page: 'spec/timing.md#what-bound-it',
  },
  {
    term: 'conventional network',
    also: ['arithmetic', 'sram', 'dram', 'baseline', 'baselines', 'against'],
    lines: [
      'The network before conversion, with published 45 nm energies: its arithmetic',
      'alone, with memory on the chip (sram), or with weights from outside (dram).',
      '"chip / it" above 1: the spiking chip takes more.',
    ],
    page: 'spec/energy.md#the-conventional-network',
  },
  {
    term: '95 % interval',
    also: ['interval', 'confidence interval'],
    lines: [
      'Where the accuracy on endless data of the same kind would lie, with 95 %',
      'certainty, given that so many samples were seen (Wilson). Runs whose intervals',
      'overlap may still differ: `snnemu compare` tests them in pairs.',
    ],
    page: 'docs/measured.md',
  },
  {
    term: 'Pareto front',
    also: ['front', 'dominated'],
    lines: [
      'Runs that no other run beats in all of accuracy, energy and latency at once.',
      '"dominated by C": C is as good in all and better in one. What stays is a',
      'choice that only you can make.',
    ],
    page: 'docs/sweep.md#results',
  },
];
