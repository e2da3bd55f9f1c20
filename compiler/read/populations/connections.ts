/** Connections of net.json between populations: the operators of layers, from any population to any. */
import { fail, type Shape, shapeSize } from '../../../isa/index.ts';
import { type NodeDraft, operatorOf } from '../../ann/ann.ts';
import type { Operator } from '../../ir/layers.ts';
import { joined } from '../../operators/sparse.ts';
import { asPair } from '../../operators/shared/net-form.ts';
import { formatShape } from '../../operators/shared/shapes.ts';
import { type Numbers, someBias, ValueReader } from './neurons.ts';
import { LAYER_FORMS, type NetConnection } from './schema.ts';

export interface ReadConnection {
  readonly pool: readonly [number, number];
  readonly pooled: Shape;
  readonly operator: Operator<Float64Array>;
  /** One per channel or neuron of the population that hears it. */
  readonly bias: Float64Array | undefined;
}

/**
 * @param source and `target`: shapes of what it joins
 * @throws DiagnosticError E0202, E0205, E0208 for what does not fit
 */
export function readConnection(
  connection: NetConnection,
  source: Shape,
  target: Shape,
  path: string,
  numbers: Numbers,
): ReadConnection {
  const pool = asPair(connection.pool ?? 1);
  const pooled = [source[0], Math.floor(source[1] / pool[0]), Math.floor(source[2] / pool[1])] as const;
  if (shapeSize(pooled) === 0)
    fail('E0205', `windows of ${pool.join('×')} do not lie in ${formatShape(source)}`, { path });
  if (connection.op === 'one-to-one') return { pool, pooled, ...oneToOne(connection, pooled, target, path, numbers) };
  const draft = draftOf(connection, pooled, target, path, numbers);
  const made = operatorOf(draft).infer(draft, [inputOf(connection, pooled)]);
  const fits = connection.op === 'conv' ? String(made) === String(target) : shapeSize(made) === shapeSize(target);
  if (!fits)
    fail('E0205', `it gives ${formatShape(made)}, but "${connection.to}" is ${formatShape(target)}`, {
      path,
      layer: connection.to,
    });
  for (const { name, data } of operatorOf(draft).parameters(draft)) {
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) fail('E0208', `${name}[${bad}] is not finite`, { path });
  }
  const bias = 'bias' in draft && draft.bias !== undefined ? someBias(Float64Array.from(draft.bias.data)) : undefined;
  return { pool, pooled, operator: asOperator(draft), bias };
}

/** Dense rows run over all of the source, in NCHW order, whatever its shape. */
const inputOf = ({ op }: NetConnection, pooled: Shape): Shape => (op === 'dense' ? [shapeSize(pooled), 1, 1] : pooled);

function draftOf(
  connection: Exclude<NetConnection, { op: 'one-to-one' }>,
  pooled: Shape,
  target: Shape,
  path: string,
  numbers: Numbers,
): NodeDraft {
  const { from, to } = connection;
  const name = `${from} → ${to}`;
  const place = { name, inputs: [from], input: inputOf(connection, pooled), path, tensors: numbers.tensors };
  const layer = { ...connection, name };
  switch (layer.op) {
    case 'conv':
      return LAYER_FORMS.conv.read(layer, place);
    case 'dense':
      return LAYER_FORMS.dense.read(layer, place);
    case 'sparse':
      return LAYER_FORMS.sparse.read({ ...layer, outputs: [...target] }, place);
  }
}

function asOperator(draft: NodeDraft): Operator<Float64Array> {
  switch (draft.op) {
    case 'conv': {
      const { weight, stride, padding, dilation, groups } = draft;
      const kernel = [weight.shape[2]!, weight.shape[3]!] as const;
      return { kind: 'conv', weight: Float64Array.from(weight.data), kernel, stride, padding, dilation, groups };
    }
    case 'dense':
      return { kind: 'dense', weight: Float64Array.from(draft.weight.data) };
    case 'sparse':
      return { kind: 'sparse', ...joined(draft, Array.from(draft.pre.keys()), (k) => draft.pre[k]!) };
    default:
      return fail('E0901', `a connection became ${draft.op}`);
  }
}

function oneToOne(
  { weight, bias, to }: Extract<NetConnection, { op: 'one-to-one' }>,
  pooled: Shape,
  target: Shape,
  path: string,
  numbers: Numbers,
): Pick<ReadConnection, 'operator' | 'bias'> {
  if (String(pooled) !== String(target))
    fail('E0205', `it joins ${formatShape(pooled)} with ${formatShape(target)}, which are not alike`, {
      path,
      layer: to,
    });
  const reader = new ValueReader(target, path, numbers);
  const values = reader.read(weight, 'weight');
  const biases = bias === undefined ? undefined : someBias(reader.read(bias, 'bias'));
  const size = shapeSize(target);
  if (values.length > target[0]) {
    const each = Uint32Array.from({ length: size }, (_, k) => k);
    return { operator: { kind: 'sparse', pre: each, post: each, weight: values }, bias: biases };
  }
  const perChannel = Float64Array.from({ length: target[0] }, (_, c) => values[values.length === 1 ? 0 : c]!);
  return { operator: { kind: 'diagonal', weight: perChannel }, bias: biases };
}
