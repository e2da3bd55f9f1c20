/** Terms of where a network lies on the chip. */
import type { Term } from './term.ts';

export const MAPPING_TERMS: readonly Term[] = [
  {
    term: 'fullest memory',
    lines: [
      'Of the limits of a core (neurons, axons, synapses) the one that a layer uses',
      'most of, in the fullest of its cores. It decides into how many cores a layer',
      'must be cut.',
    ],
    page: 'spec/mapping.md#what-cannot-fit',
  },
  {
    term: 'km1',
    lines: [
      'What partitioning makes small: over all neurons, the cores that their',
      'packets touch, less one. So it counts packets between cores if every neuron',
      'fired once. Comparable between mappings of the same network only.',
    ],
    page: 'spec/mapping.md#predicted-traffic',
  },
  {
    term: 'tree',
    also: ['trees', 'routing entries', 'routing entry'],
    lines: [
      'The ways of a packet from its core to all that listen. Routers hold a row',
      '(routing entry) for each tree that passes them, and how many rows a router',
      'has room for is a limit of the target.',
    ],
    page: 'spec/mapping.md#trees-and-tables',
  },
  {
    term: 'link hops',
    also: ['hops', 'link hop', 'hop'],
    lines: [
      'Link hops: links that packets cross in an inference, a shared stretch of a',
      'tree once. Hops: links on the way from a sender to one listener, mean and',
      'longest in brackets. Both grow with bad placement.',
    ],
    page: 'spec/mapping.md#predicted-traffic',
  },
  {
    term: 'Jin energy',
    lines: [
      'A figure of the literature to compare placements by: packets x (routers',
      'passed + a tenth of the links), over pairs of sender and listener (Jin et',
      'al., ASPLOS 2023). It has no unit, and is no energy of your target.',
    ],
    page: 'spec/mapping.md#predicted-traffic',
  },
  {
    term: 'placement',
    also: ['anneal', 'hilbert+forces'],
    lines: [
      'Which tile each core\'s part of the network goes to. "anneal" is what the',
      'build took; random, sequential and Hilbert curve with forces stand below it',
      'for comparison.',
    ],
    page: 'spec/mapping.md#methods---place',
  },
  {
    term: 'busiest link',
    also: ['busiest router'],
    lines: [
      'Packets per inference over the link, or through the router, that carries',
      'most. A link carries one packet per cycle, so an inference cannot take fewer',
      'cycles than its busiest link has packets.',
    ],
    page: 'spec/mapping.md#predicted-traffic',
  },
];
