/**
 * Writes a network and its conversion as net.json (spec/net-format.md), so that reading it gives the same operator graph
 * and the same neurons, bit for bit.
 */
import { sha256Of } from '../../isa/index.ts';
import { type AnnGraph, operatorOf } from '../ann/ann.ts';
import type { Conversion } from '../ir/conversion.ts';
import type { PacketRates } from '../ir/rates.ts';
import type { NetConversion } from '../read/conversion-schema.ts';
import type { NetDocument } from '../read/net-schema.ts';
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
  const { preprocessing, labels, after } = ann;
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
    layers: nodes.map((node) => operatorOf(node).write(node, file)),
    output: ann.output,
    ...(labels && { labels: [...labels] }),
    ...(after && { after: [...after] }),
    conversion: conversionOf(conversion, file),
  };
  const tensors = file.bytes();
  const sha256 = sha256Of(tensors);
  return { document: documentText({ ...document, tensorFiles: [{ file: tensorFile, sha256 }] }), tensors };
}

function conversionOf(
  { layers, input: { channelSteps, ...input }, rates, ...rest }: Conversion,
  file: SideFileWriter,
): NetConversion {
  return {
    ...rest,
    input: {
      ...input,
      mean: [...input.mean],
      std: [...input.std],
      ...(channelSteps && { channelSteps: [...channelSteps] }),
    },
    ...(rates && { rates: writtenRates(rates) }),
    layers: layers.map(({ name, threshold, initial, bias }) => ({
      name,
      threshold: file.doubles(threshold),
      initial: file.doubles(initial),
      bias: file.doubles(bias),
    })),
  };
}

const writtenRates = ({ samples, input, layers, profiles }: PacketRates): NonNullable<NetConversion['rates']> => ({
  ...{ samples, input, layers: [...layers] },
  ...(profiles && {
    profiles: profiles.map(({ rows, columns, active }) => ({ rows: [...rows], columns: [...columns], active })),
  }),
});
