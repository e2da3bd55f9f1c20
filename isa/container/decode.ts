/** The bytes of chip.bin as a chip. Structure only: whether the chip makes sense is decided by isa/verify. */
import { type Chip, type CoreImage, type Placement, type TreeBox, type PlaneRow, POLICIES } from '../chip.ts';
import { fail, type Place } from '../diagnostics.ts';
import type { RecordType } from '../fields.ts';
import { targetSchema } from '../target.ts';
import { toInt32, toUint32 } from './bulk.ts';
import { decodeJson, inputSchema, layersSchema, outputSchema, provenanceSchema } from './json.ts';
import {
  CHIP_RECORD,
  CORE_RECORD,
  EVENT_MODE_RECORD,
  GROUP_RECORD,
  PLACEMENT_RECORD,
  PLANE_RECORD,
  ROUTE_RECORD,
  TREE_BOX_RECORD,
  type SectionName,
} from './layout.ts';
import { decodeSelfTest } from './self-test.ts';
import { type Section, readSections } from './sections.ts';
import { decodeSinks } from './sinks.ts';

/**
 * Decodes a chip file. Only the canonical form is accepted: encodeChip gives back the same bytes. All arrays of the
 * chip are copies. Work and memory are bounded by the length of `bytes`.
 *
 * @param file name of the file, for messages
 * @throws DiagnosticError E0401..E0405, each with the section, core and offset where they are known
 */
export function decodeChip(bytes: Uint8Array, file?: string): Chip {
  const sections = new SectionCursor(readSections(bytes, file), file === undefined ? {} : { file });
  const target = json(sections.take('target'), targetSchema);
  const info = single(sections.take('chip'), CHIP_RECORD);
  const cores = takeCores(sections);
  if (cores.length !== info.cores)
    sections.fault(`the chip record announces ${info.cores} cores; ${cores.length} are present`);
  const routes = records(sections.take('routes'), ROUTE_RECORD);
  const input = { ...json(sections.take('input'), inputSchema), parts: treeBoxes(sections.take('inputParts')) };
  const output = { ...json(sections.take('output'), outputSchema), parts: treeBoxes(sections.take('outputParts')) };
  const layers = json(sections.take('layers'), layersSchema);
  const placements = records(sections.take('placements'), PLACEMENT_RECORD).map(toPlacement);
  const provenance = json(sections.take('provenance'), provenanceSchema);
  const selfTest = sections.takeOptional('selfTest');
  const graph = sections.takeOptional('graph');
  sections.expectEnd();
  return {
    target,
    ticks: info.ticks,
    window: info.window,
    cores,
    routes,
    input,
    output,
    layers,
    placements,
    provenance,
    ...(selfTest && { selfTest: decodeSelfTest(selfTest) }),
    ...(graph && { graph: new Uint8Array(graph.bytes) }),
  };
}

/** Hands out the sections in their canonical order. */
class SectionCursor {
  #next = 0;
  readonly #sections: readonly Section[];
  readonly #place: Place;

  constructor(sections: readonly Section[], place: Place) {
    this.#sections = sections;
    this.#place = place;
  }

  peek(): Section | undefined {
    return this.#sections[this.#next];
  }

  take(name: SectionName, core?: number): Section {
    const section = this.peek();
    if (section?.name !== name || section.core !== core)
      this.fault(
        `section ${name}${core === undefined ? '' : ` of core ${core}`} is missing, double or out of order here`,
      );
    this.#next++;
    return section;
  }

  takeOptional(name: SectionName, core?: number): Section | undefined {
    return this.peek()?.name === name ? this.take(name, core) : undefined;
  }

  expectEnd(): void {
    if (this.peek() !== undefined) this.fault('a section is double or out of order');
  }

  /** Refuses the file at the section that is next. */
  fault(message: string): never {
    return fail('E0405', message, this.peek()?.place ?? this.#place);
  }
}

function takeCores(sections: SectionCursor): CoreImage[] {
  const cores: CoreImage[] = [];
  let last = -1;
  for (let next = sections.peek(); next?.name === 'core'; next = sections.peek()) {
    const core = next.core!;
    if (core <= last) sections.fault(`core ${core} follows core ${last}; cores ascend`);
    last = core;
    cores.push(takeCore(sections, core));
  }
  return cores;
}

function takeCore(sections: SectionCursor, core: number): CoreImage {
  const facts = single(sections.take('core', core), CORE_RECORD);
  const program = toUint32(words(sections.take('program', core)));
  const parameters = toInt32(words(sections.take('parameters', core)));
  const synapses = new Uint8Array(sections.take('synapses', core).bytes);
  const groups = records(sections.take('groups', core), GROUP_RECORD);
  const sinks = decodeSinks(sections.take('sinks', core), groups.length);
  const sinkLists = toUint32(words(sections.take('sinkLists', core)));
  const planes = sections.takeOptional('planes', core);
  const eventMode = sections.takeOptional('eventMode', core);
  const memories = { core, ...facts, program, parameters, synapses, groups, sinks, sinkLists };
  return {
    ...memories,
    ...(planes && { planes: planesOf(planes) }),
    ...(eventMode && single(eventMode, EVENT_MODE_RECORD)),
  };
}

const json = <S extends Parameters<typeof decodeJson>[0]>(section: Section, schema: S) =>
  decodeJson(schema, section.bytes, section.place);

function words({ bytes, place }: Section): Uint8Array {
  if (bytes.length % 4 !== 0) fail('E0405', `${bytes.length} bytes are not whole words`, place);
  return bytes;
}

function records<V>({ bytes, place }: Section, type: RecordType<V>): V[] {
  if (bytes.length % type.size !== 0)
    fail('E0405', `${bytes.length} bytes are not whole records of ${type.size} bytes`, place);
  return type.decodeAll(bytes);
}

function single<V>({ bytes, place }: Section, type: RecordType<V>): V {
  if (bytes.length !== type.size)
    fail('E0405', `the record ${type.name} has ${bytes.length} bytes; ${type.size} expected`, place);
  return type.decode(bytes, 0);
}

/** The section is there only where it says something. */
function planesOf(section: Section): PlaneRow[] {
  const rows = records(section, PLANE_RECORD);
  if (rows.length === 0) fail('E0405', 'a section planes without a row', section.place);
  return rows.map(({ policy, ...row }) => {
    const named = POLICIES[policy];
    if (named === undefined) fail('E0405', `policy ${policy} of a plane is not known`, section.place);
    return { ...row, policy: named };
  });
}

const treeBoxes = (section: Section): TreeBox[] =>
  records(section, TREE_BOX_RECORD).map(({ tree, ...box }) => ({ tree, box }));

const toPlacement = ({ layer, core, firstNeuron, ...box }: Omit<Placement, 'box'> & Placement['box']): Placement => ({
  layer,
  core,
  firstNeuron,
  box,
});
