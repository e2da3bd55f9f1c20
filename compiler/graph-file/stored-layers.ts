/**
 * Layers as the graph section writes them. The first files had one kind of neuron and a read-out: a layer says whether it
 * fires, and has threshold, initial potential and bias beside its branches. Those two are written so still, and files of all
 * versions are read alike; any other kind is written by its name, with its parameters by theirs, and its program if it has one.
 */
import { z } from 'zod';
import { fail, MOST_PLANES, POLICIES } from '../../isa/index.ts';
import type { ConvertedLayer, QuantisedGraph, QuantisedLayer } from '../ir/layers.ts';
import type { LayerNeurons, NeuronName, RoleValues } from '../ir/neurons.ts';
import type { ProgramNeurons } from '../ir/program.ts';
import { fires, NEURON_NAMES, neuronsFrom, valuesByRole } from '../layer-neurons.ts';
import { programNeurons } from '../neurons/parts/program-code.ts';
import { PROGRAM_OPS } from '../verify/verify-program.ts';

const FIRING: NeuronName = 'integrate-and-fire';
const READ_OUT: NeuronName = 'accumulator';

const int32 = z.instanceof(Int32Array);

const unnamed = z.object({ bias: int32, threshold: int32, initial: int32, fires: z.boolean() });
const named = z.object({ neuron: z.enum(NEURON_NAMES), parameters: z.record(z.string(), int32) });
const plane = z
  .number()
  .int()
  .min(0)
  .max(MOST_PLANES - 1);
const ticks = z.strictObject({ start: z.number().int(), length: z.number().int().min(1) });
const withProgram = z.object({
  neuron: z.literal('program'),
  parameters: z.record(z.string(), int32),
  program: z.strictObject({
    planes: z.array(z.strictObject({ plane, policy: z.enum(POLICIES), bits: z.number().int() })),
    steps: z.array(
      z.strictObject({
        op: z.enum(PROGRAM_OPS),
        when: z.union([z.enum(['firing', 'carrying', 'last', 'touched']), ticks]),
        fields: z.record(z.string(), z.number().int()),
        parameters: z.array(z.string()),
      }),
    ),
    initial: z.array(z.strictObject({ plane, parameter: z.string() })),
  }),
});

/** The neurons of a layer in either form. */
type StoredNeurons =
  | (RoleValues<Int32Array> & { readonly fires: boolean })
  | LayerNeurons<Int32Array>
  | Omit<ProgramNeurons<Int32Array>, 'code'>;
type StoredLayer = Omit<QuantisedLayer, 'neuron' | 'parameters'> & StoredNeurons;
export interface StoredGraph extends Omit<QuantisedGraph, 'layers'> {
  readonly layers: readonly StoredLayer[];
}

/** The schema of a layer whose other members have these schemas. */
export const storedLayerSchema = <S extends z.ZodRawShape>(shape: S) => {
  const forms = {
    unnamed: z.strictObject({ ...shape, ...unnamed.shape }),
    named: z.strictObject({ ...shape, ...named.shape }),
    program: z.strictObject({ ...shape, ...withProgram.shape }),
  };
  return z.unknown().transform((value, context) => {
    const name = typeof value === 'object' && value !== null && 'neuron' in value ? value.neuron : undefined;
    const form = name === undefined ? 'unnamed' : name === 'program' ? 'program' : 'named';
    const { data, error } = forms[form].safeParse(value);
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
  if (quantised.neuron === 'program') {
    const { code: _, ...layer } = quantised;
    return layer;
  }
  return convertedLayer(quantised);
}

function convertedLayer(quantised: ConvertedLayer): StoredLayer {
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
  if ('neuron' in stored)
    return stored.neuron === 'program' ? { ...stored, ...programNeurons(stored.program, stored.parameters) } : stored;
  const { threshold, initial, bias, fires, ...layer } = stored;
  if (!fires && threshold.length > 0)
    fail('E0405', 'the quantised graph breaks a rule: one threshold per channel', {
      section: 'graph',
      layer: layer.name,
    });
  return { ...layer, ...neuronsFrom(fires ? FIRING : READ_OUT, { threshold, initial, bias }) };
}
