/**
 * The model behind the figures of `edge`: what an access to a memory, an addition and a millimetre of wire cost and take,
 * as functions of sizes. edge.ts puts the figures together; spec/targets.md says the same for readers.
 *
 * Memories: Horowitz's 32-bit read of an 8 KiB SRAM costs 5 pJ; other capacities are scaled by the square root of the
 * capacity (bit and word lines grow with the edge of the array), a write costs what a read costs, and the energy is
 * proportional to the bits. Wires: 0.1 pJ per bit and mm. These three are assumptions. Access times, areas and the
 * exponent of the process are fitted to runs of CACTI 7 (itrs-lstp, 350 K, one port, 32-bit words, 2 to 256 KiB).
 */
import type { Target } from '../target.ts';

/** What a user may choose of a chip like `edge`. */
export interface EdgeSizes extends Pick<Target, 'process' | 'mesh' | 'coresPerTile' | 'limits' | 'widths'> {
  readonly chips?: Pick<NonNullable<Target['chips']>, 'width' | 'height'> | undefined;
  readonly timing: Pick<Target['timing'], 'clockHz' | 'lanes' | 'updateLanes' | 'bufferFlits'>;
}

/** The process that the constants hold for, in nm. */
const NODE = 45;
/** Processes in nm that CACTI 7 was run for; beyond, nothing supports the formula. */
export const NODES = { least: 22, most: NODE } as const;

export const FLIT_BITS = 64;
export const WORD_BITS = 32;
export const SINK_ROW_BITS = 128;
const KIBIBYTE_BITS = 8 * 1024;
/** Memories of a core and of a router of edge, in KiB: what its leakage and its tile pitch are stated for. */
const EDGE_CORE_KIB = 672;
const EDGE_ROUTER_KIB = 16;

/** A number as sources show it: to `decimals` places, and to as many digits where it is less than ten of the last place. */
export const rounded = (value: number, decimals = 2): number =>
  Number(value < 10 ** (1 - decimals) ? value.toPrecision(decimals) : value.toFixed(decimals));

/** To four digits. */
export const precise = (value: number): number => Number(value.toPrecision(4));

/** Nanometres that the name of a process begins with; undefined where it begins with none. */
export function nodeOf(process: string): number | undefined {
  const found = /^(\d{1,4}(?:\.\d{1,3})?) ?nm\b/.exec(process);
  return found === null ? undefined : Number(found[1]);
}

/** Capacities of the memories in KiB. Banks hold whole words, one for each lane. */
function memoriesOf({ limits, widths: { vBits, payloadBits }, timing: { lanes } }: EdgeSizes) {
  const kib = (bits: number): number => precise(bits / KIBIBYTE_BITS);
  const stateBits = limits.stateBits ?? 2 * vBits * limits.neurons;
  return {
    neurons: kib(stateBits),
    neuronBank: kib(Math.ceil(stateBits / vBits / lanes) * vBits),
    parameters: kib(limits.parameters * WORD_BITS),
    parameterBank: kib(Math.ceil(limits.parameters / lanes) * WORD_BITS),
    synapses: kib(limits.synapseBits),
    program: kib(limits.programWords * WORD_BITS),
    scheduler: kib(limits.axons * limits.delaySlots * payloadBits),
    sinks: kib(limits.sinkRows * SINK_ROW_BITS),
    sinkLists: kib(limits.sinkListWords * WORD_BITS),
    routes: kib(limits.routeEntries * WORD_BITS),
  };
}

export class EdgeModel {
  /** Capacities in KiB: of whole memories, and of a bank. */
  readonly kib: ReturnType<typeof memoriesOf>;
  /** Memories of a core in KiB. */
  readonly coreKib: number;
  /** Memories of a tile with its router in KiB. */
  readonly tileKib: number;
  readonly clockHz: number;
  /** Process in nm. */
  readonly node: number;
  /** Factor on the energies of memories and logic at 45 nm. */
  readonly scale: number;

  constructor(sizes: EdgeSizes) {
    const kib = memoriesOf(sizes);
    this.kib = kib;
    this.coreKib = precise(
      kib.neurons + kib.parameters + kib.synapses + kib.program + kib.scheduler + kib.sinks + kib.sinkLists,
    );
    this.tileKib = precise(this.coreKib * sizes.coresPerTile + kib.routes);
    this.clockHz = sizes.timing.clockHz.value;
    this.node = nodeOf(sizes.process) ?? NODE;
    this.scale = precise((this.node / NODE) ** 2);
  }

  /** Where the constants come from, and how they were brought to the process. */
  get source(): string {
    const horowitz = 'Horowitz, ISSCC 2014, 45 nm, 0.9 V';
    return this.node === NODE
      ? horowitz
      : `${horowitz}; * (${this.node}/${NODE})^2 = ${this.scale}: fitted to memories of CACTI 7 from ${NODES.least} to ${NODES.most} nm, assumed of logic`;
  }

  /** An energy of 45 nm in picojoules, brought to the process. */
  scaled(picojoules: number): number {
    return precise(picojoules * this.scale);
  }

  /** An access in picojoules. @param kib capacity of the bank; @param bits of the access */
  access(kib: number, bits: number): number {
    return rounded(this.scaled(5) * Math.sqrt(kib / 8) * (bits / WORD_BITS));
  }

  /** The arithmetic of {@link access} without its result: `5 * sqrt(2/8)`. */
  accessText(kib: number, bits = WORD_BITS): string {
    const width = bits === WORD_BITS ? '' : ` * ${bits}/${WORD_BITS}`;
    return `${this.scaled(5)} * sqrt(${kib}/8)${width}`;
  }

  /** Cycles of an access to a bank of `kib` KiB: 1.29 ns at 8 KiB and 45 nm, by the fourth root of the capacity (within 14 %). */
  accessCycles(kib: number): number {
    return Math.max(1, Math.ceil(precise(this.#accessNanoseconds(kib) * this.clockHz * 1e-9)));
  }

  /** Why an access takes more than a cycle; nothing where it does not. */
  accessCyclesText(kib: number): string {
    const cycles = this.accessCycles(kib);
    if (cycles === 1) return '';
    const process = this.node === NODE ? '' : ` * (${this.node}/${NODE})^0.75`;
    return `; an access to ${kib} KiB takes 1.29 ns * (${kib}/8)^0.25${process} = ${rounded(this.#accessNanoseconds(kib))} ns (CACTI 7), ${cycles} cycles at ${this.clockText}`;
  }

  #accessNanoseconds(kib: number): number {
    return 1.29 * (kib / 8) ** 0.25 * (this.node / NODE) ** 0.75;
  }

  get clockText(): string {
    return `${precise(this.clockHz / 1e6)} MHz`;
  }

  /** Distance of neighbouring tiles in mm: 1 at edge's sizes, by the root of the memories of a tile. */
  get pitch(): number {
    return precise(Math.sqrt(this.tileKib / (EDGE_CORE_KIB + EDGE_ROUTER_KIB)) * (this.node / NODE));
  }

  get pitchText(): string {
    if (this.pitch === 1) return 'tile pitch 1 mm (assumed)';
    const process = this.node === NODE ? '' : ` * ${this.node}/${NODE}`;
    return `tile pitch 1 mm * sqrt(${this.tileKib}/${EDGE_CORE_KIB + EDGE_ROUTER_KIB} KiB of memory)${process} = ${this.pitch} mm (assumed)`;
  }

  /** Leakage of a core in mW: 0.5 at edge's sizes, by its memories. */
  get leakage(): number {
    return precise((0.5 * this.coreKib) / EDGE_CORE_KIB);
  }

  get leakageText(): string {
    return this.coreKib === EDGE_CORE_KIB
      ? '0.5 mW'
      : `0.5 mW * ${this.coreKib}/${EDGE_CORE_KIB} KiB of memory = ${this.leakage} mW`;
  }

  /** Area of the memories of a tile in mm². CACTI 7 at 45 nm: 0.0033 mm² per KiB (within 6 %), by the square of the process. */
  get tileAreaText(): string {
    const area = rounded(0.0033 * this.tileKib * this.scale, 3);
    const process = this.node === NODE ? '' : ` * (${this.node}/${NODE})^2`;
    return `memories of a tile: ${this.tileKib} KiB * 0.0033 mm2 per KiB (CACTI 7)${process} = ${area} mm2; ${this.pitchText}`;
  }
}
