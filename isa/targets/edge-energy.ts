/** Energies of a chip like `edge`, in picojoules by the model of edge-model.ts; each source shows its arithmetic. */
import { tileCount } from '../target-size.ts';
import type { Target } from '../target.ts';
import { type EdgeModel, type EdgeSizes, FLIT_BITS, precise, rounded, SINK_ROW_BITS, WORD_BITS } from './edge-model.ts';
import { includedIn, picojoules } from './figures.ts';

type Energies = Target['energy'];
type Names<N extends keyof Energies> = Required<Pick<Energies, N>>;

/** pJ per bit and mm of wire. */
const WIRE = 0.1;
/** pJ per bit of a link off the chip. */
const OFF_CHIP = 2;

const assumed = (value: number, source: string) => picojoules(rounded(value, 3), 'assumed', source);

/** What several figures share: accesses to the memories, and how they are told. */
function termsOf({ widths, timing }: EdgeSizes, model: EdgeModel) {
  const { kib } = model;
  const { vBits: bits } = widths;
  const neuron = model.access(kib.neuronBank, bits);
  const parameter = model.access(kib.parameterBank, WORD_BITS);
  const sram = `${model.scaled(5)} pJ per 32 bit at 8 KiB (${model.source}), capacity scaled by square root (assumed)`;
  return {
    neuron,
    parameter,
    /** An addition on V. */
    add: precise(model.scaled(0.1) * (bits / WORD_BITS)),
    /** An addition on addresses. */
    wordAdd: model.scaled(0.1),
    sram,
    neuronBank: `${kib.neuronBank} KiB bank per lane (${kib.neurons} KiB for V and I over ${timing.lanes} lanes): ${model.accessText(kib.neuronBank, bits)} = ${neuron} pJ per ${bits}-bit access`,
    parameterBank: `${kib.parameterBank} KiB bank per lane (${kib.parameters} KiB over ${timing.lanes} lanes): ${model.accessText(kib.parameterBank)} = ${parameter} pJ per 32-bit access`,
  };
}
type Terms = ReturnType<typeof termsOf>;

function synapseEnergy({ widths }: EdgeSizes, model: EdgeModel, terms: Terms) {
  const { neuron, add, sram, neuronBank } = terms;
  const { payloadBits, vBits } = widths;
  const weightBits = Math.max(...widths.weightBits);
  const synop = rounded(2 * neuron + add, 3);
  const factors = `${weightBits === 8 ? '' : ` * ${weightBits}/8`} * ${payloadBits}/8`;
  const product = rounded((model.scaled(0.2) * weightBits * payloadBits) / 64, 3);
  const weight = weightBits === 8 ? 'an 8-bit' : `a ${weightBits}-bit`;
  const { synapses } = model.kib;
  const bit = rounded((model.scaled(5) / WORD_BITS) * Math.sqrt(synapses / 8), 3);
  return {
    synop: assumed(
      synop,
      `read-modify-write of V: 2 * ${neuron} pJ + ${vBits}-bit add ${add} pJ (${model.source}); ${neuronBank}; ${sram}. Without the weight, see synapseBitRead`,
    ),
    mac: assumed(
      synop + product,
      `synop ${synop} pJ + multiplication of ${weight} weight by a ${payloadBits}-bit payload: ${model.scaled(0.2)} pJ for 8 x 8 bit (${model.source})${factors} (assumed) = ${product} pJ. Without the weight, see synapseBitRead`,
    ),
    synapseBitRead: assumed(
      bit,
      `one bit of the ${synapses} KiB synapse memory: ${model.scaled(5)} pJ / 32 bit * sqrt(${synapses}/8) = ${bit} pJ; ${sram}`,
    ),
  } satisfies Names<'synop' | 'mac' | 'synapseBitRead'>;
}

function neuronEnergy({ widths: { vBits } }: EdgeSizes, model: EdgeModel, terms: Terms) {
  const { neuron, parameter, add, sram, neuronBank, parameterBank } = terms;
  const banks = `${neuronBank}; ${parameterBank}; ${sram}`;
  const { source } = model;
  return {
    neuronUpdateActive: assumed(
      3 * neuron + 2 * parameter + 4 * add,
      `includes BIAS, CURRENT and FIRE: read V and I, write V: 3 * ${neuron} pJ; read bias and threshold: 2 * ${parameter} pJ; bias, current, comparison and reset: 4 additions * ${add} pJ (${source}); ${banks}`,
    ),
    neuronUpdateIdle: assumed(
      2 * neuron + 2 * parameter + 3 * add,
      `an active update without the write of V (${neuron} pJ) and the reset (${add} pJ), since BIAS and CURRENT visit every neuron: read V and I: 2 * ${neuron} pJ; read bias and threshold: 2 * ${parameter} pJ; 3 additions * ${add} pJ (${source}); ${banks}`,
    ),
    ...stateEnergy(vBits, model, terms),
  };
}

const OTHER_WORK = 'Of an instruction whose work no neuron update holds';

function stateEnergy(vBits: number, model: EdgeModel, terms: Terms) {
  const { neuron, parameter, add, sram, neuronBank, parameterBank } = terms;
  const bit = `${neuron} pJ / ${vBits} bit; ${neuronBank}; ${sram}. ${OTHER_WORK}`;
  const multiplication = model.scaled(3.1);
  return {
    stateBitRead: assumed(neuron / vBits, `one bit of V, I or a further plane: ${bit}`),
    stateBitWritten: assumed(neuron / vBits, `as stateBitRead: ${bit}`),
    parameterBitRead: assumed(
      parameter / WORD_BITS,
      `one bit of a parameter: ${parameter} pJ / 32 bit; ${parameterBank}; ${sram}. ${OTHER_WORK}`,
    ),
    vectorAdd: assumed(
      add,
      `${vBits}-bit add ${add} pJ (${model.source}); comparisons and narrower additions are taken as equal`,
    ),
    multiplierBit: assumed(
      multiplication / WORD_BITS,
      `32-bit multiplication ${multiplication} pJ (${model.source}) / 32 bit: taken as linear in the bits of one operand (assumed)`,
    ),
  } satisfies Names<'stateBitRead' | 'stateBitWritten' | 'parameterBitRead' | 'vectorAdd' | 'multiplierBit'>;
}

function deliveryEnergy({ widths: { payloadBits }, limits }: EdgeSizes, model: EdgeModel, terms: Terms) {
  const { wordAdd, sram } = terms;
  const { sinks, scheduler } = model.kib;
  const row = model.access(sinks, SINK_ROW_BITS);
  const counter = rounded(4 * (payloadBits / WORD_BITS) * model.scaled(5) * Math.sqrt(scheduler / 8));
  const axons = limits.axons.toLocaleString('en-US');
  return assumed(
    row + counter + 4 * wordAdd,
    `sink table: 128-bit row of ${sinks} KiB: 4 * ${model.accessText(sinks)} = ${row} pJ; ${payloadBits}-bit axon counter of the ${scheduler} KiB scheduler (${axons} axons * ${limits.delaySlots} slots), read and written on arrival and again when it is integrated: 4 * ${payloadBits}/32 * ${model.accessText(scheduler)} = ${counter} pJ; 4 additions * ${wordAdd} pJ (${model.source}); ${sram}. Sink lists and deliveries to the host are counted as the same`,
  );
}

function routerEnergy({ coresPerTile, timing: { bufferFlits } }: EdgeSizes, model: EdgeModel, terms: Terms) {
  const { routes } = model.kib;
  const buffer = precise((bufferFlits * FLIT_BITS) / 8 / 1024);
  const flit = 2 * model.scaled(5) * Math.sqrt(buffer / 8);
  const flitText = `64-bit flit in a ${(bufferFlits * FLIT_BITS) / 8}-byte buffer: 2 * ${model.accessText(buffer)} = ${rounded(flit)} pJ per access`;
  const route = model.access(routes, WORD_BITS);
  // Four sides and the cores; a crossbar of five ports is 0.2 mm long at 45 nm.
  const length = precise((0.2 * (4 + coresPerTile) * model.node) / (5 * 45));
  const crossbar = rounded(FLIT_BITS * length * WIRE);
  return assumed(
    rounded(2 * flit) + route + crossbar,
    `input buffer, written and read once: ${rounded(2 * flit)} pJ (${flitText}); routing table: 32-bit entry of ${routes} KiB: ${model.accessText(routes)} = ${route} pJ; crossbar: 64 bit * ${length} mm * 0.1 pJ = ${crossbar} pJ (length and wire energy assumed); ${terms.sram}`,
  );
}

function barrierEnergy(sizes: EdgeSizes, model: EdgeModel) {
  const { chips } = sizes;
  const links = tileCount(sizes) - 1;
  const tree = `one bit over the ${links} links of a spanning tree of the tiles, in and out:`;
  const waiting = 'the cores wait in idleCoreCycle';
  if (chips === undefined)
    return assumed(
      2 * links * model.pitch * WIRE,
      `${tree} ${2 * links} * ${model.pitch} mm * 0.1 pJ (wire energy and pitch assumed); ${waiting}`,
    );
  const borders = chips.width * chips.height - 1;
  const within = links - borders;
  return assumed(
    2 * (within * model.pitch * WIRE + borders * OFF_CHIP),
    `${tree} ${within} within chips, 2 * ${within} * ${model.pitch} mm * 0.1 pJ (wire energy and pitch assumed), and ${borders} over chip borders, 2 * ${borders} * 2 pJ (assumed); ${waiting}`,
  );
}

function networkEnergy(sizes: EdgeSizes, model: EdgeModel, terms: Terms) {
  const length = model.pitch === 1 ? '' : ` * ${model.pitch}`;
  const hop = rounded(FLIT_BITS * WIRE * model.pitch, 3);
  const link = `64-bit flit, 0.1 pJ per bit and mm (assumed), ${model.pitchText}: 64 * 0.1${length} = ${hop} pJ.`;
  return {
    spike: includedIn('neuronUpdateActive (comparison and reset) and in packet'),
    packet: includedIn('routerTraversal: a packet is injected into an input buffer of its first router'),
    delivery: deliveryEnergy(sizes, model, terms),
    linkHopEastWest: assumed(hop, `${link} Loihi publishes 3.0 pJ for its 14 nm process`),
    linkHopNorthSouth: assumed(hop, `${link} Loihi publishes 4.0 pJ for its 14 nm process`),
    ...(sizes.chips && {
      linkHopBetweenChips: assumed(
        FLIT_BITS * OFF_CHIP,
        '64-bit flit over a short link off the chip, 2 pJ per bit (assumed), as hostPacket',
      ),
    }),
    withinTile: includedIn('routerTraversal and delivery'),
    routerTraversal: routerEnergy(sizes, model, terms),
    barrier: barrierEnergy(sizes, model),
  };
}

function cycleEnergy(model: EdgeModel) {
  const { leakage, leakageText, clockHz, clockText, scale } = model;
  const perCycle = (milliwatts: number): number => (milliwatts * 1e9) / clockHz;
  const busy = precise((1.5 * clockHz * scale) / 200e6);
  const process = scale === 1 ? '' : ` * ${scale}`;
  const busyText = busy === 1.5 ? '1.5 mW' : `1.5 mW * ${precise(clockHz / 1e6)}/200 MHz${process} = ${busy} mW`;
  return {
    activeCoreCycle: assumed(
      perCycle(leakage + busy),
      `${precise(leakage + busy)} mW per working core at ${clockText}: ${leakage} mW leakage as in idleCoreCycle, ${busyText} for clock tree, sequencer and instruction fetch (all assumed)`,
    ),
    idleCoreCycle: assumed(
      perCycle(leakage),
      `${leakageText} leakage per core (assumed: about 0.5 MiB of SRAM in a low-power process) at ${clockText}; the clock is gated`,
    ),
  };
}

export function edgeEnergy(sizes: EdgeSizes, model: EdgeModel): Energies {
  const terms = termsOf(sizes, model);
  const { neuron, parameter, neuronBank, parameterBank, sram } = terms;
  return {
    ...synapseEnergy(sizes, model, terms),
    ...neuronEnergy(sizes, model, terms),
    ...networkEnergy(sizes, model, terms),
    reset: assumed(
      parameter + 2 * neuron,
      `read the initial potential: ${parameter} pJ; write V and I: 2 * ${neuron} pJ; ${neuronBank}; ${parameterBank}; ${sram}`,
    ),
    hostPacket: assumed(
      FLIT_BITS * OFF_CHIP,
      '64-bit flit over a short serial link off the chip, 2 pJ per bit (assumed)',
    ),
    ...cycleEnergy(model),
  };
}
