/** Every rule of the loader has a row that breaks this rule of a valid chip. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CoreImage, type DiagnosticCode, NO_TREE, operationLength, verifyChip } from '../../isa/index.ts';
import { arbitraryChip } from './arbitraries.ts';
import {
  type Change,
  inCore,
  inGroup,
  inSink,
  inOperation,
  withTick,
  withTarget,
  limit,
  withBytes,
  withParameter,
  withRoute,
  input,
  output,
  layer,
  placement,
  both,
  withNumber,
} from './changes.ts';
import { boxOf, CoreBuilder, plainSink, sampleChip, tinyTarget } from './chips.ts';
import { statement } from './program.ts';

const digest = 'ab'.repeat(32);
const sample = { input: new Int16Array(16), label: 2, readout: new Int32Array(3), spikes: 7, spikeDigest: digest };
const selfTest =
  (change: object): Change =>
  (chip) => ({ ...chip, selfTest: { samples: [{ ...sample, ...change }] } });

const sparseEnd = 32;
const fire = 'FIRE compare=ge reset=subtract first=0 count=8 address=0 period=2 tree=3 resetValue=0';
const current = 'CURRENT first=0 count=8';
/** A WINDOW up to a label, or over a number of words. */
const window = (skip: string | number, start = 2, length = 4): string => statement('WINDOW', { skip, start, length });
/** An EVERY up to a label, or over a number of words. */
const every = (skip: string | number, fields: Readonly<Record<string, number>> = {}): string =>
  statement('EVERY', { skip, start: 0, length: 1, period: 3, times: 0, ...fields });
/** Words from behind a WINDOW to the END behind a FIRE. */
const toEnd = operationLength('FIRE');

const diagonal = 'DIAG destination=V width=w2 shift=0 first=0 count=8 period=1 reserved=0 weights=0';
const resetAll = 'RESET first=0 count=8 address=0 period=1';

// One row per rule.
// oxfmt-ignore
const cases: readonly [name: string, change: Change, fragment: string, code?: DiagnosticCode][] = [
  // chip
  ['target schema', (chip) => ({ ...chip, target: { ...chip.target, coresPerTile: 0 } }), 'target'],
  ['ticks', (chip) => ({ ...chip, ticks: 2 ** 20 + 1 }), 'ticks of an inference'],
  ['window', (chip) => ({ ...chip, window: 8 }), 'window is 8'],
  ['core index', inCore(2, () => ({ core: 4 })), 'core index is 4'],
  ['dead tile', (chip) => ({ ...chip, target: { ...chip.target, deadTiles: [0] } }), 'lies on tile 0, which is dead'],
  ['dead tiles out of order', (chip) => ({ ...chip, target: { ...chip.target, deadTiles: [3, 2] } }), 'tiles ascend'],
  ['core order', inCore(1, () => ({ core: 0 })), 'does not come after'],
  // limits
  ['neurons', limit({ neurons: 31 }), 'number of neurons is 32'],
  ['axons', limit({ axons: 15 }), 'number of axons is 16'],
  ['delay slots', limit({ delaySlots: 2 }), 'number of delay slots is 3'],
  ['axon groups', limit({ axonGroups: 1 }), '2 axon groups; the target has 1'],
  ['synapse bits', limit({ synapseBits: 8 }), 'bits of synapses'],
  ['program words', limit({ programWords: 8 }), 'program words'],
  ['parameters', limit({ parameters: 5 }), '6 parameters'],
  ['sink rows', limit({ sinkRows: 1 }), '2 sink rows'],
  ['sink list words', limit({ sinkListWords: 7 }), '8 sink list words'],
  ['route entries', limit({ routeEntries: 2 }), 'more than the 2 entries'],
  ['total neurons', (chip) => ({ ...chip, cores: Array<CoreImage>(300).fill({ ...chip.cores[0]!, neuronCount: 65535 }) }), 'up to 16777216'],
  ['total axon slots', inCore(0, () => ({ axonCount: 2 ** 28 })), 'axon slots'],
  // groups
  ['group start', inGroup(1, 1, { firstAxon: 7 }), 'starts at axon 7'],
  ['group size', inGroup(1, 1, { axonCount: 0 }), 'number of axons is 0'],
  ['group cover', inCore(1, () => ({ axonCount: 17 })), 'hold 16 axons, the core 17'],
  ['payload width', inGroup(0, 0, { payloadMax: 128 }), 'highest payload is 128'],
  ['payload without 0', inGroup(1, 1, { payloadMin: 1 }), 'lowest payload is 1'],
  // programs
  ['handler address', inCore(0, () => ({ tickHandler: 999 })), 'belong to no handler'],
  ['unknown opcode', inCore(0, ({ program }) => ({ program: program.with(0, 0xff) })), 'unknown opcode 0xff'],
  ['missing END', inCore(0, ({ program }) => ({ program: program.subarray(0, -1) })), 'ends without END'],
  ['dead words', inCore(0, ({ program }) => ({ program: Uint32Array.from([...program, 0x0101]) })), 'belong to no handler'],
  ['overlapping handlers', inCore(0, ({ resetHandler, program }) => ({ resetHandler: program.length - 1, tickHandler: resetHandler })), 'belong to no handler'],
  ['handler inside of another', inGroup(1, 1, { handler: 9 }), 'inside of another handler'],
  ['event instruction on a tick', withTick(2, diagonal), 'DIAG stands in the tick handler'],
  ['RESET on a tick', withTick(2, resetAll), 'RESET stands in the tick handler'],
  ['tick instruction in a reset', inCore(2, ({ tickHandler, resetHandler }) => ({ tickHandler: resetHandler, resetHandler: tickHandler })), 'WINDOW stands in the reset handler'],
  ['tick instruction on an event', both(withTick(2, fire), inCore(2, ({ tickHandler, groups }) => ({ groups: [groups[0]!, { ...groups[1]!, handler: tickHandler }], tickHandler: groups[1]!.handler }))), 'FIRE stands in the event handler'],
  ['nested WINDOW', withTick(2, window('@end'), window('@end'), fire, 'end:'), 'WINDOW inside of a WINDOW'],
  ['WINDOW into an instruction', withTick(2, window(toEnd - 1), fire), 'inside of an instruction'],
  ['WINDOW into an instruction before another', withTick(2, window(toEnd - 1), fire, current), 'inside of an instruction'],
  ['WINDOW beyond END', withTick(2, window(toEnd + operationLength('END')), fire), 'beyond the END'],
  ['empty WINDOW', withTick(2, window('@end'), 'end:', fire), 'gates nothing'],
  ['WINDOW beyond the inference', withTick(2, window('@end', 4, 4), fire, 'end:'), 'ticks [4, 8)'],
  ['WINDOW of no ticks', withTick(2, window('@end', 2, 0), fire, 'end:'), 'ticks [2, 2)'],
  // instructions
  ['weight width', withTarget({ widths: { weightBits: [4, 8] } }), 'DIAG uses 2-bit weights'],
  ['wide weights of another width', inOperation(1, 'DENSE', { width: 2, wide: 1 }), 'DENSE is wide with weights w4; only w8 can be'],
  ['wide weights at an odd byte', inOperation(2, 'DIAG', { width: 3, wide: 1, weights: 1 }), 'DIAG has wide weights at 1, which is not aligned to 2 bytes'],
  ['wide weights beyond the memory', inOperation(1, 'DENSE', { width: 3, wide: 1, weights: 1000 }), 'the 8 rows of weights take'],
  ['DENSE run', inOperation(1, 'DENSE', { count: 4 }), 'run of 4 neurons from 8'],
  ['empty run', inOperation(1, 'DENSE', { count: 0 }), 'run of 0 neurons'],
  ['DENSE rows', inOperation(1, 'DENSE', { weights: 19 }), '8 rows of weights take 24 bytes from 19'],
  ['SPARSE alignment', inOperation(2, 'SPARSE', { rows: 2 }), 'not aligned'],
  ['SPARSE target alignment', inOperation(2, 'SPARSE', { targets: 37 }), 'not aligned'],
  ['SPARSE rows outside', inOperation(2, 'SPARSE', { rows: 64 }), 'row starts take 36 bytes'],
  ['SPARSE order', withBytes(2, 4, 9), 'ends before it starts'],
  ['SPARSE offsets outside', withBytes(2, sparseEnd, 0xff), 'neuron offsets take'],
  ['SPARSE weights outside', inOperation(2, 'SPARSE', { weights: 64 }), 'the weights take 6 bytes from 64'],
  ['SPARSE offset', withBytes(2, 36, 8), 'SPARSE entry 0 goes to neuron offset 8'],
  ['DIAG count', inOperation(2, 'DIAG', { count: 7 }), 'DIAG of 7 neurons for a group of 8'],
  ['DIAG period', inOperation(2, 'DIAG', { period: 0 }), 'period of 0'],
  ['DIAG weights', inOperation(2, 'DIAG', { period: 99 }), 'the weights take 25 bytes'],
  ['DIAG reserved', inOperation(2, 'DIAG', { reserved: 1 }), 'reserved field is 1'],
  ['CONV reserved', inOperation(0, 'CONV', { reserved: 1 }), 'reserved field is 1'],
  ['CONV stride', inOperation(0, 'CONV', { strideX: 0 }), 'strideX of 0'],
  ['CONV dilation', inOperation(0, 'CONV', { dilationY: 0 }), 'dilationY of 0'],
  ['CONV groups of none', inOperation(0, 'CONV', { groups: 0 }), 'groups of 0'],
  ['CONV axons', inOperation(0, 'CONV', { inHeight: 3 }), '3 x 4 x 1 = 12 axons'],
  ['CONV run', inOperation(0, 'CONV', { outHeight: 5 }), 'run of 40 neurons'],
  ['CONV groups', inOperation(0, 'CONV', { groups: 2 }), '2 groups do not divide'],
  ['CONV kernel', inOperation(0, 'CONV', { kernelHeight: 4 }), 'the kernel take 24 bytes'],
  ['tick run', inOperation(0, 'CURRENT', { count: 33 }), 'run of 33 neurons'],
  ['parameters outside', inOperation(0, 'BIAS', { address: 5 }), '2 parameters from 5'],
  ['parameter period', inOperation(0, 'BIAS', { period: 0 }), '0 parameters from 4'],
  ['threshold of 0', withParameter(0, 1, 0), 'threshold at parameter 1 is 0'],
  ['threshold width', withParameter(0, 0, 2 ** 23), 'threshold at parameter 0 is 8388608'],
  ['initial potential width', withParameter(0, 3, -(2 ** 23) - 1), 'initial potential at parameter 3'],
  ['reset value with subtraction', inOperation(0, 'FIRE', { resetValue: 1 }), 'value after a spike is 1'],
  ['reset value width', inOperation(0, 'FIRE', { reset: 1, resetValue: 2 ** 23 }), 'value after a spike is 8388608'],
  // EVERY
  ['nested EVERY', withTick(2, every('@end'), window('@end'), current, 'end:'), 'WINDOW inside of an EVERY'],
  ['EVERY in a WINDOW', withTick(2, window('@end'), every('@end'), current, 'end:'), 'EVERY inside of a WINDOW'],
  ['empty EVERY', withTick(2, every('@end'), 'end:', current), 'EVERY that gates nothing'],
  ['EVERY beyond END', withTick(2, every(100), current), 'EVERY skips beyond the END'],
  ['EVERY behind the inference', withTick(2, every('@end', { start: 7 }), current, 'end:'), 'EVERY from tick 7 on'],
  ['EVERY of no ticks', withTick(2, every('@end', { length: 0 }), current, 'end:'), 'EVERY of 0 ticks in periods of 3'],
  ['EVERY longer than its period', withTick(2, every('@end', { length: 4 }), current, 'end:'), 'EVERY of 4 ticks in periods of 3'],
  ['FIRE behind an EVERY', withTick(2, every('@end'), fire, 'end:'), 'FIRE outside of a WINDOW'],
  ['FIRE without WINDOW', withTick(2, fire), 'FIRE outside of a WINDOW'],
  ['FIRE window length', inOperation(2, 'WINDOW', { length: 3 }), 'WINDOW of 3 ticks'],
  ['READ window', inOperation(1, 'WINDOW', { start: 5 }, 2), 'READ outside of a WINDOW of the last tick'],
  ['READ window length', inOperation(1, 'WINDOW', { start: 5, length: 2 }, 2), 'READ outside of a WINDOW of the last tick'],
  ['double RESET', inOperation(1, 'RESET', { first: 7 }, 1), 'reset before'],
  ['missing RESET', inOperation(1, 'RESET', { count: 2 }, 1), 'neuron 10 is never reset'],
  // trees
  ['tree with two sources', inOperation(1, 'FIRE', { tree: 1 }), 'tree 1 has more than one source'],
  ['input tree with two sources', inOperation(1, 'FIRE', { tree: 0 }), 'tree 0 has more than one source'],
  ['tree without route', (chip) => ({ ...chip, routes: chip.routes.filter(({ tree }) => tree !== 3) }), 'tree 3 has no route'],
  ['route without source', (chip) => ({ ...chip, routes: [...chip.routes, { tree: 9, router: 0, ports: 16 }] }), 'tree 9 has routes, but no source'],
  ['sink without source', inSink(1, 1, { tree: 77 }), 'tree 77 has a sink row, but no source'],
  ['route order', (chip) => ({ ...chip, routes: chip.routes.toReversed() }), 'do not ascend'],
  ['double route', (chip) => ({ ...chip, routes: [chip.routes[0]!, ...chip.routes] }), 'do not ascend'],
  ['router index', (chip) => ({ ...chip, routes: [...chip.routes, { tree: 9, router: 4, ports: 16 }] }), 'router is 4'],
  ['empty ports', withRoute(1, 3, 0), 'port mask is 0'],
  ['unknown port', withRoute(1, 3, 0b110_0000), 'no ports of mask'],
  ['host port elsewhere', withRoute(1, 3, 0x8010), 'no ports of mask 0x8000'],
  ['route off the mesh', withRoute(1, 3, 0b1_0010), 'leaves the mesh'],
  ['route in a loop', withRoute(1, 1, 0b1_1100), 'router 0 twice'],
  ['default route off the mesh', withRoute(0, 0, 0b1_0010), 'leaves the mesh: router 1 has no entry for it'],
  ['source without entry', (chip) => ({ ...chip, routes: chip.routes.filter(({ tree, router }) => tree !== 2 || router !== 1) }), 'starts at router 1, which has no entry'],
  ['turn from Y to X', withRoute(2, 3, 0b1_1000), 'turns from the Y to the X'],
  ['unreachable entry', (chip) => ({ ...chip, routes: chip.routes.flatMap((route) => route.tree === 3 && route.router === 1 ? [{ ...route, router: 0 }, route] : [route]), }), 'never reached'],
  ['leaf without sink', (chip) => ({ ...chip, routes: chip.routes.map((route) => route.tree === 4 && route.router === 0 ? { ...route, ports: 0x8010 } : route), }), 'does not end at the host port alone'],
  ['leaf core that does not hear', inCore(2, ({ sinks }) => ({ sinks: sinks.slice(0, 1) })), 'has a leaf at core 3, which has no sink row'],
  ['leaf core not in the file', both(withRoute(2, 1, 0b1110), (chip) => ({ ...chip, routes: chip.routes .flatMap((route) => route.tree === 2 && route.router === 1 ? [{ ...route, router: 0, ports: 4 }, route, { ...route, router: 2, ports: 16 }] : [route]) .sort((a, b) => a.tree - b.tree || a.router - b.router), })), 'core 2, which is not in the file'],
  ['hearer that is no leaf', withRoute(1, 1, 0b0100), 'is not a leaf of it'],
  ['events to the host', withRoute(0, 0, 0x8010), 'goes to the host port'],
  ['sink row for a READ', inCore(0, ({ sinks }) => ({ sinks: [...sinks, plainSink({ tree: 4, sourceCount: 3, delay: 0 })] })), 'does not end at the host port alone'],
  // sinks
  ['source count', inSink(1, 0, { sourceCount: 31 }), 'expects 31 source indices'],
  ['spike delay of 0', inSink(1, 0, { delay: 0 }), 'delay of tree 1 (fire) is 0'],
  ['delay beyond the slots', inSink(1, 0, { delay: 2 }), 'delay of tree 1 (fire) is 2'],
  ['input delay beyond the slots', both(inSink(0, 0, { delay: 2 }), inCore(0, () => ({ delaySlots: 2 }))), 'delay of tree 0 (input) is 2'],
  ['sink group', inSink(1, 0, { group: 2 }), 'axon group is 2'],
  ['sink divisor', inSink(1, 0, { divisorX: 0 }), 'divisorX is 0'],
  ['sink size', inSink(1, 0, { sizeC: 0 }), 'sizeC is 0'],
  ['source width', inSink(1, 0, { sourceWidth: 0 }), 'sourceWidth is 0'],
  ['sink offset', inSink(1, 0, { offsetY: 0.5 }), 'offsetY is 0.5'],
  ['sink axons', inSink(1, 0, { base: 1 }), 'axons up to 9 of a group of 8'],
  ['sink base', inSink(1, 0, { base: -1 }), 'base is -1'],
  ['sink list outside', inSink(1, 1, { list: 1 }), 'start of the sink list is 1'],
  ['sink list axon', inCore(1, ({ sinkLists }) => ({ sinkLists: sinkLists.with(3, 8) })), 'names axon 8 of a group of 8'],
  ['spike payload', inGroup(1, 0, { payloadMax: 3 }), 'can hold payloads 0..4; group 0 declares 0..3'],
  ['input payload', inGroup(0, 0, { payloadMin: -2 }), 'can hold payloads -3..5'],
  ['listed payload', inCore(1, ({ sinkLists }) => ({ sinkLists: sinkLists.with(3, 0) })), 'axon 8 can hold payloads 0..2'],
  ['overlapping input sinks', inSink(0, 1, { base: 0 }), 'can hold payloads -6..10'],
  // input and output
  ['input shape', input({ shape: [1, 0, 4] }), 'shape [1, 0, 4]'],
  ['huge input', input({ shape: [4096, 4096, 2] }), 'at most 16777216'],
  ['input means', input({ mean: [] }), '0 means'],
  ['input deviation', input({ std: [0] }), 'standard deviation is 0'],
  ['input mean', input({ mean: [NaN] }), 'mean is NaN'],
  ['input scale', input({ scale: 0 }), 'scale is 0'],
  ['input step', input({ step: Infinity }), 'step is Infinity'],
  ['input payload without 0', input({ payloadMin: 1 }), 'lowest payload is 1'],
  ['input box outside', input({ parts: [{ tree: 0, box: boxOf(1, 2, 5) }] }), 'does not lie in input'],
  ['input part without tree', input({ parts: [{ tree: NO_TREE, box: boxOf(1, 2, 4) }] }), 'input without a tree'],
  ['READ without tree', inOperation(1, 'READ', { tree: NO_TREE }), 'read without a tree'],
  ['input boxes overlap', input({ parts: [{ tree: 0, box: boxOf(1, 2, 4) }, { tree: 5, box: boxOf(1, 2, 4, 0, 1) }], }), 'lies in two parts'],
  ['output step', output({ step: 0 }), 'step is 0'],
  ['output cover', output({ parts: [] }), '0 of 3 elements'],
  ['labels', output({ labels: ['one'] }), '1 labels for 3 outputs'],
  ['output tree', output({ parts: [{ tree: 3, box: boxOf(3, 1, 1) }] }), 'does not come from a READ'],
  ['READ outside of the output', output({ parts: [{ tree: 3, box: boxOf(3, 1, 1) }] }), 'not in the output map'],
  ['output size', output({ shape: [4, 1, 1], labels: [], parts: [{ tree: 4, box: boxOf(4, 1, 1) }] }), 'box of 4 elements for a READ of 3'],
  ['output shape', output({ shape: [1, 3, 1], parts: [{ tree: 4, box: boxOf(1, 3, 1) }] }), 'is read from layer out [3, 1, 1]'],
  // layers and placements
  ['layer depth', layer(1, { depth: 2 }), 'its depth is 2'],
  ['layer beyond the inference', layer(3, { depth: 4 }), 'depth is 4'],
  ['layer shape', layer(3, { shape: [3, 1, 0] }), 'shape [3, 1, 0]'],
  ['layer sizes', layer(3, { shape: [4, 1, 1] }), 'the layers have 52 elements'],
  ['FIRE of a read-out', layer(1, { fires: false }), 'FIRE of neuron 0 of layer conv2, which is read out'],
  ['READ of a firing layer', layer(3, { fires: true }), 'READ of neuron 8 of layer out, which fires'],
  ['placement layer', placement(0, { layer: 4 }), '0 of 32 elements'],
  ['placement core', placement(0, { core: 2 }), 'core 2 is not in the file'],
  ['placement neurons', placement(0, { firstNeuron: 1 }), 'first neuron is 1'],
  ['placements that overlap', placement(3, { firstNeuron: 7 }), 'belongs to two placements'],
  ['placement cover', placement(0, { box: boxOf(2, 3, 4) }), '24 of 32 elements'],
  ['placement box', placement(0, { box: boxOf(2, 4, 4, 1) }), 'does not lie in layer conv1'],
  ['unknown layer of a placement', (chip) => ({ ...chip, placements: [...chip.placements, { layer: 4, core: 0, firstNeuron: 0, box: boxOf(1, 1, 1) }], }), 'layer is 4'],
  ['neuron fired twice', both(inOperation(1, 'READ', { first: 7 })), 'fired or read twice'],
  ['neuron never fired', both(inOperation(1, 'FIRE', { count: 7 }), inSink(2, 0, { sourceCount: 7 })), 'neuron 7 is neither fired nor read'],
  // provenance and self-test
  ['source digest', (chip) => ({ ...chip, provenance: { ...chip.provenance, sourceSha256: 'no' } }), '64 hexadecimal'],
  ['operation count', (chip) => ({ ...chip, provenance: { ...chip.provenance, annMacs: -1 } }), 'annMacs is -1'],
  ['weights of the conventional network', (chip) => ({ ...chip, provenance: { ...chip.provenance, annWeights: 2 ** 60 } }), 'annWeights is'],
  ['target that is another machine', (chip) => ({ ...chip, target: { ...chip.target, constraints: [{ feature: 'reset to zero', reason: 'r', nearest: 'n' }] } }), 'with the constraint "reset to zero"'],
  ['self-test input', selfTest({ input: new Int16Array(15) }), '15 input payloads; 16 are expected'],
  ['self-test payload', selfTest({ input: new Int16Array(16).fill(6) }), 'outside of -3..5'],
  ['self-test readout', selfTest({ readout: new Int32Array(2) }), '2 accumulators'],
  ['self-test label', selfTest({ label: 3 }), 'label is 3'],
  ['self-test spikes', selfTest({ spikes: -1 }), 'spikes is -1'],
  ['self-test digest', selfTest({ spikeDigest: 'AB' }), 'spike digest'],
  // range proof
  ['potential width', withTarget({ widths: { vBits: 12 } }), 'V of neuron', 'E0406'],
  ['bias beyond the width', withParameter(1, 2, 2 ** 22), 'V of neuron 8 can reach', 'E0406'],
  ['current beyond the width', both(inOperation(0, 'CONV', { shift: 16 })), 'neuron', 'E0406'],
];

describe('verifyChip', () => {
  it('accepts the sample chip, on one and on two cores per tile, with and without self-test', () => {
    expect(verifyChip(sampleChip())).toEqual([]);
    expect(verifyChip(sampleChip(tinyTarget({ coresPerTile: 2 })))).toEqual([]);
    expect(verifyChip(selfTest({})(sampleChip()))).toEqual([]);
    expect(verifyChip(selfTest({ label: -1 })(sampleChip()))).toEqual([]);
  });

  it.each(cases)('refuses: %s', (_, change, fragment, code = 'E0405') => {
    const found = verifyChip(change(sampleChip()));
    expect(found.map((entry) => entry.message).join('\n')).toContain(fragment);
    expect(found.find((entry) => entry.message.includes(fragment))?.code).toBe(code);
    expect(found.length).toBeLessThanOrEqual(20);
    for (const entry of found) expect(entry.remedy).toBeDefined();
  });

  it('names core, layer, neuron and bits of a failing range proof', () => {
    const [found] = verifyChip(withParameter(1, 2, 2 ** 22)(sampleChip()));
    expect(found?.place).toEqual({ core: 1, layer: 'out' });
    expect(found?.message).toMatch(/which needs 26 bits; the target has 24/);
  });

  it('accepts input that is heard late, in any slot', () => {
    const late = (delay: number) =>
      both(
        inSink(0, 0, { delay }),
        inCore(0, () => ({ delaySlots: 3 })),
      )(sampleChip());
    for (const delay of [0, 1, 2]) expect(verifyChip(late(delay))).toEqual([]);
  });

  it('accepts a layer that sends to nobody, and input that nobody takes', () => {
    const chip = sampleChip();
    const silent = inOperation(2, 'FIRE', { tree: NO_TREE })(chip);
    expect(
      verifyChip({
        ...inCore(1, ({ sinks }) => ({ sinks: sinks.slice(0, 1) }))(silent),
        routes: chip.routes.filter(({ tree }) => tree !== 3 && tree !== 5),
        input: { ...chip.input, parts: chip.input.parts.slice(0, 1) },
        cores: inCore(0, ({ sinks }) => ({ sinks: sinks.slice(0, 1) }))(
          inCore(1, ({ sinks }) => ({ sinks: sinks.slice(0, 1) }))(silent),
        ).cores,
      }),
    ).toEqual([]);
  });

  it('judges any chip, and any chip with a number changed, without throwing', () => {
    fc.assert(
      fc.property(arbitraryChip, (chip) => {
        expect(verifyChip(chip).length).toBeLessThanOrEqual(20);
      }),
      { numRuns: 40 },
    );
    const value = fc.oneof(
      fc.integer({ min: -2, max: 70 }),
      fc.constantFrom(0xffff, 2 ** 31 - 1, 2 ** 32 - 1, -(2 ** 31), NaN),
    );
    fc.assert(
      fc.property(fc.nat(), value, fc.nat(), value, (a, x, b, y) => {
        expect(verifyChip(withNumber(withNumber(sampleChip(), a, x), b, y)).length).toBeLessThanOrEqual(20);
      }),
      { numRuns: 400 },
    );
  });

  it('lists at most 20 faults', () => {
    const chip = sampleChip();
    const routes = Array.from({ length: 50 }, (_, k) => ({ tree: 100 + k, router: 9, ports: 1 }));
    expect(verifyChip({ ...chip, routes: [...chip.routes, ...routes] })).toHaveLength(20);
  });

  it('refuses a small file that would cause unbounded work', () => {
    const target = tinyTarget({
      limits: { neurons: 65_535, axons: 65_535, axonGroups: 65_535, synapseBits: 2 ** 30, programWords: 65_535 },
    });
    const builder = new CoreBuilder(0, 30_000);
    const weights = builder.weights(1, Array<number>(30_000).fill(1));
    const dense = `DENSE destination=V width=w1 shift=0 first=0 count=30000 weights=${weights}`;
    builder.group(1, -3, 6, ...Array<string>(9_000).fill(dense));
    const fireAll = 'FIRE compare=ge reset=subtract first=0 count=30000 address=0 period=1 tree=2 resetValue=0';
    const image = builder.build(
      [window('@end', 0, 4), fireAll, 'end:'],
      ['RESET first=0 count=30000 address=0 period=1'],
    );
    const chip = sampleChip(target);
    const layers = [
      { name: 'wide', shape: [30_000, 1, 1] as const, depth: 0, fires: true },
      { name: 'out', shape: [3, 1, 1] as const, depth: 3, fires: false },
    ];
    const reader = new CoreBuilder(1, 3);
    const readout = reader.build(
      [window('@end', 6, 1), 'READ first=0 count=3 tree=4', 'end:'],
      [`RESET first=0 count=3 address=${reader.parameters(0)} period=1`],
    );
    const found = verifyChip({
      ...chip,
      cores: [
        {
          ...image,
          parameters: Int32Array.of(1),
          sinks: [
            plainSink({ tree: 0, sourceCount: 1, delay: 0 }),
            plainSink({ tree: 2, sourceCount: 30_000, sizeC: 1 }),
          ],
          delaySlots: 2,
        },
        readout,
      ],
      input: { ...chip.input, shape: [1, 1, 1], parts: [{ tree: 0, box: boxOf(1, 1, 1) }] },
      layers,
      placements: [
        { layer: 0, core: 0, firstNeuron: 0, box: boxOf(30_000, 1, 1) },
        { layer: 1, core: 1, firstNeuron: 0, box: boxOf(3, 1, 1) },
      ],
      routes: [
        { tree: 0, router: 0, ports: 16 },
        { tree: 2, router: 0, ports: 16 },
        ...chip.routes.filter(({ tree }) => tree === 4),
      ],
    });
    expect(found.map((entry) => entry.message).join('\n')).toContain('budget');
  });
});
