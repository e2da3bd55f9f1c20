/** CONV: a kernel that all axons of a region share. */
import { FIRST, RESERVED, SYNAPTIC, WEIGHTS, field } from '../instruction/fields.ts';
import { instruction } from '../instruction/row.ts';

export const conv = instruction({
  opcode: 0x12,
  trigger: 'event',
  words: [
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
  ],
  reads:
    'one packed, byte-aligned run of outChannels/groups weights per (input channel, kernel row, kernel column), in that order',
  writes: 'destination[first + (y*outWidth + x)*outChannels + c]',
  cycles: 'taps that hit the tile * ceil(outChannels / groups / lanes) * laneCycles',
  events: ['synops', 'macs', 'synapseBitsRead'],
  meaning:
    'axon i = (ay*inWidth + ax)*inChannels + ac meets, for every tap (ky, kx), output row y = (ay + offsetY - ky*dilationY) / strideY and column x likewise, where the divisions are exact and the results lie in the tile; adds p * (w << shift) to the output channels of its group',
});
