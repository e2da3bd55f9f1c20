/**
 * `truenorth-like`: the published sizes of TrueNorth. No network is built for it: a crossbar of binary synapses with four
 * weights per neuron is another machine (`constraints`). The figures serve comparisons.
 */
import type { Target } from '../target.ts';
import {
  cycles,
  includedIn,
  MODEL_MEMORIES,
  origins,
  picojoules,
  stateWork,
  unknown,
  unpublishedTimes,
} from './figures.ts';

const MEROLLA = 'Merolla et al., Science 345, 2014';
const NOT_PUBLISHED = unknown('not published apart from the energy of a synaptic event');

export const truenorthLike: Target = {
  format: 'snn-target/1',
  name: 'truenorth-like',
  description:
    'Sizes of TrueNorth: 64 x 64 cores, each a crossbar of 256 axons and 256 neurons, 20-bit potentials, ticks of 1 ms. 65 mW typical at 0.75 V and 58 GSOPS are stated for the whole chip at work (second-hand); they are not split into parts, so nothing is derived from them.',
  process: 'not stated in the sources of this file; 0.75 V',
  mesh: { width: 64, height: 64 },
  coresPerTile: 1,
  limits: { ...MODEL_MEMORIES, neurons: 256, axons: 256, synapseBits: 256 * 256, delaySlots: 16 },
  widths: { vBits: 20, payloadBits: 2, packetBits: 0, weightBits: [1] },
  timing: {
    ...unpublishedTimes,
    clockHz: {
      value: 1e6,
      unit: 'Hz',
      kind: 'assumed',
      source: 'not published, and not what sets the pace: a tick takes 1 ms (published), whatever the cores do in it',
    },
    tickCycles: cycles(1000, 'derived', `${MEROLLA}: ticks of 1 ms, at the clock of this file`),
  },
  energy: {
    synop: picojoules(26, 'published', `${MEROLLA}: 26 pJ per synaptic event`),
    mac: unknown('the chip has no graded events'),
    synapseBitRead: includedIn('synop'),
    neuronUpdateActive: NOT_PUBLISHED,
    neuronUpdateIdle: NOT_PUBLISHED,
    ...stateWork(NOT_PUBLISHED),
    spike: NOT_PUBLISHED,
    packet: NOT_PUBLISHED,
    delivery: NOT_PUBLISHED,
    linkHopEastWest: NOT_PUBLISHED,
    linkHopNorthSouth: NOT_PUBLISHED,
    withinTile: NOT_PUBLISHED,
    routerTraversal: NOT_PUBLISHED,
    barrier: NOT_PUBLISHED,
    reset: NOT_PUBLISHED,
    hostPacket: NOT_PUBLISHED,
    activeCoreCycle: includedIn('staticPower'),
    idleCoreCycle: includedIn('staticPower'),
  },
  staticPower: {
    value: null,
    unit: 'W',
    kind: 'unknown',
    source: 'the 65 mW that are stated are of the chip at work, not at rest',
  },
  origins: origins('not published in this form: a size of this machine', {
    mesh: ['published', `${MEROLLA}: 64 x 64 cores`],
    coresPerTile: ['published', `${MEROLLA}: a router per core`],
    'limits.neurons': ['published', `${MEROLLA}: 256 neurons per core`],
    'limits.axons': ['published', `${MEROLLA}: 256 axons per core`],
    'limits.synapseBits': ['derived', `${MEROLLA}: binary crossbar of 256 x 256`],
    'widths.packetBits': ['published', `${MEROLLA}: a packet is a spike and carries no value`],
    'widths.vBits': ['published', `${MEROLLA}: potential of 20 bit`],
    'widths.payloadBits': ['derived', 'an axon is active or silent; 2 bit signed hold 0 and 1'],
    'widths.weightBits': ['derived', `${MEROLLA}: a synapse is one bit; its weight is chosen by axon type and neuron`],
  }),
  constraints: [
    {
      feature: 'four weights per neuron',
      reason:
        'a synapse is one bit, and its weight is one of 4 signed 9-bit values of the neuron, chosen by the type of the axon for all neurons of the core; the free weights of a converted layer cannot be stored',
      nearest:
        'a network trained with weights of -1 and +1 (--weight-bits 1) for edge, where every synapse has a sign of its own',
    },
    {
      feature: 'binary axons',
      reason:
        'an axon is active or silent in a tick; analog inputs enter as graded events, and pooling windows count several spikes on one axon',
      nearest: 'edge or loihi, whose axons hold a payload',
    },
  ],
  notModelled: ['axon types and the four weights of a neuron', 'copies of a neuron where several cores listen to it'],
};
