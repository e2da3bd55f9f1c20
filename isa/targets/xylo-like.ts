/**
 * `xylo-like`: the published sizes of Xylo Audio 2. No network is built for it: its potentials decay in every step and its
 * neurons fire several times in one (`constraints`).
 */
import type { Target } from '../target.ts';
import { includedIn, MODEL_MEMORIES, origins, stateWork, unknown, unpublishedTimes } from './figures.ts';

const XYLO = 'Xylo Audio 2 (arXiv 2406.15112 and documentation)';
const [INPUTS, HIDDEN, OUTPUTS] = [16, 1000, 8];
const WEIGHT_BITS = 8;
const NOT_PUBLISHED = unknown('not published per event; 6.6 uJ per inference and 291 uW dynamic are of one whole task');
const NO_NETWORK = includedIn('nothing: one core, no network on chip');

export const xyloLike: Target = {
  format: 'snn-target/1',
  name: 'xylo-like',
  description:
    'Sizes of Xylo Audio 2: 16 inputs, 1,000 hidden and 8 output neurons, 8-bit weights, 16-bit state, 50 MHz. 291 uW dynamic power and 6.6 uJ per inference are published for one task, not per event.',
  process: 'not stated in the sources of this file',
  mesh: { width: 1, height: 1 },
  coresPerTile: 1,
  limits: {
    ...MODEL_MEMORIES,
    neurons: HIDDEN + OUTPUTS,
    axons: INPUTS + HIDDEN,
    synapseBits: (INPUTS + HIDDEN + OUTPUTS) * HIDDEN * WEIGHT_BITS,
    delaySlots: 2,
  },
  widths: { vBits: 16, payloadBits: 6, packetBits: 0, weightBits: [WEIGHT_BITS] },
  timing: {
    ...unpublishedTimes,
    clockHz: { value: 50e6, unit: 'Hz', kind: 'published', source: `${XYLO}: 50 MHz` },
  },
  energy: {
    synop: NOT_PUBLISHED,
    mac: NOT_PUBLISHED,
    synapseBitRead: NOT_PUBLISHED,
    neuronUpdateActive: NOT_PUBLISHED,
    neuronUpdateIdle: NOT_PUBLISHED,
    ...stateWork(NOT_PUBLISHED),
    spike: NOT_PUBLISHED,
    packet: NOT_PUBLISHED,
    delivery: NOT_PUBLISHED,
    linkHopEastWest: NO_NETWORK,
    linkHopNorthSouth: NO_NETWORK,
    withinTile: NO_NETWORK,
    routerTraversal: NO_NETWORK,
    barrier: NOT_PUBLISHED,
    reset: NOT_PUBLISHED,
    hostPacket: NOT_PUBLISHED,
    activeCoreCycle: NOT_PUBLISHED,
    idleCoreCycle: NOT_PUBLISHED,
  },
  staticPower: {
    value: null,
    unit: 'W',
    kind: 'unknown',
    source: 'the 291 uW that are published are dynamic power',
  },
  origins: origins('not published in this form: a size of this machine', {
    mesh: ['published', `${XYLO}: one core`],
    coresPerTile: ['published', `${XYLO}: one core`],
    'limits.neurons': ['derived', `${XYLO}: 1,000 hidden + 8 output neurons`],
    'limits.axons': ['derived', `${XYLO}: 16 inputs + 1,000 hidden neurons`],
    'limits.synapseBits': [
      'assumed',
      'a weight of 8 bit for each pair of input and hidden, hidden and hidden, hidden and output neuron; the memory is not published',
    ],
    'widths.packetBits': ['published', `${XYLO}: a packet is a spike and carries no value`],
    'widths.vBits': ['published', `${XYLO}: state of 16 bit`],
    'widths.payloadBits': ['derived', `${XYLO}: up to 31 spikes per step; 6 bit signed hold them`],
    'widths.weightBits': ['published', `${XYLO}: weights of 8 bit`],
  }),
  constraints: [
    {
      feature: 'potentials always decay',
      reason:
        'in every step v loses v >> dash, and 1 where that changes nothing; converted neurons keep their potential from tick to tick, and what decays would be missing from the answer',
      nearest:
        'a network trained for leaky neurons with the tools of the maker; converted networks run on edge or loihi, without decay',
    },
    {
      feature: 'up to 31 spikes per neuron and step',
      reason:
        'a neuron far above its threshold fires several times at once; a converted neuron fires once per tick and keeps the rest, so its spikes come later',
      nearest: 'the same network with one spike per tick on edge or loihi',
    },
  ],
  notModelled: ['decay by bit shift', 'several spikes per step', 'recurrent connections of the hidden neurons'],
};
