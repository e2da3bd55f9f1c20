/**
 * `edge`, the default: an embedded chip of 8 x 8 tiles with one core each, at 200 MHz. It does not exist. Its energies
 * start from published figures of a 45 nm process and from assumptions about memory, wires and leakage; every source
 * shows its arithmetic.
 *
 * The model of the memories: Horowitz's 32-bit read of an 8 KiB SRAM costs 5 pJ; other capacities are scaled by the square
 * root of the capacity (bit and word lines grow with the edge of the array), a write costs what a read costs, and the
 * energy is proportional to the bits. Wires: 0.1 pJ per bit and mm. These three are assumptions, so is what follows.
 */
import type { Target } from '../target.ts';
import { cycles, includedIn, origins, picojoules } from './figures.ts';

const HOROWITZ = 'Horowitz, ISSCC 2014, 45 nm, 0.9 V';
const SRAM = `5 pJ per 32 bit at 8 KiB (${HOROWITZ}), capacity scaled by square root (assumed)`;
const NEURON_BANK = '2 KiB bank per lane (32 KiB for V and I over 16 lanes): 5 * sqrt(2/8) = 2.5 pJ per 32-bit access';
const PARAMETER_BANK = '4 KiB bank per lane (64 KiB over 16 lanes): 5 * sqrt(4/8) = 3.54 pJ per 32-bit access';
const STATE_BIT = `${NEURON_BANK}; ${SRAM}. Of an instruction whose work no neuron update holds`;
const FLIT_BUFFER = '64-bit flit in a 64-byte buffer: 2 * 5 * sqrt(0.0625/8) = 0.88 pJ per access';
const LINK = '64-bit flit, 0.1 pJ per bit and mm (assumed), tile pitch 1 mm (assumed)';

const design = (what: string) => `${what}: a choice of this design`;

export const edge: Target = {
  format: 'snn-target/1',
  name: 'edge',
  description:
    'Embedded default: 8 x 8 tiles of one core with 4,096 neurons, 16,384 axons and 128 KiB of synapses, 16 lanes, 200 MHz. A model, not a product: its energies combine published 45 nm figures with assumptions.',
  process: '45 nm (modelled)',
  mesh: { width: 8, height: 8 },
  coresPerTile: 1,
  limits: {
    neurons: 4096,
    axons: 16_384,
    axonGroups: 256,
    synapseBits: 128 * 1024 * 8,
    programWords: 4096,
    parameters: 16_384,
    sinkRows: 1024,
    sinkListWords: 65_536,
    delaySlots: 8,
    routeEntries: 4096,
  },
  widths: { vBits: 32, payloadBits: 10, weightBits: [1, 2, 4, 8] },
  timing: {
    clockHz: { value: 200e6, unit: 'Hz', kind: 'assumed', source: design('200 MHz, moderate for 45 nm') },
    lanes: 16,
    laneCycles: cycles(1, 'assumed', design('16 additions per cycle from 16 banks of neuron memory, pipelined')),
    eventCycles: cycles(2, 'assumed', design('read the axon counter, fetch the handler')),
    vectorCycles: cycles(1, 'assumed', design('16 neurons per cycle from 16 banks, pipelined')),
    updateLanes: 16,
    updateActiveCycles: cycles(1, 'assumed', design('16 neurons per cycle from 16 banks, pipelined')),
    updateIdleCycles: cycles(1, 'assumed', design('idle neurons are visited too; no cycle is saved')),
    hopEastWestCycles: cycles(3, 'assumed', design('switch allocation, switch traversal, link: one cycle each')),
    hopNorthSouthCycles: cycles(3, 'assumed', design('switch allocation, switch traversal, link: one cycle each')),
    ejectionCycles: cycles(3, 'assumed', design('switch allocation, switch traversal, local link: one cycle each')),
    injectionCycles: cycles(2, 'assumed', design('packet assembly and local link')),
    creditCycles: cycles(2, 'assumed', design('credit link and credit counter')),
    bufferFlits: 8,
    barrierCycles: cycles(8, 'assumed', design('start and end of the barrier in the cores')),
    barrierHopCycles: cycles(3, 'assumed', design('the barrier wave travels like a flit, 3 cycles per hop')),
  },
  energy: {
    synop: picojoules(
      5.1,
      'assumed',
      `read-modify-write of V: 2 * 2.5 pJ + 32-bit add 0.1 pJ (${HOROWITZ}); ${NEURON_BANK}; ${SRAM}. Without the weight, see synapseBitRead`,
    ),
    mac: picojoules(
      5.35,
      'assumed',
      `synop 5.1 pJ + multiplication of an 8-bit weight by a 10-bit payload: 0.2 pJ for 8 x 8 bit (${HOROWITZ}) * 10/8 (assumed) = 0.25 pJ. Without the weight, see synapseBitRead`,
    ),
    synapseBitRead: picojoules(
      0.625,
      'assumed',
      `one bit of the 128 KiB synapse memory: 5 pJ / 32 bit * sqrt(128/8) = 0.625 pJ; ${SRAM}`,
    ),
    neuronUpdateActive: picojoules(
      14.98,
      'assumed',
      `includes BIAS, CURRENT and FIRE: read V and I, write V: 3 * 2.5 pJ; read bias and threshold: 2 * 3.54 pJ; bias, current, comparison and reset: 4 additions * 0.1 pJ (${HOROWITZ}); ${NEURON_BANK}; ${PARAMETER_BANK}; ${SRAM}`,
    ),
    neuronUpdateIdle: picojoules(
      12.38,
      'assumed',
      `an active update without the write of V (2.5 pJ) and the reset (0.1 pJ), since BIAS and CURRENT visit every neuron: read V and I: 2 * 2.5 pJ; read bias and threshold: 2 * 3.54 pJ; 3 additions * 0.1 pJ (${HOROWITZ}); ${NEURON_BANK}; ${PARAMETER_BANK}; ${SRAM}`,
    ),
    stateBitRead: picojoules(0.078, 'assumed', `one bit of V, I or a further plane: 2.5 pJ / 32 bit; ${STATE_BIT}`),
    stateBitWritten: picojoules(0.078, 'assumed', `as stateBitRead: 2.5 pJ / 32 bit; ${STATE_BIT}`),
    parameterBitRead: picojoules(
      0.111,
      'assumed',
      `one bit of a parameter: 3.54 pJ / 32 bit; ${PARAMETER_BANK}; ${SRAM}. Of an instruction whose work no neuron update holds`,
    ),
    vectorAdd: picojoules(
      0.1,
      'assumed',
      `32-bit add 0.1 pJ (${HOROWITZ}); comparisons and narrower additions are taken as equal`,
    ),
    multiplierBit: picojoules(
      0.097,
      'assumed',
      `32-bit multiplication 3.1 pJ (${HOROWITZ}) / 32 bit: taken as linear in the bits of one operand (assumed)`,
    ),
    spike: includedIn('neuronUpdateActive (comparison and reset) and in packet'),
    packet: includedIn('routerTraversal: a packet is injected into an input buffer of its first router'),
    delivery: picojoules(
      56.63,
      'assumed',
      `sink table: 128-bit row of 16 KiB: 4 * 5 * sqrt(16/8) = 28.28 pJ; 10-bit axon counter of the 160 KiB scheduler (16,384 axons * 8 slots), read and written on arrival and again when it is integrated: 4 * 10/32 * 5 * sqrt(160/8) = 27.95 pJ; 4 additions * 0.1 pJ (${HOROWITZ}); ${SRAM}. Sink lists and deliveries to the host are counted as the same`,
    ),
    linkHopEastWest: picojoules(
      6.4,
      'assumed',
      `${LINK}: 64 * 0.1 = 6.4 pJ. Loihi publishes 3.0 pJ for its 14 nm process`,
    ),
    linkHopNorthSouth: picojoules(
      6.4,
      'assumed',
      `${LINK}: 64 * 0.1 = 6.4 pJ. Loihi publishes 4.0 pJ for its 14 nm process`,
    ),
    withinTile: includedIn('routerTraversal and delivery'),
    routerTraversal: picojoules(
      10.12,
      'assumed',
      `input buffer, written and read once: 1.77 pJ (${FLIT_BUFFER}); routing table: 32-bit entry of 16 KiB: 5 * sqrt(16/8) = 7.07 pJ; crossbar: 64 bit * 0.2 mm * 0.1 pJ = 1.28 pJ (length and wire energy assumed); ${SRAM}`,
    ),
    barrier: picojoules(
      12.6,
      'assumed',
      'one bit over the 63 links of a spanning tree of the tiles, in and out: 126 * 1 mm * 0.1 pJ (wire energy and pitch assumed); the cores wait in idleCoreCycle',
    ),
    reset: picojoules(
      8.54,
      'assumed',
      `read the initial potential: 3.54 pJ; write V and I: 2 * 2.5 pJ; ${NEURON_BANK}; ${PARAMETER_BANK}; ${SRAM}`,
    ),
    hostPacket: picojoules(128, 'assumed', '64-bit flit over a short serial link off the chip, 2 pJ per bit (assumed)'),
    activeCoreCycle: picojoules(
      10,
      'assumed',
      '2 mW per working core at 200 MHz: 0.5 mW leakage as in idleCoreCycle, 1.5 mW for clock tree, sequencer and instruction fetch (all assumed)',
    ),
    idleCoreCycle: picojoules(
      2.5,
      'assumed',
      '0.5 mW leakage per core (assumed: about 0.5 MiB of SRAM in a low-power process) at 200 MHz; the clock is gated',
    ),
  },
  origins: origins(design('sizes and widths of an embedded chip')),
  notModelled: [
    'power supply and voltage regulators',
    'clock generation outside of the cores',
    'loading the chip file into the memories',
    'the host itself',
    'leakage of the routers and of the host port',
  ],
};
