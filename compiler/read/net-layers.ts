/** The layers of net.json: every form that the kinds of node have, told apart by `op`. */
import { z } from 'zod';
import type { NetLayer, NetLayerForm, NodeDraft } from '../ann/ann.ts';
import { OPERATORS } from '../operators/generated/index.ts';
import type { LayerPlace, NetForm } from '../operators/shared/net-form.ts';

const forms = Object.values<{ readonly net: readonly NetLayerForm[] }>(OPERATORS).flatMap(({ net }) => net);

export const layerSchema = z.discriminatedUnion('op', forms.map(({ schema }) => schema) as [NetLayerForm['schema']]);

/** Per `op` of a layer: the form that it has. */
const formOf = new Map<string, NetForm<NodeDraft>>(forms.map((form) => [form.schema.shape.op.value, form]));

/** The node of a layer, without its shape. @throws what reading its tensors does */
export function readLayer(layer: NetLayer, place: LayerPlace): NodeDraft {
  // The form of its `op` takes this layer, which the type of a form of any `op` cannot say.
  return formOf.get(layer.op)!.read(layer as never, place);
}
