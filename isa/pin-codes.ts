/** Messages of pins; DIAGNOSTICS (codes.ts) has them with all others. */
import type { MessageRow } from './message-row.ts';

export const PIN_CODES = {
  E0323: {
    title: 'pin names what is not there',
    explanation:
      'A pin of --pin names a layer, a channel, a row or a column that the network does not have, or a core that the target does not have or that is dead. `snnc inspect` shows the layers of a chip with their shapes, `snnc targets` the mesh.',
  },
  E0324: {
    title: 'pinned twice',
    explanation:
      'A neuron lies on one core: two pins name the same part of a layer, or a pin names a core twice. The message names both pins.',
  },
  E0325: {
    title: 'part that no core can hold as it is cut',
    explanation:
      'A box of a layer can lie on a core where it holds whole channel groups of a convolution or a part of one, and can be given to several cores where it falls into as many equal boxes. Networks whose connections have no order (lists) are mapped by traffic neuron by neuron, which is no mapping of boxes: beside pins they are mapped by layers or by work.',
  },
  E0326: {
    title: 'pinned part does not fit',
    explanation:
      'What is pinned to a core takes more than the core has, or the pins leave no core for the rest of the network. The message has the limit and what is needed. Other cores, or more of them for the same part, have room.',
  },
} as const satisfies Record<string, MessageRow>;
