/** A chip as the bytes of chip.bin. */
import { platform } from '#platform';
import {
  type Chip,
  type CoreImage,
  type Placement,
  type SelfTest,
  type SinkRow,
  type TreeBox,
  type PlaneRow,
  POLICIES,
} from '../chip.ts';
import { concatenate } from '../concatenate.ts';
import type { RecordType } from '../fields.ts';
import { planeRows } from '../planes.ts';
import { targetSchema } from '../target.ts';
import { bytesOf } from './bulk.ts';
import { encodeJson, inputSchema, layersSchema, outputSchema, provenanceSchema } from './json.ts';
import {
  AFFINE_RECORD,
  CHIP_RECORD,
  CORE_RECORD,
  EVENT_MODE_RECORD,
  FORMAT_VERSION,
  GROUP_RECORD,
  HEADER,
  HEADER_BYTES,
  HEADER_CRC_AT,
  LIST_RECORD,
  MAX_FILE_BYTES,
  NO_CORE,
  PLACEMENT_RECORD,
  PLANE_RECORD,
  ROUTE_RECORD,
  SAMPLE_RECORD,
  SECTIONS,
  SECTION_ALIGNMENT,
  SECTION_ENTRY,
  SELF_TEST_RECORD,
  SIGNATURE,
  SINK_KINDS,
  SINK_RECORD,
  TREE_BOX_RECORD,
  alignUp,
  type SectionName,
} from './layout.ts';

interface Part {
  readonly name: SectionName;
  readonly core: number;
  readonly bytes: Uint8Array;
}

/**
 * The bytes of chip.bin: the same chip gives the same bytes everywhere. Whether the chip is consistent is not asked
 * here, only whether its values fit the format.
 *
 * @throws RangeError where a value does not fit its field, or the file would exceed 4 GiB
 */
export function encodeChip(chip: Chip): Uint8Array {
  const parts = sectionParts(chip);
  const tableBytes = parts.length * SECTION_ENTRY.size;
  const offsets: number[] = [];
  let end = HEADER_BYTES + tableBytes;
  for (const part of parts) {
    offsets.push(alignUp(end, SECTION_ALIGNMENT));
    end = alignUp(end, SECTION_ALIGNMENT) + part.bytes.length;
  }
  if (end > MAX_FILE_BYTES) throw new RangeError(`the chip file would have ${end} bytes; 4 GiB are the limit`);

  const file = new Uint8Array(end);
  const view = new DataView(file.buffer);
  parts.forEach(({ name, core, bytes }, k) => {
    const offset = offsets[k]!;
    file.set(bytes, offset);
    const entry = {
      kind: SECTIONS[name].kind,
      flags: 0,
      core,
      offset,
      length: bytes.length,
      crc: platform.crc32(bytes),
    };
    SECTION_ENTRY.encode(view, HEADER_BYTES + k * SECTION_ENTRY.size, entry);
  });
  file.set(SIGNATURE);
  const header = {
    ...FORMAT_VERSION,
    sectionCount: parts.length,
    fileLength: end,
    tableCrc: platform.crc32(file.subarray(HEADER_BYTES, HEADER_BYTES + tableBytes)),
  };
  HEADER.encode(view, SIGNATURE.length, { ...header, headerCrc: 0 });
  const headerCrc = platform.crc32(file.subarray(0, HEADER_CRC_AT));
  HEADER.encode(view, SIGNATURE.length, { ...header, headerCrc });
  return file;
}

function sectionParts(chip: Chip): Part[] {
  const { target, ticks, window, input, output } = chip;
  const whole = (name: SectionName, bytes: Uint8Array): Part => ({ name, core: NO_CORE, bytes });
  const { parts: inputParts, ...inputFacts } = input;
  const { parts: outputParts, ...outputFacts } = output;
  return [
    whole('target', encodeJson(targetSchema, target, 'target')),
    whole('chip', encodeRecords(CHIP_RECORD, [{ ticks, window, cores: chip.cores.length }])),
    ...chip.cores.flatMap(coreParts),
    whole('routes', encodeRecords(ROUTE_RECORD, chip.routes)),
    whole('input', encodeJson(inputSchema, inputFacts, 'input')),
    whole('inputParts', encodeTreeBoxes(inputParts)),
    whole('output', encodeJson(outputSchema, outputFacts, 'output')),
    whole('outputParts', encodeTreeBoxes(outputParts)),
    whole('layers', encodeJson(layersSchema, chip.layers, 'layers')),
    whole('placements', encodePlacements(chip.placements)),
    whole('provenance', encodeJson(provenanceSchema, chip.provenance, 'provenance')),
    ...(chip.selfTest === undefined ? [] : [whole('selfTest', encodeSelfTest(chip.selfTest))]),
    ...(chip.graph === undefined ? [] : [whole('graph', chip.graph)]),
  ];
}

function coreParts(image: CoreImage): Part[] {
  const part = (name: SectionName, bytes: Uint8Array): Part => ({ name, core: image.core, bytes });
  return [
    part('core', encodeRecords(CORE_RECORD, [image])),
    part('program', bytesOf(image.program)),
    part('parameters', bytesOf(image.parameters)),
    part('synapses', image.synapses),
    part('groups', encodeRecords(GROUP_RECORD, image.groups)),
    part('sinks', encodeSinks(image.sinks)),
    part('sinkLists', bytesOf(image.sinkLists)),
    ...(planeRows(image).length === 0 ? [] : [part('planes', encodePlanes(planeRows(image)))]),
    ...(image.touchHandler === undefined
      ? []
      : [part('eventMode', encodeRecords(EVENT_MODE_RECORD, [{ touchHandler: image.touchHandler }]))]),
  ];
}

function encodeRecords<V>(type: RecordType<V>, values: readonly V[]): Uint8Array {
  const bytes = new Uint8Array(values.length * type.size);
  const view = new DataView(bytes.buffer);
  values.forEach((value, k) => type.encode(view, k * type.size, value));
  return bytes;
}

const encodePlanes = (rows: readonly PlaneRow[]): Uint8Array =>
  encodeRecords(
    PLANE_RECORD,
    rows.map((row) => ({ ...row, policy: POLICIES.indexOf(row.policy) })),
  );

const encodeTreeBoxes = (parts: readonly TreeBox[]): Uint8Array =>
  encodeRecords(
    TREE_BOX_RECORD,
    parts.map(({ tree, box }) => ({ tree, ...box })),
  );

const encodePlacements = (placements: readonly Placement[]): Uint8Array =>
  encodeRecords(
    PLACEMENT_RECORD,
    placements.map(({ box, ...where }) => ({ ...where, ...box })),
  );

function encodeSinks(rows: readonly SinkRow[]): Uint8Array {
  const bodySize = (row: SinkRow): number => (row.kind === 'affine' ? AFFINE_RECORD : LIST_RECORD).size;
  const bytes = new Uint8Array(rows.reduce((sum, row) => sum + SINK_RECORD.size + bodySize(row), 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const row of rows) {
    SINK_RECORD.encode(view, at, { ...row, kind: SINK_KINDS[row.kind] });
    at += SINK_RECORD.size;
    if (row.kind === 'affine') AFFINE_RECORD.encode(view, at, row);
    else LIST_RECORD.encode(view, at, row);
    at += bodySize(row);
  }
  return bytes;
}

function encodeSelfTest({ samples }: SelfTest): Uint8Array {
  const chunks = [encodeRecords(SELF_TEST_RECORD, [{ samples: samples.length }])];
  for (const sample of samples) {
    const { input, readout } = sample;
    const payloads = new Uint8Array(alignUp(input.byteLength, 4));
    payloads.set(bytesOf(input));
    const record = { ...sample, inputLength: input.length, readoutLength: readout.length };
    chunks.push(encodeRecords(SAMPLE_RECORD, [record]), payloads, bytesOf(readout));
  }
  return concatenate(chunks);
}
