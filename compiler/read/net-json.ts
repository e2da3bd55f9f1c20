/** Reads net.json, the project's own readable network format (spec/net-format.md). */
import { diagnostic, fail, parseJsonFile } from '../../isa/index.ts';
import type { Network } from '../ann/network.ts';
import { readConversion } from './conversion.ts';
import { FaultCollector } from './faults.ts';
import { GraphBuilder, networkName } from './graph-builder.ts';
import { type NetDocument, netSchema } from './net-schema.ts';
import { readLayer } from './net-layers.ts';
import { readPopulations } from './populations/read-populations.ts';
import { type PopulationsDocument, populationsSchema } from './populations/schema.ts';
import { NetTensors } from './net-tensors.ts';
import type { ReadOptions } from './options.ts';
import { schemaFaults } from './schema-faults.ts';

/** How layers call the input of the network if the document does not say. */
const INPUT_NAME = 'input';

/**
 * Reads a document of format snn-net/1 and its tensor files.
 *
 * @throws DiagnosticError with all faults: E0202 for what the schema does not allow, each with its path; E0205, E0208,
 *   E0209 for what does not fit; what `readSideFile` throws
 */
export function readNetJson(bytes: Uint8Array, options: ReadOptions): Network {
  const document = parseDocument(bytes, options.fileName);
  if ('populations' in document) return readPopulations(document, options);
  const faults = new FaultCollector(options.fileName);
  const builder = new GraphBuilder();
  const tensors = new NetTensors(options.readSideFile, document.tensorFiles);
  const { name = INPUT_NAME, shape, preprocessing } = document.input;
  faults.attempt({ path: 'input.shape' }, () => builder.add({ op: 'input', name, inputs: [], shape }));
  faults.attempt({ path: 'input.preprocessing' }, () => checkPreprocessing(document));
  readLayers({ document, builder, tensors, faults });
  const conversion = faults.attempt({}, () => readConversion(document, tensors));
  faults.throwIfAny();
  const ann = faults.attempt({}, () => {
    const output = document.output ?? document.layers.at(-1)!.name;
    if (!builder.has(output)) fail('E0202', `no layer is called "${output}"`, { path: 'output' });
    return builder.finish({
      name: document.name ?? networkName(options.fileName),
      // A converted network names its layers: its read-out is one already.
      output: conversion === undefined ? builder.asOutput(output) : output,
      ...(document.labels && { labels: document.labels }),
      ...(document.after && { after: document.after }),
      ...(preprocessing && { preprocessing }),
    });
  });
  faults.throwIfAny();
  if (ann === undefined) fail('E0901', 'the reader gave neither a network nor a fault');
  return conversion === undefined ? { kind: 'conventional', ann } : { kind: 'spiking', ann, conversion };
}

function parseDocument(bytes: Uint8Array, file: string): NetDocument | PopulationsDocument {
  const parsed = parseJsonFile(bytes);
  if ('fault' in parsed) fail('E0202', `the file is not valid JSON: ${parsed.fault}`, { file });
  const { value } = parsed;
  const format = typeof value === 'object' && value !== null && 'format' in value ? value.format : undefined;
  if (typeof format === 'string' && format.startsWith('snn-net/') && format !== 'snn-net/1') {
    fail('E0202', `the format is "${format.slice(0, 40)}", but this version reads snn-net/1`, { file, path: 'format' });
  }
  const hasPopulations = typeof value === 'object' && value !== null && 'populations' in value;
  const checked = (hasPopulations ? populationsSchema : netSchema).safeParse(value);
  if (checked.success) return checked.data;
  const faults = new FaultCollector(file);
  for (const { path, message } of schemaFaults(checked.error)) faults.report(diagnostic('E0202', message, { path }));
  faults.throwIfAny();
  fail('E0901', 'the schema refuses the document without a fault', { file });
}

function checkPreprocessing({ input: { shape, preprocessing } }: NetDocument): void {
  if (preprocessing === undefined) return;
  for (const field of ['mean', 'std'] as const) {
    if (preprocessing[field].length !== shape[0]) {
      fail('E0205', `${field} has ${preprocessing[field].length} values for ${shape[0]} channels`);
    }
  }
}

interface Reading {
  readonly document: NetDocument;
  readonly builder: GraphBuilder;
  readonly tensors: NetTensors;
  readonly faults: FaultCollector;
}

function readLayers({ document, builder, tensors, faults }: Reading): void {
  const { name: input = INPUT_NAME } = document.input;
  const names = new Set([input]);
  for (const [index, layer] of document.layers.entries()) {
    if (faults.has('E0209')) return;
    const path = `layers[${index}]`;
    faults.attempt({ path, layer: layer.name }, () => {
      if (names.has(layer.name)) fail('E0202', `the name "${layer.name}" is taken`, { path: `${path}.name` });
      const inputs = layer.inputs ?? [document.layers[index - 1]?.name ?? input];
      const unknown = inputs.findIndex((input) => !names.has(input));
      if (unknown >= 0) {
        fail('E0202', `no earlier layer is called "${inputs[unknown]!}"`, { path: `${path}.inputs[${unknown}]` });
      }
      // What takes a layer that could not be read is passed over, so that one fault is reported once.
      if (!inputs.every((input) => builder.has(input))) return;
      builder.add(readLayer(layer, { name: layer.name, inputs, input: builder.shape(inputs[0]!), path, tensors }));
    });
    names.add(layer.name);
  }
}
