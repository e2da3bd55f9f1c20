/** `snnc inspect` */
import {
  boxSize,
  type Chip,
  coreCount,
  type CoreImage,
  type Immutable,
  type InspectRecord,
  type Placement,
  tileOfCore,
} from '../../isa/index.ts';
import { readSections } from '../../isa/container/sections.ts';
import {
  colours,
  floorplan,
  formatCount,
  formatPercent,
  LEFT_OUT_FIRST,
  plural,
  printable,
  renderFloorplan,
  renderTable,
  type TextStyle,
} from '../../report/index.ts';
import { type ChipFile, readChipFile } from '../ui/chip-file.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import type { Io } from '../ui/io.ts';
import { inspectTable } from '../../report/record-tables.ts';
import { checkOutputs } from '../ui/files.ts';
import { csvOutput, named, outputPaths, publish } from '../ui/results.ts';

interface InspectValues {
  readonly chip: string;
  readonly csv: string | undefined;
  readonly json: string | undefined;
  readonly floorplan: boolean;
}

export async function inspect({ chip: path, csv, json, floorplan: drawn }: InspectValues, io: Io): Promise<ExitCode> {
  await checkOutputs(io, outputPaths(json, ...named(csv)), [path]);
  const file = await readChipFile(io, path);
  const facts = describe(file, path);
  const files = csvOutput(csv, () => inspectTable(facts as InspectRecord));
  if (drawn) {
    const plan = floorplan(file.chip);
    await publish(io, { json, record: () => plan, text: (style) => renderFloorplan(plan, style), files });
    return EXIT.done;
  }
  await publish(io, { json, record: () => facts, text: (style) => render(facts, file.chip, style), files });
  return EXIT.done;
}

type Facts = Immutable<InspectRecord>;

function describe({ chip, bytes, sha256 }: ChipFile, path: string): Facts {
  const { target, provenance, input, output, selfTest } = chip;
  const held = new Map<number, Placement[]>();
  for (const place of chip.placements) {
    const known = held.get(place.core);
    if (known === undefined) held.set(place.core, [place]);
    else known.push(place);
  }
  return {
    format: 'snn-inspect/1',
    file: path,
    bytes: bytes.length,
    sha256,
    target: {
      name: target.name,
      process: target.process,
      mesh: target.mesh,
      chips: { width: target.chips?.width ?? 1, height: target.chips?.height ?? 1 },
      coresPerTile: target.coresPerTile,
      cores: coreCount(target),
      limits: target.limits,
    },
    ticks: chip.ticks,
    window: chip.window,
    cores: chip.cores.map((core) => describeCore(core, chip, held.get(core.core) ?? [])),
    layers: chip.layers.map((layer, index) => describeLayer(layer, index, chip)),
    routing: { trees: new Set(chip.routes.map(({ tree }) => tree)).size, entries: chip.routes.length },
    input,
    output,
    provenance,
    selfTestSamples: selfTest?.samples.length ?? null,
    graphBytes: chip.graph?.length ?? null,
    sections: readSections(bytes).map(({ name, core, bytes: content, place }) => ({
      name,
      ...(core !== undefined && { core }),
      offset: place.offset,
      length: content.length,
    })),
  };
}

/** @param held the placements of the core */
const describeCore = (core: CoreImage, { target, layers }: Chip, held: readonly Placement[]) => ({
  core: core.core,
  tile: tileOfCore(target, core.core),
  layers: [...new Set(held.map(({ layer }) => layer))].map((layer) => {
    const boxes = held.filter((place) => place.layer === layer);
    const neurons = boxes.reduce((sum, { box }) => sum + boxSize(box), 0);
    return { name: layers[layer]!.name, boxes: boxes.length, neurons };
  }),
  neurons: core.neuronCount,
  axons: core.axonCount,
  axonGroups: core.groups.length,
  delaySlots: core.delaySlots,
  synapseBits: 8 * core.synapses.length,
  programWords: core.program.length,
  parameters: core.parameters.length,
  sinkRows: core.sinks.length,
  sinkListWords: core.sinkLists.length,
});

const describeLayer = (layer: Chip['layers'][number], index: number, { placements }: Chip) => ({
  ...layer,
  neurons: layer.shape[0] * layer.shape[1] * layer.shape[2],
  cores: [...new Set(placements.filter((place) => place.layer === index).map(({ core }) => core))],
});

function render(facts: Facts, chip: Chip, style: TextStyle): string {
  const bold = (text: string): string => colours(style).bold(text);
  const { target, provenance, layers, cores } = facts;
  const options = Object.entries(provenance.options).map(([name, value]) => `${name} ${value}`);
  const sections = [
    [
      `${bold(printable(provenance.network))} for ${printable(target.name)} (${printable(target.process)})`,
      `  ${printable(facts.file)}, ${plural(facts.bytes, 'byte')}, sha256 ${facts.sha256}`,
      `  ${formatCount(cores.length)} of ${plural(target.cores, 'core')}${chipsText(target.chips)}, ${facts.ticks === 0 ? 'without an end' : `T = ${facts.window}, ${plural(facts.ticks, 'tick')} per inference`}, ${plural(facts.routing.trees, 'tree')} in ${plural(facts.routing.entries, 'routing entry').replace(/entrys$/, 'entries')}`,
      `  made by ${printable(provenance.tool)} (${printable(options.join(', '))}) from a file with sha256 ${printable(provenance.sourceSha256.slice(0, 12))}…`,
    ].join('\n'),
    `${bold('Input and output')}\n${ends(chip)}`,
    `${bold('Layers')}\n${layerTable(layers, style)}`,
    `${bold('Cores')}, used of the limit\n${coreTable(facts, style)}`,
    `${bold('Sections')}\n${sectionTable(facts, style)}`,
    facts.ticks === 0
      ? `input in any tick: \`snnemu stream ${printable(facts.file)}\``
      : facts.selfTestSamples === null
        ? 'no self-test samples: `snnemu run` needs --input, or runs a seeded stimulus'
        : `${plural(facts.selfTestSamples, 'self-test sample')}: \`snnemu run ${printable(facts.file)}\``,
  ];
  if (facts.graphBytes === null) sections.push('no graph: `snnemu diff` and the float accuracy are not available');
  return `${sections.join('\n\n')}\n`;
}

/** Said where there are several. */
const chipsText = ({ width, height }: Facts['target']['chips']): string =>
  width * height === 1 ? '' : ` on ${width}×${height} chips`;

function ends({ input, output }: Chip): string {
  const labels = output.labels.slice(0, 12).map(printable).join(', ') + (output.labels.length > 12 ? ', …' : '');
  return [
    `  input ${input.shape.join('×')}${input.ticks === undefined ? '' : ` in each of ${input.ticks} ${input.stepTicks === undefined ? 'ticks' : `steps of ${input.stepTicks} ticks`}`}, bytes x' = (x / ${input.scale} − ${input.mean.join(', ')}) / ${input.std.join(', ')}; payload = x' / ${stepText(input)} in ${input.payloadMin}..${input.payloadMax}`,
    `  output ${output.shape.join('×')}${labels === '' ? '' : `: ${labels}`}`,
  ].join('\n');
}

const right = { align: 'right' } as const;

function layerTable(layers: Facts['layers'], style: TextStyle): string {
  return renderTable(
    [
      { title: 'layer', names: true },
      { title: 'shape' },
      { title: 'neurons', ...right },
      { title: 'from tick', ...right },
      { title: 'kind' },
      { title: 'cores', words: true },
    ],
    layers.map((layer) => [
      printable(layer.name),
      layer.shape.join('×'),
      formatCount(layer.neurons),
      String(layer.depth),
      layer.fires ? 'fires' : 'read-out',
      shortList(layer.cores),
    ]),
    style,
    LEFT_OUT_FIRST.chipLayers,
  );
}

const LISTED = 12;
const shortList = (cores: readonly number[]): string =>
  cores.slice(0, LISTED).join(' ') + (cores.length > LISTED ? ` … (${cores.length})` : '');

function coreTable({ cores, target: { limits } }: Facts, style: TextStyle): string {
  const columns = [
    ['neurons', 'neurons'],
    ['axons', 'axons'],
    ['axonGroups', 'groups'],
    ['synapseBits', 'synapse bits'],
    ['programWords', 'program'],
    ['parameters', 'parameters'],
    ['sinkRows', 'sink rows'],
  ] as const;
  return renderTable(
    [
      { title: 'core', ...right },
      { title: 'tile', ...right },
      ...columns.map(([, title]) => ({ title, ...right })),
      { title: 'layers, by neurons', words: true },
    ],
    cores.map((core) => [
      String(core.core),
      String(core.tile),
      ...columns.map(([name]) => `${formatCount(core[name])} (${formatPercent(core[name] / limits[name], 0)})`),
      layerShares(core),
    ]),
    style,
    LEFT_OUT_FIRST.cores,
  );
}

/** The layers that a core holds; their shares of its neurons where there are several. */
function layerShares({ layers, neurons }: Facts['cores'][number]): string {
  if (layers.length === 1) return printable(layers[0]!.name);
  const shown = layers
    .toSorted((a, b) => b.neurons - a.neurons)
    .slice(0, SHARES_SHOWN)
    .map((layer) => `${printable(layer.name)} ${formatPercent(layer.neurons / neurons, 0)}`);
  return shown.join(', ') + (layers.length > SHARES_SHOWN ? ` … (${layers.length})` : '');
}

const SHARES_SHOWN = 4;

/** The sections of all cores together: a chip has hundreds of them. */
function sectionTable({ sections }: Facts, style: TextStyle): string {
  const sums = new Map<string, { count: number; bytes: number }>();
  for (const { name, length } of sections) {
    const sum = sums.get(name) ?? { count: 0, bytes: 0 };
    sums.set(name, { count: sum.count + 1, bytes: sum.bytes + length });
  }
  return renderTable(
    [{ title: 'section' }, { title: 'number', ...right }, { title: 'bytes', ...right }],
    [...sums].map(([name, { count, bytes }]) => [name, formatCount(count), formatCount(bytes)]),
    style,
  );
}

/** The step, or the ends of those of the channels. */
function stepText({ step, channelSteps }: Chip['input']): string {
  if (channelSteps === undefined) return step.toPrecision(4);
  const least = channelSteps.reduce((a, b) => Math.min(a, b));
  return `${least.toPrecision(4)}…${step.toPrecision(4)} (per channel)`;
}
