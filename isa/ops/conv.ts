/** CONV: a kernel that all axons of a region share. */
import { FIRST, RESERVED, SYNAPTIC, WEIGHTS, field } from '../instruction/fields.ts';
import { type BoundsArrays, zeroBounds } from '../bounds.ts';
import { loadWeight, packedBytes, weightForm } from '../weights.ts';
import { checkBytes, checkReserved, checkRun } from '../instruction/checks.ts';
import { CYCLES_OF_TAPS } from '../instruction/cycles.ts';
import { addWeight, payloadScale, weightBits } from '../instruction/synaptic.ts';
import { type EventReach, eventInstruction, type FieldValues } from '../instruction/row.ts';

const WORDS = [
  SYNAPTIC,
  [FIRST, field('groups', 16, 'channel groups; input and output channels are split evenly among them')],
  [field('outHeight', 16, 'rows of the output tile'), field('outWidth', 16, 'columns of the output tile')],
  [field('outChannels', 16, 'channels of the output tile'), field('inChannels', 16, 'channels of the axon region')],
  [field('inHeight', 16, 'rows of the axon region'), field('inWidth', 16, 'columns of the axon region')],
  [
    field('kernelHeight', 8, 'kernel rows'),
    field('kernelWidth', 8, 'kernel columns'),
    field('strideY', 8, 'vertical stride'),
    field('strideX', 8, 'horizontal stride'),
  ],
  [field('dilationY', 8, 'vertical dilation'), field('dilationX', 8, 'horizontal dilation'), RESERVED],
  [field('offsetY', 16, 'row offset', { signed: true }), field('offsetX', 16, 'column offset', { signed: true })],
  [WEIGHTS],
] as const;

type Fields = FieldValues<typeof WORDS>;

const NONZERO = [
  'groups',
  'outHeight',
  'outWidth',
  'outChannels',
  'inChannels',
  'inHeight',
  'inWidth',
  'kernelHeight',
  'kernelWidth',
  'strideY',
  'strideX',
  'dilationY',
  'dilationX',
] as const;

export const conv = eventInstruction({
  opcode: 0x12,
  trigger: 'event',
  words: WORDS,
  reads:
    'one packed, byte-aligned run of outChannels/groups weights per (input channel, kernel row, kernel column), in that order',
  writes: 'destination[first + (y*outWidth + x)*outChannels + c]',
  cycles: CYCLES_OF_TAPS,
  events: ['synops', 'macs', 'synapseBitsRead'],
  meaning:
    'axon i = (ay*inWidth + ax)*inChannels + ac meets, for every tap (ky, kx), output row y = (ay + offsetY - ky*dilationY) / strideY and column x likewise, where the divisions are exact and the results lie in the tile; adds p * (w << shift) to the output channels of its group',
  neurons: ({ outChannels, outHeight, outWidth }) => outChannels * outHeight * outWidth,
  bitsPerSynapse: weightBits,
  verify(fields, context) {
    const { group, place, findings } = context;
    checkReserved(fields, context);
    for (const name of NONZERO) if (!findings.expect(fields[name] >= 1, `CONV with ${name} of 0`, place)) return;
    const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, groups } = fields;
    const axons = inHeight * inWidth * inChannels;
    findings.expect(
      axons === group.axonCount,
      `CONV of ${inHeight} x ${inWidth} x ${inChannels} = ${axons} axons for a group of ${group.axonCount} axons`,
      place,
    );
    checkRun({ first: fields.first, count: outHeight * outWidth * outChannels }, context);
    const divides = Number.isInteger(inChannels / groups) && Number.isInteger(outChannels / groups);
    const message = `${groups} groups do not divide ${inChannels} input and ${outChannels} output channels`;
    if (!findings.expect(divides, message, place)) return;
    const runs = inChannels * fields.kernelHeight * fields.kernelWidth;
    const runBytes = packedBytes(outChannels / groups, weightBits(fields));
    checkBytes('the kernel', fields.weights, runs * runBytes, context);
  },
  // One bound per output channel, with the whole kernel: an output meets each tap at most once per tick.
  bounds(fields, reach, into) {
    const channel = kernelBounds(fields, reach);
    const { first, outHeight, outWidth, outChannels } = fields;
    const count = outHeight * outWidth * outChannels;
    reach.spend(count);
    for (let k = 0; k < count; k++) {
      into.min[first + k]! += channel.min[k % outChannels]!;
      into.max[first + k]! += channel.max[k % outChannels]!;
    }
  },
  synapses(fields, memory, axon, visit) {
    const { first, inWidth, inChannels, outWidth, outChannels, groups, kernelHeight, kernelWidth, weights } = fields;
    const { bits, unsigned } = weightForm(fields);
    const run = outChannels / groups;
    const runBytes = packedBytes(run, bits);
    const ac = axon % inChannels;
    const ax = Math.floor(axon / inChannels) % inWidth;
    const ay = Math.floor(axon / inChannels / inWidth);
    const firstChannel = Math.floor(ac / (inChannels / groups)) * run;
    for (let ky = 0; ky < kernelHeight; ky++) {
      const y = (ay + fields.offsetY - ky * fields.dilationY) / fields.strideY;
      if (!Number.isInteger(y) || y < 0 || y >= fields.outHeight) continue;
      for (let kx = 0; kx < kernelWidth; kx++) {
        const x = (ax + fields.offsetX - kx * fields.dilationX) / fields.strideX;
        if (!Number.isInteger(x) || x < 0 || x >= outWidth) continue;
        const start = weights + ((ac * kernelHeight + ky) * kernelWidth + kx) * runBytes;
        const neuron = first + (y * outWidth + x) * outChannels + firstChannel;
        for (let k = 0; k < run; k++) visit(neuron + k, loadWeight(memory, start, k, bits, unsigned));
      }
    }
  },
});

function kernelBounds(fields: Fields, reach: EventReach): BoundsArrays {
  const { core, kernels, spend } = reach;
  const { below, above } = payloadScale(fields, reach);
  const { inChannels, outChannels, groups, weights } = fields;
  const { bits, unsigned } = weightForm(fields);
  const taps = fields.kernelHeight * fields.kernelWidth;
  const key = [weights, bits, unsigned, inChannels, outChannels, groups, taps, below, above].join(' ');
  const known = kernels.get(key);
  if (known !== undefined) return known;
  const groupOut = outChannels / groups;
  const groupIn = inChannels / groups;
  const runBytes = packedBytes(groupOut, bits);
  const channel = zeroBounds(outChannels);
  kernels.set(key, channel);
  spend(inChannels * taps * groupOut);
  for (let ic = 0; ic < inChannels; ic++) {
    const firstOut = Math.floor(ic / groupIn) * groupOut;
    for (let tap = 0; tap < taps; tap++) {
      const start = weights + (ic * taps + tap) * runBytes;
      for (let k = 0; k < groupOut; k++)
        addWeight(channel, firstOut + k, loadWeight(core.synapses, start, k, bits, unsigned), below, above);
    }
  }
  return channel;
}
