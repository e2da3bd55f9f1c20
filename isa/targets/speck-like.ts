/**
 * `speck-like`: the published sizes of Speck (DYNAP-CNN). No network is built for it: its nine cores differ in memory, each
 * computes one convolution layer, and there are no ticks (`constraints`).
 */
import type { Target } from '../target.ts';
import { includedIn, MODEL_MEMORIES, origins, stateWork, unknown, unpublishedTimes } from './figures.ts';

const SPECK = 'Speck / DYNAP-CNN documentation';
const NOT_FOUND = unknown('no published figure was found');

/** Ki words of the nine cores, in their order. */
const KERNEL_MEMORY_KI = [16, 16, 16, 32, 32, 64, 64, 16, 16];
const NEURON_MEMORY_KI = [64, 64, 64, 32, 32, 16, 16, 16, 16];
const WEIGHT_BITS = 8;

export const speckLike: Target = {
  format: 'snn-target/1',
  name: 'speck-like',
  description: `Sizes of Speck: 9 convolution cores, 8-bit weights, 16-bit state, 0.42 mW at rest. Kernel memory ${KERNEL_MEMORY_KI.join(', ')} Ki words, neuron memory ${NEURON_MEMORY_KI.join(', ')} Ki words; the limits here are the least of them. No energy per event was found.`,
  process: 'not stated in the sources of this file',
  mesh: { width: 3, height: 3 },
  coresPerTile: 1,
  limits: {
    ...MODEL_MEMORIES,
    neurons: Math.min(...NEURON_MEMORY_KI) * 1024,
    axons: 128 * 128,
    synapseBits: Math.min(...KERNEL_MEMORY_KI) * 1024 * WEIGHT_BITS,
    delaySlots: 2,
  },
  widths: { vBits: 16, payloadBits: 8, packetBits: 0, weightBits: [WEIGHT_BITS] },
  timing: {
    ...unpublishedTimes,
    clockHz: { value: 1e6, unit: 'Hz', kind: 'assumed', source: 'no published figure was found' },
  },
  energy: {
    synop: NOT_FOUND,
    mac: NOT_FOUND,
    synapseBitRead: NOT_FOUND,
    neuronUpdateActive: NOT_FOUND,
    neuronUpdateIdle: NOT_FOUND,
    ...stateWork(NOT_FOUND),
    spike: NOT_FOUND,
    packet: NOT_FOUND,
    delivery: NOT_FOUND,
    linkHopEastWest: NOT_FOUND,
    linkHopNorthSouth: NOT_FOUND,
    withinTile: NOT_FOUND,
    routerTraversal: NOT_FOUND,
    barrier: NOT_FOUND,
    reset: NOT_FOUND,
    hostPacket: NOT_FOUND,
    activeCoreCycle: NOT_FOUND,
    idleCoreCycle: includedIn('staticPower'),
  },
  staticPower: { value: 0.42e-3, unit: 'W', kind: 'published', source: `${SPECK}: 0.42 mW resting` },
  origins: origins('not published in this form: a size of this machine', {
    mesh: ['assumed', 'nine cores are published, their arrangement is not'],
    coresPerTile: ['assumed', 'nine cores are published, their arrangement is not'],
    'limits.neurons': ['derived', `${SPECK}: neuron memory of the smallest core, 16 Ki words`],
    'limits.axons': ['assumed', 'positions of the largest input, 128 x 128'],
    'limits.synapseBits': ['derived', `${SPECK}: kernel memory of the smallest core, 16 Ki words of 8 bit`],
    'widths.packetBits': ['published', `${SPECK}: a packet is a spike and carries no value`],
    'widths.vBits': ['published', `${SPECK}: state of 16 bit`],
    'widths.weightBits': ['published', `${SPECK}: weights of 8 bit`],
  }),
  constraints: [
    {
      feature: 'no ticks',
      reason:
        'the cores work event by event without a common tick, so a neuron may fire before all inputs of a tick are summed; a converted network fires once all of them are, and would give other spikes',
      nearest: 'edge, which computes the same layers tick by tick',
    },
    {
      feature: 'one convolution layer per core, and cores that differ',
      reason:
        'a core holds one layer (map up to 64 x 64, kernel up to 16, stride 1, 2, 4 or 8, sum pooling 1, 2 or 4, fan-out 2) within memories of its own size; the mapper cuts layers into tiles of cores that are all alike',
      nearest:
        'at most nine layers whose kernels and maps fit the memories that the description names, built for the chip with the tools of its maker',
    },
  ],
  notModelled: [
    'memories of different size',
    'words that are lost: kernel words = c * 2^(ceil(log2(kx * ky)) + ceil(log2 f)), neuron words = f * 2^(ceil(log2 fy) + ceil(log2 fx))',
    'work without ticks',
  ],
};
