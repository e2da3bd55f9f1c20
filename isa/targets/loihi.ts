/**
 * `loihi`: the limits, times and energies that Davies et al. published for Loihi 1. The real chip is asynchronous; the
 * model runs on a grid of 0.5 ns, and every time says what it was before it was rounded.
 */
import type { Target } from '../target.ts';
import { cycles, includedIn, MODEL_MEMORIES, origins, picojoules, stateWork, unknown } from './figures.ts';

const DAVIES = 'Davies et al., IEEE Micro 38(1), 2018';

const GRID_NANOSECONDS = 0.5;

/** A published time, rounded to the grid. */
function nanoseconds(time: number, what: string): ReturnType<typeof cycles> {
  const value = Math.round(time / GRID_NANOSECONDS);
  const source = `${DAVIES}: ${what} ${time} ns, rounded to the 0.5 ns grid (${value * GRID_NANOSECONDS} ns)`;
  return cycles(value, 'published', source);
}

/** Sizes of the real chip, and where the model has its own. */
export const LOIHI_ORIGINS = origins('a size of this model; the real chip is not organised so', {
  mesh: ['published', `${DAVIES}: 32 tiles of the mesh`],
  coresPerTile: ['published', `${DAVIES}: 128 cores, 4 in a tile`],
  'limits.neurons': ['published', `${DAVIES}: 1,024 compartments per core`],
  'limits.axons': ['published', `${DAVIES} and nengo-loihi: 4,096 in-axons per core`],
  'limits.synapseBits': ['published', `${DAVIES}: 16,384 words of 64 bit of synapse memory per core`],
  'widths.packetBits': ['published', `${DAVIES}: a packet is a spike and carries no value`],
  'widths.vBits': ['published', `${DAVIES}: state of 24 bit (23 bit and sign)`],
  'widths.weightBits': [
    'derived',
    `${DAVIES}: weights of 1 to 8 bit; the widths that this machine stores are among them`,
  ],
  'timing.lanes': ['derived', 'the published time is that of one synaptic operation'],
  'timing.updateLanes': ['derived', 'the published time is that of one neuron'],
});

/** Work on states beside an update. */
export const WHOLE_STEP = includedIn(
  'neuronUpdateActive and neuronUpdateIdle: the whole step of a neuron, decays, bias and current included',
);

const published = (value: number, what: string) => picojoules(value, 'published', `${DAVIES}: ${what} ${value} pJ`);

export const loihi: Target = {
  format: 'snn-target/1',
  name: 'loihi',
  description:
    'Loihi 1 as published: 128 cores in 8 x 4 tiles of 4; per core 1,024 neurons, 4,096 axons and 1,048,576 bits of synapse memory; 24-bit state. Sizes of the program, parameter, sink and routing memories, axon groups, delay slots and the payload counter belong to this model, not to the real chip.',
  process: 'Intel 14 nm FinFET',
  mesh: { width: 8, height: 4 },
  coresPerTile: 4,
  limits: { ...MODEL_MEMORIES, neurons: 1024, axons: 4096, synapseBits: 16_384 * 64, delaySlots: 16 },
  widths: { vBits: 24, payloadBits: 8, packetBits: 0, weightBits: [1, 2, 4, 8] },
  timing: {
    clockHz: {
      value: 2e9,
      unit: 'Hz',
      kind: 'assumed',
      source: 'grid of the model: the real chip is asynchronous and has no clock',
    },
    lanes: 1,
    laneCycles: nanoseconds(3.5, 'synaptic operation'),
    eventCycles: cycles(0, 'derived', 'included in laneCycles: no time apart from the synaptic operation is published'),
    vectorCycles: cycles(0, 'derived', 'bias and current are part of the published neuron update'),
    updateLanes: 1,
    updateActiveCycles: nanoseconds(8.4, 'active neuron update'),
    updateIdleCycles: nanoseconds(5.3, 'inactive neuron update'),
    hopEastWestCycles: nanoseconds(4.1, 'tile hop east-west'),
    hopNorthSouthCycles: nanoseconds(6.5, 'tile hop north-south'),
    ejectionCycles: nanoseconds(2.1, 'within-tile spike'),
    injectionCycles: cycles(0, 'derived', 'included in ejectionCycles: the within-tile time runs from core to core'),
    creditCycles: cycles(1, 'assumed', 'flow control is not published'),
    bufferFlits: 16,
    barrierCycles: nanoseconds(113, 'barrier of one tile'),
    barrierHopCycles: cycles(
      35,
      'derived',
      `${DAVIES}: barrier of 1..32 tiles 113..465 ns; (465 - 113) / (2 * (8 + 4 - 2)) = 17.6 ns per hop, rounded to the 0.5 ns grid (17.5 ns)`,
    ),
  },
  energy: {
    synop: published(23.6, 'synaptic operation'),
    mac: picojoules(
      23.6,
      'assumed',
      `equal to synop: Loihi 1 has no graded spikes, so an event with another payload than 1 has no published figure`,
    ),
    synapseBitRead: includedIn('synop'),
    neuronUpdateActive: published(81, 'active neuron update'),
    neuronUpdateIdle: published(52, 'inactive neuron update'),
    ...stateWork(WHOLE_STEP),
    spike: includedIn('neuronUpdateActive'),
    packet: unknown('not published apart from within-tile and hop energies'),
    delivery: includedIn('withinTile, linkHopEastWest and linkHopNorthSouth, the only published routing energies'),
    linkHopEastWest: published(3, 'tile hop east-west'),
    linkHopNorthSouth: published(4, 'tile hop north-south'),
    withinTile: published(1.7, 'within-tile spike'),
    routerTraversal: includedIn('withinTile, linkHopEastWest and linkHopNorthSouth'),
    barrier: unknown('only the time of the barrier is published'),
    reset: unknown('not published'),
    hostPacket: unknown('not published'),
    activeCoreCycle: unknown('leakage is not published'),
    idleCoreCycle: unknown('leakage is not published'),
  },
  origins: LOIHI_ORIGINS,
  notModelled: [
    'leakage power',
    'neuron updates outside of the window of a layer: the real chip updates every neuron in every step, the model adds its bias and current there and counts no update',
    'at most 8 distinct thresholds and 32 compartment configurations per core (nengo-loihi enforces them)',
    'bias as 13-bit mantissa and 3-bit exponent; threshold as 17 bits * 2^6; the model stores whole numbers',
    'weight formats: sign mode, shared exponent, odd widths; the model stores 1, 2, 4 or 8 bits',
    'dendritic trees, compartment noise, refractory periods, synaptic filters, axonal delays beyond 15 ticks',
    'on-chip learning',
    'embedded x86 processors and their work',
    'limit of 4,096 out-axons per core',
    'the real encoding of synapse lists; the model also stores dense rows and shared kernels',
    'graded events for the analog input; the real chip would receive a bias or spikes from its host',
    'axons that count the spikes of a pooling window',
    'self-timed, overlapping work; the model has a synchronous grid of 0.5 ns',
  ],
};
