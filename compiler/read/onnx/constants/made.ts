/** Constants put together, picked, or made from nothing but a shape. */
import { fail } from '../../../../isa/index.ts';
import { formatShape, sizeOf } from '../../../operators/shared/shapes.ts';
import { axisOf, concatenated } from '../operator.ts';
import { contiguous, indicesOf } from '../strided.ts';
import { isFloatType, readTensor, typeName, isReadType, DOUBLE } from '../tensors.ts';
import { type Constant, float32, integerConstant, integers, requireSize, viewConstant } from '../values.ts';
import type { Folds } from './fold.ts';

/** Longest list that Range makes. */
const LONGEST_RANGE = 2 ** 20;

export const made: Folds = {
  Cast: {
    attributes: ['round_mode', 'saturate', 'to'],
    fold: (call, [value]) => {
      if (value === undefined) fail('E0206', 'Cast has no input');
      return castTo(value, call.attributes.int('to', 0));
    },
  },
  Concat: {
    attributes: ['axis'],
    fold: (call, inputs) => {
      const parts = inputs.map((input) => input ?? fail('E0206', 'Concat lacks an input'));
      const { dims, integer } = parts[0]!;
      const axis = axisOf(call, call.attributes.int('axis', 0), dims.length);
      const whole = concatenated(
        parts.map((part) => part.dims),
        axis,
      );
      requireSize(whole, call.name);
      const isSingle = parts.every(({ data }) => data instanceof Float32Array);
      const data = isSingle ? new Float32Array(sizeOf(whole)) : new Float64Array(sizeOf(whole));
      const { strides } = contiguous(whole);
      const steps = sizeOf(whole.slice(axis + 1));
      let offset = 0;
      for (const part of parts) {
        const places = indicesOf({ dims: part.dims, strides, offset });
        for (let k = 0; k < places.length; k++) data[places[k]!] = part.data[k]!;
        offset += part.dims[axis]! * steps;
      }
      return { kind: 'constant', name: call.name, dims: whole, data, integer };
    },
  },
  ConstantOfShape: {
    attributes: ['value'],
    fold: (call, [shape]) => {
      const dims = integers(shape ?? fail('E0206', 'ConstantOfShape has no shape'));
      if (dims.some((length) => length < 0)) fail('E0206', `ConstantOfShape has the shape ${formatShape(dims)}`);
      requireSize(dims, call.name);
      const tensor = call.attributes.tensor('value');
      const filler = tensor && readTensor(tensor, call.name, call.files);
      const size = sizeOf(dims);
      const { integer = false } = filler ?? {};
      const data = (integer ? new Float64Array(size) : new Float32Array(size)).fill(filler?.data[0] ?? 0);
      return { kind: 'constant', name: call.name, dims, data, integer };
    },
  },
  Range: {
    attributes: [],
    fold: (call, inputs) => {
      const [start, limit, step] = inputs.map((input) => input?.data[0] ?? NaN) as [number, number, number];
      const count = Math.max(0, Math.ceil((limit - start) / step));
      if (!(count <= LONGEST_RANGE)) fail('E0204', `Range of ${count} numbers is not read`);
      const values = Array.from({ length: count }, (_, k) => start + k * step);
      if (inputs[0]!.integer) return integerConstant(call, values);
      return { kind: 'constant', name: call.name, dims: [count], data: Float32Array.from(values), integer: false };
    },
  },
  Gather: {
    attributes: ['axis'],
    fold: (call, [value, picked]) => {
      if (value === undefined || picked === undefined) fail('E0206', 'Gather lacks an input');
      const axis = axisOf(call, call.attributes.int('axis', 0), value.dims.length);
      const indices = integers(picked).map((index) => axisOf(call, index, value.dims[axis]!));
      const dims = value.dims.toSpliced(axis, 1, ...picked.dims);
      requireSize(dims, call.name);
      const inner = sizeOf(value.dims.slice(axis + 1));
      const data = value.data instanceof Float32Array ? new Float32Array(sizeOf(dims)) : new Float64Array(sizeOf(dims));
      const length = value.dims[axis]!;
      for (let k = 0; k < data.length; k++) {
        const index = indices[Math.floor(k / inner) % indices.length]!;
        data[k] = value.data[(Math.floor(k / (inner * indices.length)) * length + index) * inner + (k % inner)]!;
      }
      return { ...value, dims, data };
    },
  },
  Tile: {
    attributes: [],
    fold: (call, [value, repeats]) => {
      if (value === undefined || repeats === undefined) fail('E0206', 'Tile lacks an input');
      const times = integers(repeats);
      const dims = value.dims.map((length, axis) => length * (times[axis] ?? 1));
      if (times.length !== value.dims.length || times.some((count) => count < 0))
        fail('E0206', `Tile has the repeats ${formatShape(times)}`);
      requireSize(dims, call.name);
      const { strides } = contiguous(value.dims);
      const spread = dims.flatMap((_, axis) => [times[axis]!, value.dims[axis]!]);
      const view = { dims: spread, strides: strides.flatMap((step) => [0, step]), offset: 0 };
      return { ...viewConstant(value, view), dims };
    },
  },
};

function castTo(constant: Constant, to: number): Constant {
  const { kind, name, dims } = constant;
  if (!isReadType(to)) fail('E0204', `Cast of "${name}" to ${typeName(to)} is not read`);
  const own = { kind, name, dims, elementType: to };
  if (to === DOUBLE) return { ...own, data: Float64Array.from(constant.data), integer: false };
  // Of the other floats a constant keeps what it is in 32 bit.
  if (isFloatType(to)) return { ...own, data: float32(constant), integer: false };
  return { ...own, data: Float64Array.from(constant.data, Math.trunc), integer: true };
}
