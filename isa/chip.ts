/**
 * The decoded form of chip.bin. Everything the chip holds is here and nothing else; container.ts turns it into bytes
 * and back, verify.ts decides whether it is consistent.
 *
 * Order of elements: a box of a layer [channels, height, width] is stored channel-last, that is element
 * (y*width + x)*channels + c, with y, x and c relative to the box. Layers are indexed NCHW to the outside.
 */
import type { Finishing } from './outputs.ts';
import type { Target } from './target.ts';

export { PORT } from './topology/ports.ts';

/** [channels, height, width]; one-dimensional layers are [n, 1, 1]. */
export type Shape = readonly [channels: number, height: number, width: number];

/** A rectangular part of a layer. */
export interface Box {
  readonly c0: number;
  readonly y0: number;
  readonly x0: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** What a chip file says, decoded (spec/image-format.md). */
export interface Chip {
  readonly target: Target;
  /** Ticks of one inference; 0: without end (endless.ts). */
  readonly ticks: number;
  /** T: the length of every layer's window in ticks; 0 where there is no end, since then there are no windows of layers. */
  readonly window: number;
  /** Used cores, ascending by index. */
  readonly cores: readonly CoreImage[];
  /** Routing tables, ascending by tree, then router. */
  readonly routes: readonly Route[];
  readonly input: InputMap;
  readonly output: OutputMap;
  readonly layers: readonly LayerInfo[];
  /** The logical map: where each part of each layer lives. */
  readonly placements: readonly Placement[];
  readonly provenance: Provenance;
  readonly selfTest?: SelfTest;
  /** The quantised graph and the float network, for `diff` and the float baseline; opaque here. */
  readonly graph?: Uint8Array;
}

/** The memories of one core. Core index = tile * coresPerTile + core within the tile; tile = y * mesh width + x. */
export interface CoreImage {
  readonly core: number;
  readonly neuronCount: number;
  readonly axonCount: number;
  /** Slots of the axon scheduler; every delay of a sink row is below it. */
  readonly delaySlots: number;
  /** Program word addresses of the handlers. */
  readonly tickHandler: number;
  readonly resetHandler: number;
  readonly program: Uint32Array;
  readonly parameters: Int32Array;
  readonly synapses: Uint8Array;
  readonly groups: readonly AxonGroup[];
  readonly sinks: readonly SinkRow[];
  /** Lists of axons (relative to the group) for irregular sinks; NO_AXON = dropped. */
  readonly sinkLists: Uint32Array;
  /** How planes are held where it is not as usual, ascending by plane, then neuron; absent where there is none such. */
  readonly planes?: readonly PlaneRow[];
  /**
   * Of a core in event mode: program word address of the handler that every event executes, behind its synapses, on the
   * neurons that these reach. Absent where events of a tick are one sum.
   */
  readonly touchHandler?: number;
}

/**
 * What is stored of a result r, by number. `prove`: r, and the loader has proven that it fits. `wrap`: r mod 2^bits as two's
 * complement. `saturate`: the nearest number that fits; only tick instructions may write it, since with it the order of
 * additions matters.
 */
export const POLICIES = ['prove', 'wrap', 'saturate'] as const;
export type Policy = (typeof POLICIES)[number];

/** Neurons first .. first + count − 1 of a core hold this plane. */
export interface PlaneRow {
  readonly plane: number;
  readonly policy: Policy;
  /** 0: the neurons do not have it. */
  readonly bits: number;
  readonly first: number;
  readonly count: number;
  /** The range that it is claimed to keep between ticks; both 0: nothing is claimed. */
  readonly min: number;
  readonly max: number;
}

/** Entry of a sink list whose packets are dropped. */
export const NO_AXON = 0xffff_ffff;
/** Tree of a FIRE whose spikes nobody hears: the neurons fire and are counted, and no packet is sent. */
export const NO_TREE = 0xffff_ffff;

/** Consecutive axons that share one event handler. */
export interface AxonGroup {
  readonly firstAxon: number;
  readonly axonCount: number;
  /** Program word address of the handler. */
  readonly handler: number;
  /** Proven range of the payload that one axon can hold in one tick. */
  readonly payloadMin: number;
  readonly payloadMax: number;
}

/**
 * Which axon of this core a packet of a tree means. The source index i is taken apart as y = i / (sourceWidth *
 * sourceChannels), x = i / sourceChannels mod sourceWidth, c = i mod sourceChannels. Of rows and columns the axon
 * coordinate is floor((v + offset) / divisor), of channels v + offset; the packet is dropped unless 0 <= coordinate < size
 * in all three. The axon is firstAxon + base + (ay*sizeX + ax)*sizeC + ac. It is heard `delay` ticks after the packet was
 * sent. A core may have several rows for one tree; each of them acts.
 */
export interface AffineSink {
  readonly kind: 'affine';
  readonly tree: number;
  /** Index into the core's groups. */
  readonly group: number;
  readonly delay: number;
  readonly sourceCount: number;
  readonly sourceWidth: number;
  readonly sourceChannels: number;
  readonly offsetY: number;
  readonly offsetX: number;
  readonly offsetC: number;
  readonly divisorY: number;
  readonly divisorX: number;
  readonly sizeY: number;
  readonly sizeX: number;
  readonly sizeC: number;
  readonly base: number;
}

/** axon = firstAxon + sinkLists[list + i], dropped where that is NO_AXON. */
export interface ListSink {
  readonly kind: 'list';
  readonly tree: number;
  readonly group: number;
  readonly delay: number;
  readonly sourceCount: number;
  readonly list: number;
}

export type SinkRow = AffineSink | ListSink;

/** One routing table entry: packets of the tree leave the router (= tile) through the ports of the mask. */
export interface Route {
  readonly tree: number;
  readonly router: number;
  readonly ports: number;
}

/** How byte or float images become events. */
export interface InputMap {
  /** Of what comes in one tick. */
  readonly shape: Shape;
  /** Ticks from tick 0 on in which input comes, at least 2; absent: tick 0 alone, or any tick where a chip has no end. */
  readonly ticks?: number | undefined;
  /** Where steps last several ticks, as many, at least 2: input comes, and spikes are sent, in every so many-th tick alone. `ticks` then counts steps. */
  readonly stepTicks?: number | undefined;
  /** Byte images: x' = (x / scale - mean[c]) / std[c]; float data are x' already. */
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Payload q = round half up (x' / step), limited to [payloadMin, payloadMax]; q = 0 sends nothing. */
  readonly step: number;
  /** The step of each channel where they have steps of their own; absent: `step` is that of all. */
  readonly channelSteps?: readonly number[] | undefined;
  readonly payloadMin: number;
  readonly payloadMax: number;
  /** Which tree carries which part of the input; the boxes do not overlap. What no box covers is not sent. */
  readonly parts: readonly TreeBox[];
}

export interface TreeBox {
  readonly tree: number;
  readonly box: Box;
}

export interface OutputMap {
  readonly shape: Shape;
  /** Real value of one unit of an accumulator divided by the window: logit = V * step / T. */
  readonly step: number;
  readonly parts: readonly TreeBox[];
  /** Names of the classes: one for each element, two where there is one element alone, or none. */
  readonly labels: readonly string[];
  /** What the network does to its scores at its end, which the chip leaves to whoever reads them; in this order. */
  readonly after?: readonly Finishing[] | undefined;
}

export interface LayerInfo {
  readonly name: string;
  readonly shape: Shape;
  /** First tick in which the layer is updated. */
  readonly depth: number;
  /** Whether it sends spikes (false: an accumulator that is read out). */
  readonly fires: boolean;
}

/** A box of a layer lies in consecutive neurons of a core. */
export interface Placement {
  readonly layer: number;
  readonly core: number;
  readonly firstNeuron: number;
  readonly box: Box;
}

/** Where the file comes from. JSON values only. */
export interface Provenance {
  readonly tool: string;
  readonly network: string;
  /** SHA-256 of the source file. */
  readonly sourceSha256: string;
  readonly options: Readonly<Record<string, string | number | boolean | null>>;
  /** Multiply-accumulate operations of the conventional network per inference. */
  readonly annMacs: number;
  /** Weights and biases of the conventional network. Absent, as the next, in files of version 0.1.0. */
  readonly annWeights?: number | undefined;
  /** Activations that the conventional network writes plus those it reads, layer by layer, per inference. */
  readonly annActivations?: number | undefined;
}

/** A sample with the answers of the reference interpreter. */
export interface SelfTestSample {
  /** Payload of every input element, NCHW, tick after tick. */
  readonly input: Int16Array;
  /** Class of the sample; -1 = unknown. */
  readonly label: number;
  /** Accumulators, NCHW. */
  readonly readout: Int32Array;
  /** Spikes of all layers. */
  readonly spikes: number;
  /** SHA-256 of the spikes, as in the run record, for this sample alone. */
  readonly spikeDigest: string;
}

export interface SelfTest {
  readonly samples: readonly SelfTestSample[];
}
