/** Terms of what becomes of a conventional network. */
import type { Term } from './term.ts';

export const CONVERSION_TERMS: readonly Term[] = [
  {
    term: 'T',
    also: ['window'],
    lines: [
      'The window: ticks in which a converted neuron may fire. Its count of spikes',
      'is the activation in T steps, so a larger T is finer and takes longer. An',
      'inference has more ticks than T where layers fire one behind the other.',
    ],
    page: 'spec/conversion.md#neuron',
  },
  {
    term: 'soft reset',
    also: ['reset by subtraction'],
    lines: [
      'A neuron that fires loses the threshold from its potential, not all of it:',
      'what lies above stays and counts for the next spike. So the number of spikes',
      'follows the sum of the input; a reset to zero would lose the rest.',
    ],
    page: 'spec/conversion.md#neuron',
  },
  {
    term: 'threshold',
    also: ['thresholds'],
    lines: [
      'The membrane potential from which a neuron fires, and the largest activation',
      'that a converted neuron can stand for. Chosen per channel or layer from',
      'calibration data: smaller ones round less and clip more.',
    ],
    page: 'spec/conversion.md#thresholds',
  },
  {
    term: 'mode',
    also: ['exact', 'default', 'paper', 'signed', 'lead', 'auto', 'conversion mode'],
    lines: [
      'How a conventional network becomes a spiking one: default (fires as it',
      'hears), exact (hears its whole window first), lead (part of it), signed',
      '(takes spikes back), paper (as published), auto (measured).',
    ],
    page: 'spec/conversion.md#modes',
  },
  {
    term: 'code',
    also: ['graded', 'first-spike', 'unary'],
    lines: [
      'What packets say. unary: one for each spike. Of --mode exact also graded (one',
      'packet with the count) and first-spike (one packet, the earlier the larger',
      'the count). Fewer packets cost less.',
    ],
    page: 'spec/conversion.md#codes',
  },
  {
    term: 'calibration',
    also: ['calibration samples', 'calibration sample'],
    lines: [
      'Samples (--calibrate) that thresholds are chosen from, spike rates measured',
      'on and the ledger made of. Images like those that the chip will see, some',
      'hundred of them, not the test set.',
    ],
    page: 'spec/conversion.md#thresholds',
  },
  {
    term: 'became 0',
    lines: [
      'Weights that are not 0 in the network and are 0 as whole numbers: too small',
      'for the width. Many of them with a drop of accuracy call for more',
      '--weight-bits; few are harmless.',
    ],
    page: 'spec/conversion.md#balancing-and-integers',
  },
  {
    term: 'silent channel',
    also: ['silent channels'],
    lines: [
      'A channel that was never active on the calibration data. Its threshold is a',
      'guess (5 % of the largest of its layer). Many of them: more, or more varied,',
      'calibration data; or a network with channels that do nothing.',
    ],
    page: 'spec/conversion.md#thresholds',
  },
  {
    term: 'ledger',
    lines: [
      'The account of a build of what the conversion lost where: a row per layer,',
      'split by cause, then the network as it was, in spikes, and in integers (the',
      'chip). From --ledger-samples of the calibration data.',
    ],
    page: 'spec/conversion.md#the-ledger',
  },
  {
    term: 'unevenness',
    lines: [
      'Error of a layer because spikes come when they come: one that has left',
      'cannot be taken back, and late ones are not answered. Longer windows, --mode',
      'exact (none is left) or signed help.',
    ],
    page: 'spec/conversion.md#how-far-a-neuron-is-from-its-activation',
  },
  {
    term: 'rounding',
    lines: [
      'Error of a layer because its activation becomes a whole number of spikes: up',
      'to half a step of threshold / T either way. A larger T or smaller thresholds',
      'help.',
    ],
    page: 'spec/conversion.md#the-ledger',
  },
  {
    term: 'clipping',
    also: ['clipped'],
    lines: [
      'Error of a layer because activations above the threshold are sent as the',
      'threshold ("clipped": the share of such activations). Larger thresholds',
      '(--threshold max, --balance) help, and round more.',
    ],
    page: 'spec/conversion.md#the-ledger',
  },
  {
    term: 'inherited',
    lines: [
      'Error of a layer that came in with its input: what the layers before it did',
      'wrong, seen behind this one. Not its own fault; look at the first layer with',
      'a large term of its own.',
    ],
    page: 'spec/conversion.md#the-ledger',
  },
  {
    term: 'expected',
    lines: [
      'The rounding that theory gives for evenly spread inputs, beside the measured',
      'one. Near to each other: nothing is wrong. Far apart: the inputs are not',
      'spread evenly over a step.',
    ],
    page: 'spec/conversion.md#the-ledger',
  },
  {
    term: 'points lost',
    also: ['points', 'loss'],
    lines: [
      'Accuracy of the conventional network minus that of the spiking one on the',
      'same samples, in percentage points. "0.0 +- 0.0" has two standard errors',
      'behind it; with few samples they say little.',
    ],
    page: 'spec/conversion.md#chosen-by-measurement',
  },
];
