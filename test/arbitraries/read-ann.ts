/** The operator graph of a network that is not of populations. */
import { readNetwork, type AnnGraph, type ReadOptions } from '../../compiler/index.ts';

export function readAnn(bytes: Uint8Array, options: ReadOptions): AnnGraph {
  const network = readNetwork(bytes, options);
  if (network.kind === 'populations') throw new Error('a network with an operator graph is expected');
  return network.ann;
}
