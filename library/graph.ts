/** The graph section of a chip file, and whether it belongs to the chip. */
import { decodeGraphFile, type GraphFile } from '../compiler/graph-file/graph-file.ts';
import { type Chip, fail, type Shape } from '../isa/index.ts';

/** @throws DiagnosticError E0407 where the file has none, E0405 where it is not a graph or is one of another chip */
export function readGraph(chip: Chip): GraphFile {
  if (chip.graph === undefined)
    fail('E0407', 'the chip file has no graph', { section: 'graph' }, 'build it again; `snnc strip` removes the graph');
  const file = decodeGraphFile(chip.graph);
  const { quantised, ann } = file;
  same('the input', quantised.inputShape, chip.input.shape);
  if (ann !== undefined) {
    same('the input of the conventional network', ann.nodes[0]!.shape, chip.input.shape);
    const output = ann.nodes.find(({ name }) => name === ann.output)!;
    same('the output of the conventional network', output.shape, chip.output.shape);
  }
  if ((quantised.inputTicks ?? 1) !== (chip.input.ticks ?? 1))
    foreign(`input in ${quantised.inputTicks ?? 1} ticks; the chip in ${chip.input.ticks ?? 1}`);
  if ((quantised.stepTicks ?? 1) !== (chip.input.stepTicks ?? 1))
    foreign(`steps of ${quantised.stepTicks ?? 1} ticks; the chip of ${chip.input.stepTicks ?? 1}`);
  if (quantised.ticks !== chip.ticks || quantised.window !== chip.window)
    foreign(`${quantised.ticks} ticks and T = ${quantised.window}; the chip has ${chip.ticks} and ${chip.window}`);
  if (quantised.layers.length !== chip.layers.length)
    foreign(`${quantised.layers.length} layers; the chip has ${chip.layers.length}`);
  quantised.layers.forEach((layer, l) => same(`layer ${layer.name}`, layer.shape, chip.layers[l]!.shape));
  return file;
}

function same(what: string, shape: Shape, expected: Shape): void {
  if (shape.join() !== expected.join()) foreign(`${what} as ${shape.join('×')}; the chip has ${expected.join('×')}`);
}

function foreign(message: string): never {
  fail('E0405', `the graph has ${message}`, { section: 'graph' }, 'build the chip file again');
}
