/**
 * `edge`, the default: an embedded chip of 8 x 8 tiles with one core each, at 200 MHz. It does not exist. Its energies
 * start from published figures of a 45 nm process and from assumptions about memory, wires and leakage (edge-model.ts);
 * every figure is a formula of the sizes, and its source shows the arithmetic.
 */
import { coreCount } from '../target-size.ts';
import type { Target } from '../target.ts';
import { edgeEnergy } from './edge-energy.ts';
import { EdgeModel, type EdgeSizes } from './edge-model.ts';
import { edgeChips, edgeTiming } from './edge-timing.ts';
import { design, origins } from './figures.ts';

const EDGE_SIZES: EdgeSizes = {
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
    updateLanes: 16,
    bufferFlits: 8,
  },
};

const grouped = (value: number): string => value.toLocaleString('en-US');

/** What the chip is, in a sentence of its sizes. */
function descriptionOf(sizes: EdgeSizes, { kib, clockText, node }: EdgeModel): string {
  const { mesh, chips, coresPerTile, limits, timing } = sizes;
  const cores = coresPerTile === 1 ? 'one core' : `${coresPerTile} cores`;
  const grid = chips === undefined ? '' : ` on ${chips.width} x ${chips.height} chips`;
  return `Embedded default: ${mesh.width} x ${mesh.height} tiles${grid} of ${cores} with ${grouped(limits.neurons)} neurons, ${grouped(limits.axons)} axons and ${kib.synapses} KiB of synapses, ${timing.lanes} lanes, ${clockText}. A model, not a product: its energies combine published 45 nm figures${node === 45 ? '' : `, brought to ${node} nm,`} with assumptions.`;
}

/**
 * A chip like `edge` with other sizes: times and energies by the same formulas.
 *
 * @param sizes within what targets can have; the process begins with nanometres (`nodeOf`)
 */
export function edgeOf(sizes: EdgeSizes): Target {
  const model = new EdgeModel(sizes);
  const { process, mesh, coresPerTile, limits, widths, chips } = sizes;
  const timing = edgeTiming(sizes, model);
  return {
    format: 'snn-target/1',
    name: 'edge',
    description: descriptionOf(sizes, model),
    process,
    mesh,
    ...(chips && { chips: edgeChips(chips, timing) }),
    coresPerTile,
    limits,
    widths,
    timing,
    energy: edgeEnergy(sizes, model),
    origins: origins(design('sizes and widths of an embedded chip')),
    notModelled: [
      'power supply and voltage regulators',
      'clock generation outside of the cores',
      'loading the chip file into the memories',
      'the host itself',
      'leakage of the routers and of the host port',
      ...(chips === undefined
        ? []
        : [
            'links shared by several rows or columns: every pair of neighbouring tiles on two chips has a link of its own',
            'errors on the links between chips, and sending again',
          ]),
    ],
  };
}

export const edge: Target = edgeOf(EDGE_SIZES);

/** Area of the memories of a tile of a chip like `edge`, and the pitch that its links are taken to have, with the arithmetic. */
export const edgeAreaText = (sizes: EdgeSizes): string => {
  const { tileAreaText } = new EdgeModel(sizes);
  return `${tileAreaText}; ${coreCount(sizes) / sizes.coresPerTile} tiles`;
};
