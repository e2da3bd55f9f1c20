/** Checks the chip-wide maps: input, output, layers, placements, provenance, self-test. */
import { boxElement, boxSize, shapeSize } from '../boxes.ts';
import type { Box, Chip, InputMap, LayerInfo, OutputMap, Shape, TreeBox } from '../chip.ts';
import { isEndless } from '../endless.ts';
import type { Place } from '../diagnostics.ts';
import { inputSize } from '../input.ts';
import { classesOf, namesFit } from '../outputs.ts';
import { spanOf } from '../recurrence.ts';
import { type SendingMnemonic, sends, tickRow } from '../ops.ts';
import { signedRange } from '../target-size.ts';
import type { CheckedCore } from './core.ts';
import { checkCover } from './boxes.ts';
import { type Findings, MOST_AXON_SLOTS, MOST_NEURONS, MOST_TICKS } from './findings.ts';
import type { Source } from './trees.ts';

const SHA256 = /^[0-9a-f]{64}$/;

/** Checks everything that the rest relies on: ticks, sizes, shapes of input, output and layers. */
export function checkHeader(chip: Chip, findings: Findings): void {
  if (isEndless(chip)) checkEndless(chip, findings);
  else {
    findings.whole(chip.ticks, 1, MOST_TICKS, 'ticks of an inference');
    const steps = stepsIn(chip);
    findings.whole(chip.window, 1, steps, 'window');
    findings.whole(chip.input.ticks ?? 1, 1, steps, 'ticks of input', { section: 'input map' });
  }
  const sum = (size: (core: Chip['cores'][number]) => number): number =>
    chip.cores.reduce((total, core) => total + size(core), 0);
  const neurons = sum((core) => core.neuronCount);
  findings.expect(neurons <= MOST_NEURONS, `${neurons} neurons; the loader takes chips of up to ${MOST_NEURONS}`);
  const slots = sum((core) => core.axonCount * core.delaySlots);
  findings.expect(slots <= MOST_AXON_SLOTS, `${slots} axon slots; the loader takes up to ${MOST_AXON_SLOTS}`);
  checkInput(chip.input, findings);
  checkOutput(chip.output, findings);
  const lastDepth = isEndless(chip) ? MOST_TICKS : chip.ticks - spanOf(chip.window, chip.input.stepTicks);
  chip.layers.forEach((layer, k) => {
    const place = { layer: layer.name, path: `layers[${k}]` };
    checkShape(layer.shape, place, findings);
    findings.whole(layer.depth, 0, lastDepth, 'depth', place);
  });
  checkProvenance(chip, findings);
}

/** Steps that can begin in an inference. */
const stepsIn = ({ ticks, input: { stepTicks = 1 } }: Chip): number => 1 + Math.floor((ticks - 1) / stepTicks);

/** What counts ticks up to an end is not there where there is none. */
function checkEndless({ window, input, selfTest }: Chip, findings: Findings): void {
  findings.expect(window === 0, `window is ${window}; 0 is expected in a chip without an end`);
  findings.expect(input.ticks === undefined, `input in ${input.ticks} ticks; without an end it may come in any tick`, {
    section: 'input map',
  });
  findings.expect(selfTest === undefined, 'a self-test of inferences, which a chip without an end does not have', {
    section: 'self-test',
  });
}

function checkShape(shape: Shape, place: Place, findings: Findings): boolean {
  const whole = shape.length === 3 && shape.every((size) => Number.isInteger(size) && size >= 1);
  const good = whole && shapeSize(shape) <= MOST_NEURONS;
  return findings.expect(
    good,
    `shape [${shape.join(', ')}]; three sizes of at least 1 and at most ${MOST_NEURONS} elements are expected`,
    place,
  );
}

function checkInput(input: InputMap, findings: Findings): void {
  const place = { section: 'input map' };
  if (checkShape(input.shape, place, findings)) {
    const [channels] = input.shape;
    findings.expect(
      input.mean.length === channels && input.std.length === channels,
      `${input.mean.length} means and ${input.std.length} standard deviations for ${channels} channels`,
      place,
    );
    findings.expect(
      input.channelSteps === undefined || input.channelSteps.length === channels,
      `${input.channelSteps?.length} steps for ${channels} channels`,
      place,
    );
    checkCover(
      input.shape,
      input.parts.map((part) => part.box),
      'input',
      place,
      findings,
      false,
    );
  }
  const positive = (value: number, what: string): void => {
    findings.expect(Number.isFinite(value) && value > 0, `${what} is ${value}; a positive number is expected`, place);
  };
  positive(input.scale, 'scale');
  positive(input.step, 'step');
  for (const step of input.channelSteps ?? []) positive(step, 'step of a channel');
  for (const std of input.std) positive(std, 'standard deviation');
  for (const mean of input.mean) findings.expect(Number.isFinite(mean), `mean is ${mean}`, place);
  const [min, max] = signedRange(16);
  findings.whole(input.payloadMin, min, 0, 'lowest payload', place);
  findings.whole(input.payloadMax, 0, max, 'highest payload', place);
}

function checkOutput(output: OutputMap, findings: Findings): void {
  const place = { section: 'output map' };
  const { step } = output;
  findings.expect(Number.isFinite(step) && step > 0, `step is ${step}; a positive number is expected`, place);
  if (!checkShape(output.shape, place, findings)) return;
  checkCover(
    output.shape,
    output.parts.map((part) => part.box),
    'output',
    place,
    findings,
  );
  const size = shapeSize(output.shape);
  findings.expect(
    output.labels.length === 0 || namesFit(output.labels.length, size),
    `${output.labels.length} labels for ${size} outputs`,
    place,
  );
}

function checkProvenance({ provenance, selfTest, input, output }: Chip, findings: Findings): void {
  const place = { section: 'provenance' };
  findings.expect(
    SHA256.test(provenance.sourceSha256),
    'the SHA-256 of the source is not 64 hexadecimal digits',
    place,
  );
  for (const name of ['annMacs', 'annWeights', 'annActivations'] as const)
    findings.whole(provenance[name] ?? 0, 0, Number.MAX_SAFE_INTEGER, name, place);
  selfTest?.samples.forEach((sample, k) => {
    const where = { section: 'self-test', path: `samples[${k}]` };
    const sized = (length: number, expected: number, what: string): void => {
      findings.expect(length === expected, `${length} ${what}; ${expected} are expected`, where);
    };
    sized(sample.input.length, inputSize(input), 'input payloads');
    sized(sample.readout.length, shapeSize(output.shape), 'accumulators');
    const inside = sample.input.every((payload) => payload >= input.payloadMin && payload <= input.payloadMax);
    findings.expect(inside, `an input payload lies outside of ${input.payloadMin}..${input.payloadMax}`, where);
    findings.whole(sample.label, -1, classesOf(shapeSize(output.shape)) - 1, 'label', where);
    findings.whole(sample.spikes, 0, Number.MAX_SAFE_INTEGER, 'spikes', where);
    findings.expect(SHA256.test(sample.spikeDigest), 'the spike digest is not 64 hexadecimal digits', where);
  });
}

/** Which element of which layer a neuron is; -1 = none. */
interface LogicalMap {
  readonly layer: Int32Array;
  readonly element: Int32Array;
}

/** Checks that placements cover every layer and every neuron once, and that FIRE and READ agree with them. */
export function checkPlacements(
  chip: Chip,
  cores: readonly CheckedCore[],
  sources: ReadonlyMap<number, Source>,
  findings: Findings,
): void {
  const neurons = cores.reduce((total, { image }) => total + image.neuronCount, 0);
  const elements = chip.layers.reduce((total, layer) => total + shapeSize(layer.shape), 0);
  findings.expect(elements === neurons, `the layers have ${elements} elements, the cores ${neurons} neurons`);
  findings.endIfAny();
  const boxes: Box[][] = chip.layers.map(() => []);
  for (const placement of chip.placements) boxes[placement.layer]?.push(placement.box);
  chip.layers.forEach((layer, k) => {
    checkCover(layer.shape, boxes[k]!, `layer ${layer.name}`, { layer: layer.name }, findings);
  });
  findings.endIfAny();
  const maps = new Map<number, LogicalMap>();
  for (const { image } of cores) {
    const none = (): Int32Array => new Int32Array(image.neuronCount).fill(-1);
    maps.set(image.core, { layer: none(), element: none() });
  }
  chip.placements.forEach((placement, k) => {
    placeBox(chip, placement, maps, { path: `placements[${k}]`, core: placement.core }, findings);
  });
  for (const core of cores) checkUpdates(chip, core, maps.get(core.image.core)!, findings);
  checkReadOut(chip, sources, maps, findings);
}

function placeBox(
  chip: Chip,
  placement: Chip['placements'][number],
  maps: ReadonlyMap<number, LogicalMap>,
  place: Place,
  findings: Findings,
): void {
  if (!findings.whole(placement.layer, 0, chip.layers.length - 1, 'layer', place)) return;
  const map = maps.get(placement.core);
  if (!findings.expect(map !== undefined, `core ${placement.core} is not in the file`, place)) return;
  const { firstNeuron, box, layer } = placement;
  const count = boxSize(box);
  if (!findings.whole(firstNeuron, 0, map!.layer.length - count, 'first neuron', place)) return;
  const { shape } = chip.layers[layer]!;
  for (let k = 0; k < count; k++) {
    if (map!.layer[firstNeuron + k] !== -1) {
      findings.inconsistent(`neuron ${firstNeuron + k} belongs to two placements`, place);
      return;
    }
    map!.layer[firstNeuron + k] = layer;
    map!.element[firstNeuron + k] = boxElement(box, shape, k);
  }
}

/** Every neuron belongs to a layer, and is fired or read once, as its layer says. */
function checkUpdates(chip: Chip, { image, tick, touch }: CheckedCore, map: LogicalMap, findings: Findings): void {
  const updated = new Uint8Array(image.neuronCount);
  for (const { operation, at, window, every } of [...tick, ...touch]) {
    if (!sends(operation)) continue;
    const { start = 0 } = window ?? every ?? {};
    const place = { core: image.core, word: at };
    const { first, count } = operation.fields;
    findings.spend(count);
    for (let n = first; n < first + count; n++) {
      const layer = chip.layers[map.layer[n]!];
      const fault =
        updated[n] === 1 ? `neuron ${n} is fired or read twice in a tick` : updateFault(layer, n, operation.op, start);
      if (fault !== undefined) {
        findings.inconsistent(fault, place);
        break;
      }
      updated[n] = 1;
    }
  }
  const missing = updated.indexOf(0);
  findings.expect(missing === -1, `neuron ${missing} is neither fired nor read`, { core: image.core });
}

/** Why a neuron of this layer may not be updated so; undefined where it may. */
function updateFault(
  layer: LayerInfo | undefined,
  neuron: number,
  op: SendingMnemonic,
  start: number,
): string | undefined {
  if (layer === undefined) return `neuron ${neuron} belongs to no layer`;
  const { name, fires, depth } = layer;
  if (fires !== (tickRow(op).sends === 'spikes'))
    return `${op} of neuron ${neuron} of layer ${name}, which ${fires ? 'fires' : 'is read out'}`;
  if (fires && start !== depth) return `${op} of layer ${name} starts in tick ${start}; its depth is ${depth}`;
  return undefined;
}

/**
 * Every part of the output comes from a READ of the same elements of a layer of the same shape; without an end, from what
 * sends their spikes.
 */
function checkReadOut(
  chip: Chip,
  sources: ReadonlyMap<number, Source>,
  maps: ReadonlyMap<number, LogicalMap>,
  findings: Findings,
): void {
  const named = new Set<number>();
  const [kind, by] = isEndless(chip) ? (['fire', 'what sends spikes'] as const) : (['read', 'a READ'] as const);
  chip.output.parts.forEach((part, k) => {
    const place = { section: 'output map', path: `parts[${k}]` };
    const source = sources.get(part.tree);
    named.add(part.tree);
    if (!findings.expect(source?.kind === kind, `tree ${part.tree} does not come from ${by}`, place)) return;
    const size = boxSize(part.box);
    const message = `a box of ${size} elements for ${by === 'a READ' ? 'a READ of ' : ''}${source!.count} neurons`;
    if (findings.expect(size === source!.count, message, place))
      checkReadElements(chip, part, source!, maps.get(source!.core)!, place, findings);
  });
  for (const [tree, { kind: is, core }] of sources)
    findings.expect(is !== 'read' || named.has(tree), `READ of tree ${tree}, which is not in the output map`, {
      core,
    });
}

function checkReadElements(
  chip: Chip,
  part: TreeBox,
  source: Source,
  map: LogicalMap,
  place: Place,
  findings: Findings,
): void {
  const { shape } = chip.output;
  for (let k = 0; k < source.count; k++) {
    const neuron = source.firstNeuron + k;
    const layer = chip.layers[map.layer[neuron]!];
    if (layer === undefined) return;
    const sameShape = layer.shape.every((size, d) => size === shape[d]);
    const message = `output [${shape.join(', ')}] is read from layer ${layer.name} [${layer.shape.join(', ')}]`;
    if (!findings.expect(sameShape, message, place)) return;
    const expected = boxElement(part.box, shape, k);
    const other = `index ${k} is output ${expected}, but neuron ${neuron} is element ${map.element[neuron]} of its layer`;
    if (!findings.expect(map.element[neuron] === expected, other, place)) return;
  }
}
