/**
 * Writes a network and its conversion as net.json (spec/net-format.md), so that reading it gives the same operator graph
 * and the same neurons, bit for bit.
 */
import type { AnnGraph, AnnNode } from '../ir/ann.ts';
import type { Conversion } from '../ir/conversion.ts';
import type { NetConversion } from '../read/conversion-schema.ts';
import type { NetDocument, NetLayer } from '../read/net-schema.ts';
import { documentText } from './document-text.ts';
import { SideFileWriter } from './side-file.ts';

export interface NetFiles {
  readonly document: string;
  /** Content of the tensor file. */
  readonly tensors: Uint8Array;
}

/** Longest name of a network in the format; file names can be longer. */
const LONGEST_NAME = 200;

/** @param tensorFile name of the tensor file, relative to the document */
export function writeNet(ann: AnnGraph, conversion: Conversion, tensorFile: string): NetFiles {
  const file = new SideFileWriter(tensorFile);
  const [input, ...nodes] = ann.nodes;
  const { preprocessing, labels } = ann;
  const document: NetDocument = {
    format: 'snn-net/1',
    name: ann.name.slice(0, LONGEST_NAME),
    input: {
      name: input!.name,
      shape: [...input!.shape],
      ...(preprocessing && {
        preprocessing: { ...preprocessing, mean: [...preprocessing.mean], std: [...preprocessing.std] },
      }),
    },
    layers: nodes.map((node) => layerOf(node, file)),
    output: ann.output,
    ...(labels && { labels: [...labels] }),
    conversion: conversionOf(conversion, file),
  };
  return { document: documentText(document), tensors: file.bytes() };
}

function layerOf(node: AnnNode, file: SideFileWriter): NetLayer {
  const { name } = node;
  const inputs = [...node.inputs];
  switch (node.op) {
    case 'input':
      throw new Error('a network has one input, and it is no layer');
    case 'conv':
      return {
        op: 'conv',
        name,
        inputs,
        weight: file.tensor(node.weight),
        ...(node.bias && { bias: file.tensor(node.bias) }),
        stride: [...node.stride],
        padding: [...node.padding],
        dilation: [...node.dilation],
        groups: node.groups,
      };
    case 'dense':
      return {
        op: 'dense',
        name,
        inputs,
        weight: file.tensor(node.weight),
        ...(node.bias && { bias: file.tensor(node.bias) }),
      };
    case 'sparse':
      return {
        op: 'sparse',
        name,
        inputs,
        outputs: [...node.shape],
        pre: file.indices(node.pre),
        post: file.indices(node.post),
        weight: file.vector(node.weight),
        ...(node.bias && { bias: file.tensor(node.bias) }),
      };
    case 'affine':
      return { op: 'affine', name, inputs, scale: file.vector(node.scale), shift: file.vector(node.shift) };
    case 'relu':
      return {
        op: 'relu',
        name,
        inputs,
        ...(node.max !== undefined && { max: node.max }),
        ...(node.levels !== undefined && { levels: node.levels }),
      };
    case 'averagePool':
      return {
        op: 'averagePool',
        name,
        inputs,
        kernel: [...node.kernel],
        stride: [...node.stride],
        padding: [...node.padding],
        countPadding: node.countPadding,
      };
    case 'pad':
      return { op: 'pad', name, inputs, padding: [...node.padding] };
    case 'add':
      return { op: 'add', name, inputs };
    case 'concat':
      return { op: 'concat', name, inputs };
    case 'flatten':
      return { op: 'flatten', name, inputs, order: [...node.order] };
  }
}

function conversionOf({ layers, input, rates, ...rest }: Conversion, file: SideFileWriter): NetConversion {
  return {
    ...rest,
    input: { ...input, mean: [...input.mean], std: [...input.std] },
    ...(rates && { rates: { ...rates, layers: [...rates.layers] } }),
    layers: layers.map(({ name, threshold, initial, bias }) => ({
      name,
      threshold: file.doubles(threshold),
      initial: file.doubles(initial),
      bias: file.doubles(bias),
    })),
  };
}
