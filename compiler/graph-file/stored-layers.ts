/**
 * Layers as the graph section writes them. The first files had one kind of neuron and a read-out: a layer says whether it
 * fires, and has threshold, initial potential and bias beside its branches. Those two are written so still, and files of all
 * versions are read alike; any other kind is written by its name, with its parameters by theirs.
 */
import { z } from 'zod';
import { fail } from '../../isa/index.ts';
import type { QuantisedGraph, QuantisedLayer } from '../ir/layers.ts';
import type { LayerNeurons, NeuronName, RoleValues } from '../ir/neurons.ts';
import { fires, NEURON_NAMES, neuronsFrom, valuesByRole } from '../layer-neurons.ts';

const FIRING: NeuronName = 'integrate-and-fire';
const READ_OUT: NeuronName = 'accumulator';

const int32 = z.instanceof(Int32Array);

const unnamed = z.object({ bias: int32, threshold: int32, initial: int32, fires: z.boolean() });
const named = z.object({ neuron: z.enum(NEURON_NAMES), parameters: z.record(z.string(), int32) });

/** The neurons of a layer in either form. */
type StoredNeurons = (RoleValues<Int32Array> & { readonly fires: boolean }) | LayerNeurons<Int32Array>;
type StoredLayer = Omit<QuantisedLayer, 'neuron' | 'parameters'> & StoredNeurons;
export interface StoredGraph extends Omit<QuantisedGraph, 'layers'> {
  readonly layers: readonly StoredLayer[];
}

/** The schema of a layer whose other members have these schemas. */
export const storedLayerSchema = <S extends z.ZodRawShape>(shape: S) => {
  const forms = [z.strictObject({ ...shape, ...unnamed.shape }), z.strictObject({ ...shape, ...named.shape })] as const;
  return z.unknown().transform((value, context) => {
    const isNamed = typeof value === 'object' && value !== null && 'neuron' in value;
    const { data, error } = forms[isNamed ? 1 : 0].safeParse(value);
    if (error === undefined) return data;
    // Each fault at its own member: a union would only say that neither form fits.
    context.issues.push(...error.issues.map((issue) => ({ ...issue, input: value }) as z.core.$ZodRawIssue));
    return z.NEVER;
  });
};

/** The graph with its layers as they are written. */
export const storedGraph = (graph: QuantisedGraph): StoredGraph => ({
  ...graph,
  layers: graph.layers.map(storedLayer),
});

function storedLayer(quantised: QuantisedLayer): StoredLayer {
  const { neuron, parameters, ...layer } = quantised;
  if (neuron !== FIRING && neuron !== READ_OUT) return { ...layer, neuron, parameters } as StoredLayer;
  return { ...layer, fires: fires(quantised), ...valuesByRole(quantised, new Int32Array(0)) };
}

/** The graph as it was stored. @throws DiagnosticError E0405 where a read-out has thresholds */
export const restoredGraph = (stored: StoredGraph): QuantisedGraph => ({
  ...stored,
  layers: stored.layers.map(restoredLayer),
});

function restoredLayer(stored: StoredLayer): QuantisedLayer {
  if ('neuron' in stored) return stored;
  const { threshold, initial, bias, fires, ...layer } = stored;
  if (!fires && threshold.length > 0)
    fail('E0405', 'the quantised graph breaks a rule: one threshold per channel', {
      section: 'graph',
      layer: layer.name,
    });
  return { ...layer, ...neuronsFrom(fires ? FIRING : READ_OUT, { threshold, initial, bias }) };
}
