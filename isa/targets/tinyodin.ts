/**
 * `tinyodin`: one core of 256 neurons, open RTL. No network is built for it, since its neurons are reset to zero
 * (`constraints`). The narrow potential alone would need no refusal: the range proof of a build decides that.
 */
import type { Target } from '../target.ts';
import { cycles, includedIn, MODEL_MEMORIES, origins, stateWork, unknown, unpublishedTimes } from './figures.ts';

const TINYODIN = 'tinyODIN, open RTL and its documentation';
const NOT_PUBLISHED = unknown(
  'not published: the 12.7 pJ per synaptic operation and more that are published are of ODIN, another chip',
);
const NO_NETWORK = includedIn('nothing: one core, no network on chip');

export const tinyodin: Target = {
  format: 'snn-target/1',
  name: 'tinyodin',
  description:
    'tinyODIN: one core of 256 neurons, 12-bit signed saturating potential, 4-bit weights, reset to zero; a spike costs 1 + 2 * 256 cycles. No energy is published.',
  process: 'open RTL, no process of its own',
  mesh: { width: 1, height: 1 },
  coresPerTile: 1,
  limits: { ...MODEL_MEMORIES, neurons: 256, axons: 256, synapseBits: 256 * 256 * 4, delaySlots: 2 },
  widths: { vBits: 12, payloadBits: 8, packetBits: 0, weightBits: [4] },
  timing: {
    ...unpublishedTimes,
    clockHz: {
      value: 100e6,
      unit: 'Hz',
      kind: 'assumed',
      source:
        'not published: open RTL runs at the clock of the chip or FPGA that holds it; cycles hold, seconds do not',
    },
    laneCycles: cycles(2, 'published', `${TINYODIN}: a spike costs 1 + 2 * (neurons) cycles`),
    eventCycles: cycles(1, 'published', `${TINYODIN}: a spike costs 1 + 2 * (neurons) cycles`),
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
  origins: origins('not published in this form: a size of this machine', {
    mesh: ['published', `${TINYODIN}: one core, no network on chip`],
    coresPerTile: ['published', `${TINYODIN}: one core`],
    'limits.neurons': ['published', `${TINYODIN}: 256 neurons`],
    'limits.axons': ['derived', 'a crossbar of as many axons as neurons, as in ODIN (256 neurons, 64 k synapses)'],
    'limits.synapseBits': ['derived', 'crossbar of 256 x 256 with weights of 4 bit'],
    'widths.packetBits': ['published', `${TINYODIN}: a packet is a spike and carries no value`],
    'widths.vBits': ['published', `${TINYODIN}: potential of 12 bit, signed`],
    'widths.weightBits': ['published', `${TINYODIN}: weights of 4 bit, signed`],
    'timing.lanes': ['published', `${TINYODIN}: one neuron after the other`],
  }),
  constraints: [
    {
      feature: 'reset to zero',
      reason:
        'a neuron that fires loses what its potential had above the threshold; converted networks are reset by subtraction, so that the number of spikes follows the activation, and with a reset to zero every layer would fire too little',
      nearest:
        'a chip of the same sizes whose neurons are reset by subtraction: `snnc targets tinyodin > my.json`, remove `constraints` there, --target my.json',
    },
  ],
  notModelled: [
    'saturation at 12 bit (a build would prove that no potential gets there)',
    'leak towards zero (7 bit), threshold of 12 bit',
  ],
};
