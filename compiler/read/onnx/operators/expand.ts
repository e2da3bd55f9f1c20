/** Repetition along dimensions of 1. */
import { fail } from '../../../../isa/index.ts';
import { formatShape } from '../../../operators/shared/shapes.ts';
import { constantInput, type OnnxOperators, tensorInput, withView } from '../operator.ts';
import { broadcastDims, broadcastView } from '../strided.ts';
import { integers } from '../values.ts';

export const expand = {
  Expand: {
    attributes: [],
    read: (call) => {
      const value = tensorInput(call);
      const wanted = integers(constantInput(call, 1));
      const dims = broadcastDims(value.dims, wanted);
      if (dims === undefined) fail('E0205', `Expand of ${formatShape(value.dims)} to ${formatShape(wanted)}`);
      const spread = withView(value, (view) => broadcastView(view, dims)!);
      return spread.kind === 'activation' ? call.elements.settled(spread, call.name) : spread;
    },
  },
} satisfies OnnxOperators;
