/** Activations that clip: Relu, Clip, and Max or Min with a constant. */
import { fail } from '../../../../isa/index.ts';
import { clipLevels } from '../levels.ts';
import {
  activationInput,
  type Call,
  constantInput,
  type OnnxOperators,
  optionalConstant,
  takesAnyLevels,
} from '../operator.ts';
import { scalar, type Value } from '../values.ts';

/** Exporters write the largest float for "not clipped". */
const LARGEST_FLOAT = 3.4028234663852886e38;

export const clip = {
  Relu: { attributes: [], takesLevels: takesAnyLevels, read: (call) => rectified(call, 0, Infinity) },
  Clip: {
    attributes: ['max', 'min'],
    takesLevels: takesAnyLevels,
    read: (call) => {
      const bound = (index: number, name: string, absent: number): number => {
        const constant = optionalConstant(call, index);
        return constant === undefined ? call.attributes.float(name, absent) : scalar(constant);
      };
      const min = bound(1, 'min', -LARGEST_FLOAT);
      const max = bound(2, 'max', LARGEST_FLOAT);
      if (Number.isNaN(min) || Number.isNaN(max)) fail('E0208', `Clip has the limits ${min} and ${max}`);
      return rectified(call, min, max);
    },
  },
  Max: {
    attributes: [],
    takesLevels: takesAnyLevels,
    read: (call) => {
      const { index, bound } = limit(call);
      return rectified(call, bound, Infinity, index);
    },
  },
  Min: {
    attributes: [],
    takesLevels: takesAnyLevels,
    read: (call) => {
      const { index, bound } = limit(call);
      const value = call.inputs[index];
      const isRectified = value?.kind === 'activation' && call.builder.node(value.node).op === 'relu';
      return rectified(call, isRectified ? 0 : -Infinity, bound, index);
    },
  },
} satisfies OnnxOperators;

/** `torch.clamp` with tensors becomes Max and Min; one of the two inputs is a constant. */
function limit(call: Call): { index: number; bound: number } {
  if (call.inputs.length !== 2) fail('E0204', `${call.type} of ${call.inputs.length} inputs is not read`);
  const index = call.inputs[0]?.kind === 'constant' ? 1 : 0;
  const constant = constantInput(call, 1 - index);
  if (constant.data.length !== 1) fail('E0204', `${call.type} with a limit per element or channel is not read`);
  return { index, bound: scalar(constant) };
}

function rectified(call: Call, min: number, max: number, index = 0): Value {
  const levels = call.inputs[index];
  if (levels?.kind === 'levels') return clipLevels(levels, min, max);
  if (min !== 0)
    fail(
      'E0204',
      `${call.type} from ${min} is not read`,
      {},
      'Spiking neurons need an activation clipped at 0 from below.',
    );
  if (max <= 0) fail('E0204', `${call.type} to ${max} is not read: its output would be constant`);
  const value = activationInput(call, index);
  call.builder.add({ op: 'relu', name: call.name, inputs: [value.node], ...(max < LARGEST_FLOAT && { max }) });
  return { ...value, node: call.name };
}
