/** The layout of chip.bin as tables: signature, version, sections and records. spec/image-format.md prints them. */
import { defineRecord, type RecordType } from '../fields.ts';
import type { AxonGroup, Placement, Route } from '../chip.ts';

/**
 * The first eight bytes. A byte with the high bit set, CR LF, ^Z and LF show what transfers as text do to a file, as
 * PNG's signature does.
 */
export const SIGNATURE: Uint8Array = Uint8Array.of(0x89, 0x53, 0x4e, 0x4e, 0x0d, 0x0a, 0x1a, 0x0a);

/** The format version that is written. Older minor versions are read too; they mean the same. */
export const FORMAT_VERSION = { major: 1, minor: 2 } as const;

/** Sections start at multiples of this many bytes; the bytes between them are zero. */
export const SECTION_ALIGNMENT = 8;
/** Value of the table's field `core` for sections of the chip as a whole. */
export const NO_CORE = 0xffff_ffff;
/** JSON sections are refused above this length, before they are parsed. */
export const MAX_JSON_BYTES = 2 ** 20;
/** Lengths and offsets are 32 bit. */
export const MAX_FILE_BYTES = 0xffff_ffff;

export const HEADER = defineRecord('header', [
  { name: 'major', type: 'u16', meaning: 'format version; another one is refused' },
  { name: 'minor', type: 'u16', meaning: 'format version; a newer one is refused' },
  { name: 'sectionCount', type: 'u32', meaning: 'entries of the section table' },
  { name: 'fileLength', type: 'u32', meaning: 'bytes of the whole file' },
  { name: 'tableCrc', type: 'u32', meaning: 'CRC-32 of the section table' },
  { name: 'headerCrc', type: 'u32', meaning: 'CRC-32 of all bytes before this field, the signature included' },
]);
/** Bytes before the section table. */
export const HEADER_BYTES = SIGNATURE.length + HEADER.size;
/** Bytes that the header's own checksum covers. */
export const HEADER_CRC_AT = HEADER_BYTES - 4;

export const SECTION_ENTRY = defineRecord('section table entry', [
  { name: 'kind', type: 'u16', meaning: 'see the table of sections' },
  { name: 'flags', type: 'u16', meaning: 'zero' },
  { name: 'core', type: 'u32', meaning: 'core index, or 0xffffffff for the chip as a whole' },
  { name: 'offset', type: 'u32', meaning: 'first byte, from the start of the file' },
  { name: 'length', type: 'u32', meaning: 'bytes, without padding' },
  { name: 'crc', type: 'u32', meaning: 'CRC-32 of the section' },
]);

export const CHIP_RECORD = defineRecord('chip', [
  { name: 'ticks', type: 'u32', meaning: 'ticks of one inference; 0 = without end' },
  { name: 'window', type: 'u32', meaning: "T: ticks of every layer's window; 0 without end" },
  { name: 'cores', type: 'u32', meaning: 'used cores = number of core sections' },
]);

export const CORE_RECORD = defineRecord('core', [
  { name: 'neuronCount', type: 'u32', meaning: 'neurons in use' },
  { name: 'axonCount', type: 'u32', meaning: 'axons in use' },
  { name: 'delaySlots', type: 'u32', meaning: 'slots of the axon scheduler; every delay is below it' },
  { name: 'tickHandler', type: 'u32', meaning: 'program word address' },
  { name: 'resetHandler', type: 'u32', meaning: 'program word address' },
]);

export const GROUP_RECORD: RecordType<AxonGroup> = defineRecord('axon group', [
  { name: 'firstAxon', type: 'u32', meaning: 'first axon of the group' },
  { name: 'axonCount', type: 'u32', meaning: 'number of axons' },
  { name: 'handler', type: 'u32', meaning: 'program word address' },
  { name: 'payloadMin', type: 'i32', meaning: 'lowest payload that one axon can hold in one tick' },
  { name: 'payloadMax', type: 'i32', meaning: 'highest payload that one axon can hold in one tick' },
]);

/** Every sink row starts with this; `kind` says which record follows. */
export const SINK_RECORD = defineRecord('sink row', [
  { name: 'kind', type: 'u16', meaning: '1 = an affine sink follows, 2 = a list sink follows' },
  { name: 'delay', type: 'u16', meaning: 'ticks from sending to hearing' },
  { name: 'tree', type: 'u32', meaning: 'tree of the packets' },
  { name: 'group', type: 'u32', meaning: "index into the core's axon groups" },
  { name: 'sourceCount', type: 'u32', meaning: 'source indices of the tree' },
]);
export const SINK_KINDS = { affine: 1, list: 2 } as const;

export const AFFINE_RECORD = defineRecord('affine sink', [
  { name: 'sourceWidth', type: 'u32', meaning: 'columns of the source box' },
  { name: 'sourceChannels', type: 'u32', meaning: 'channels of the source box' },
  { name: 'offsetY', type: 'i32', meaning: 'added to the row' },
  { name: 'offsetX', type: 'i32', meaning: 'added to the column' },
  { name: 'offsetC', type: 'i32', meaning: 'added to the channel' },
  { name: 'divisorY', type: 'u32', meaning: 'rows that share an axon' },
  { name: 'divisorX', type: 'u32', meaning: 'columns that share an axon' },
  { name: 'sizeY', type: 'u32', meaning: 'axon rows' },
  { name: 'sizeX', type: 'u32', meaning: 'axon columns' },
  { name: 'sizeC', type: 'u32', meaning: 'axon channels' },
  { name: 'base', type: 'u32', meaning: "first axon, relative to the group's first" },
]);

export const LIST_RECORD = defineRecord('list sink', [
  { name: 'list', type: 'u32', meaning: 'word address in the sink lists' },
]);

export const PLANE_RECORD = defineRecord('plane', [
  { name: 'plane', type: 'u16', meaning: '0 = V, 1 = I, 2..7 = P2..P7' },
  { name: 'policy', type: 'u16', meaning: '0 = prove, 1 = wrap, 2 = saturate: what is stored of a result' },
  { name: 'bits', type: 'u32', meaning: 'width; 0 = the neurons do not have the plane' },
  { name: 'first', type: 'u32', meaning: 'first neuron' },
  { name: 'count', type: 'u32', meaning: 'number of neurons' },
  {
    name: 'min',
    type: 'i32',
    meaning: 'claimed to be the lowest value between ticks; 0 with max = 0: nothing is claimed',
  },
  { name: 'max', type: 'i32', meaning: 'claimed to be the highest value between ticks' },
]);

export const EVENT_MODE_RECORD = defineRecord('event mode', [
  {
    name: 'touchHandler',
    type: 'u32',
    meaning: 'program word address of what every event executes behind its synapses',
  },
]);

export const ROUTE_RECORD: RecordType<Route> = defineRecord('route', [
  { name: 'tree', type: 'u32', meaning: 'tree of the packets' },
  { name: 'router', type: 'u16', meaning: 'tile of the router: y * width + x' },
  {
    name: 'ports',
    type: 'u16',
    meaning: 'mask of output ports: bit 0 north, 1 east, 2 south, 3 west, 4 + k local core k, 15 host',
  },
]);

const BOX_FIELDS = [
  { name: 'c0', type: 'u32', meaning: 'first channel of the box' },
  { name: 'y0', type: 'u32', meaning: 'first row' },
  { name: 'x0', type: 'u32', meaning: 'first column' },
  { name: 'channels', type: 'u32', meaning: 'channels of the box' },
  { name: 'height', type: 'u32', meaning: 'rows' },
  { name: 'width', type: 'u32', meaning: 'columns' },
] as const;

export const TREE_BOX_RECORD = defineRecord('tree box', [
  { name: 'tree', type: 'u32', meaning: 'tree that carries the box' },
  ...BOX_FIELDS,
]);

export const PLACEMENT_RECORD: RecordType<Omit<Placement, 'box'> & Placement['box']> = defineRecord('placement', [
  { name: 'layer', type: 'u32', meaning: 'index into the layers' },
  { name: 'core', type: 'u32', meaning: 'core index' },
  { name: 'firstNeuron', type: 'u32', meaning: 'neuron of the first element; the box follows channel-last' },
  ...BOX_FIELDS,
]);

export const SELF_TEST_RECORD = defineRecord('self-test', [
  { name: 'samples', type: 'u32', meaning: 'number of sample records that follow' },
]);

export const SAMPLE_RECORD = defineRecord('self-test sample', [
  { name: 'label', type: 'i32', meaning: 'class, -1 = unknown' },
  { name: 'spikes', type: 'u64', meaning: 'spikes of all layers, below 2^53' },
  { name: 'spikeDigest', type: 'sha256', meaning: 'SHA-256 of the spikes, see below' },
  { name: 'inputLength', type: 'u32', meaning: 'i16 payloads that follow, NCHW, zero-padded to a multiple of 4 bytes' },
  { name: 'readoutLength', type: 'u32', meaning: 'i32 accumulators that follow the payloads, NCHW' },
]);

export interface SectionRow {
  /** Never reused. */
  readonly kind: number;
  readonly scope: 'chip' | 'core';
  readonly content: string;
  readonly optional?: true;
  readonly meaning: string;
}

/**
 * The sections in the order in which they stand in the file; those of scope `core` are repeated as a block for each used
 * core, ascending by core index. Sections that are not optional are present even where they are empty.
 */
export const SECTIONS = {
  target: { kind: 1, scope: 'chip', content: 'JSON', meaning: 'the whole target: spec/target.schema.json' },
  chip: { kind: 2, scope: 'chip', content: 'record chip', meaning: 'facts of the chip as a whole' },
  core: { kind: 16, scope: 'core', content: 'record core', meaning: 'sizes and handlers of a core' },
  program: { kind: 17, scope: 'core', content: 'u32 words', meaning: 'instructions: spec/isa.md' },
  parameters: { kind: 18, scope: 'core', content: 'i32 words', meaning: 'thresholds, biases, initial potentials' },
  synapses: { kind: 19, scope: 'core', content: 'bytes', meaning: 'packed weights and sparse lists' },
  groups: { kind: 20, scope: 'core', content: 'records axon group', meaning: 'handlers of the axons' },
  sinks: { kind: 21, scope: 'core', content: 'sink rows', meaning: 'which axon a packet means' },
  sinkLists: { kind: 22, scope: 'core', content: 'u32 words', meaning: 'axon lists; 0xffffffff = dropped' },
  planes: {
    kind: 23,
    scope: 'core',
    content: 'records plane',
    optional: true,
    meaning: 'state of the neurons where it is not as usual; absent where it is, and before version 1.2',
  },
  eventMode: {
    kind: 24,
    scope: 'core',
    content: 'record event mode',
    optional: true,
    meaning: 'the core takes event by event; absent where it does not, and before version 1.2',
  },
  routes: { kind: 32, scope: 'chip', content: 'records route', meaning: 'routing tables, by tree, then router' },
  input: { kind: 33, scope: 'chip', content: 'JSON', meaning: 'shape and preprocessing of the input' },
  inputParts: {
    kind: 34,
    scope: 'chip',
    content: 'records tree box',
    meaning: 'which tree carries which part of the input',
  },
  output: { kind: 35, scope: 'chip', content: 'JSON', meaning: 'shape, scale and labels of the read-out' },
  outputParts: {
    kind: 36,
    scope: 'chip',
    content: 'records tree box',
    meaning: 'which tree carries which part of the read-out',
  },
  layers: { kind: 37, scope: 'chip', content: 'JSON', meaning: 'layers of the logical map' },
  placements: { kind: 38, scope: 'chip', content: 'records placement', meaning: 'where each part of each layer lives' },
  provenance: { kind: 39, scope: 'chip', content: 'JSON', meaning: 'where the file comes from' },
  selfTest: {
    kind: 48,
    scope: 'chip',
    content: 'self-test',
    optional: true,
    meaning: 'samples with the answers of the reference interpreter',
  },
  graph: {
    kind: 49,
    scope: 'chip',
    content: 'bytes',
    optional: true,
    meaning: 'networks to compare with; opaque to the chip',
  },
} as const satisfies Record<string, SectionRow>;

export type SectionName = keyof typeof SECTIONS;

export const SECTION_NAMES: ReadonlyMap<number, SectionName> = new Map(
  (Object.keys(SECTIONS) as SectionName[]).map((name) => [SECTIONS[name].kind, name]),
);

/** Rounds a length up to a multiple of a power of two. */
export const alignUp = (length: number, alignment: number): number => Math.ceil(length / alignment) * alignment;
