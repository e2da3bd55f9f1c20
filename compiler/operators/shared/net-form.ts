/** Layers of net.json: the fields that several kinds of node share, and how a layer and a node become one another. */
import { z } from 'zod';
import type { Shape } from '../../../isa/index.ts';
import type { NodeBase, Padding, Pair, Tensor } from '../../ir/ann.ts';

export const count = z.int().min(1);
const size = z.int().min(0);
export const number = z.number();
/** Files beside the document, as they were when it was written. */
export const tensorFiles = z
  .array(z.strictObject({ file: z.string().min(1).max(1024), sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
  .max(1024)
  .optional()
  .describe('SHA-256 of files beside the document; a file that is another one is refused');
export const name = z.string().min(1).max(256);
export const pair = z
  .union([count, z.tuple([count, count])])
  .meta({ id: 'pair', description: 'one number for both directions, or [vertical, horizontal]' });
export const padding = z.union([size, z.tuple([size, size, size, size])]).meta({
  id: 'padding',
  description: 'zeros around the image: one number for all sides, or [top, left, bottom, right]',
});
export const imageShape = z.tuple([count, count, count]).describe('[channels, height, width]');

const file = z.string().min(1).max(1024).describe('file beside the document; "/" between folders, no ".."');
const offset = size.optional().describe('first byte; 0 if absent');

export const tensor = z
  .union([
    z.strictObject({ shape: z.array(count).min(1).max(4), data: z.array(number) }),
    z.strictObject({ shape: z.array(count).min(1).max(4), file, offset, dtype: z.enum(['float32', 'float64']) }),
  ])
  .meta({ id: 'tensor', description: 'numbers in row-major order, here or little-endian in a file' });

export const indices = z
  .union([
    z.array(z.int().min(0).max(0xffff_ffff)),
    z.strictObject({ shape: z.tuple([count]), file, offset, dtype: z.literal('uint32') }),
  ])
  .meta({ id: 'indices', description: 'indices of neurons in NCHW order, here or little-endian in a file' });

export const common = {
  name: name.describe('unique in the network'),
  inputs: z
    .array(name)
    .min(1)
    .optional()
    .describe('names of earlier layers, or that of the input; if absent, the layer before'),
};

/** The fields of a layer that takes several inputs, and so must name them. */
export const severalInputs = { ...common, inputs: z.array(name).min(2) };

export type NetTensor = z.infer<typeof tensor>;
export type NetIndices = z.infer<typeof indices>;

/** Where a document has its numbers. What goes wrong is a fault at `path`. */
export interface TensorSource {
  read(tensor: NetTensor, path: string): Tensor;
  /** A tensor of one dimension. */
  readVector(tensor: NetTensor, path: string): Float32Array;
  readIndices(indices: NetIndices, path: string): Uint32Array;
}

/** Takes the numbers of a network; returns how the document refers to them. */
export interface TensorSink {
  tensor(tensor: Tensor): NetTensor;
  vector(data: Float32Array): NetTensor;
  indices(data: Uint32Array): NetIndices;
}

/** The place of a layer in the network. */
export interface LayerPlace {
  readonly name: string;
  readonly inputs: readonly string[];
  /** Shape of its first input. */
  readonly input: Shape;
  /** Of the layer in the document, for faults. */
  readonly path: string;
  readonly tensors: TensorSource;
}

/** One way to write a kind of node. Which form a layer has is told by its `op`, so it is given to that form alone. */
export interface NetForm<Draft> {
  readonly schema: z.ZodObject;
  readonly read: (layer: never, place: LayerPlace) => Draft;
}

/** A form with the types of its own schema. */
export const netForm = <Schema extends z.ZodObject, Draft>(
  schema: Schema,
  read: (layer: z.infer<Schema>, place: LayerPlace) => Draft,
): { readonly schema: Schema; readonly read: (layer: z.infer<Schema>, place: LayerPlace) => Draft } => ({
  schema,
  read,
});

export const asPair = (value: number | Pair): Pair => (typeof value === 'number' ? [value, value] : value);
export const asPadding = (value: number | Padding): Padding =>
  typeof value === 'number' ? [value, value, value, value] : value;

/** The bias of a layer as a field of its node, where it has one. */
export function readBias(bias: NetTensor | undefined, { tensors, path }: LayerPlace): { readonly bias?: Tensor } {
  return bias === undefined ? {} : { bias: tensors.read(bias, `${path}.bias`) };
}

/** The bias of a node as a field of its layer, where it has one. */
export function writeBias(bias: Tensor | undefined, to: TensorSink): { bias?: NetTensor } {
  return bias === undefined ? {} : { bias: to.tensor(bias) };
}

/** What a layer says of its place. */
export const placeOf = ({ name, inputs }: Pick<NodeBase, 'name' | 'inputs'>): { name: string; inputs: string[] } => ({
  name,
  inputs: [...inputs],
});
