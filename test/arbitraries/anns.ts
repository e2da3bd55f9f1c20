/** Random networks as operator graphs, through the reader. */
import { readNetwork, type AnnGraph } from '../../compiler/index.ts';
import type { RandomNetwork } from './networks.ts';

export function annOf(net: RandomNetwork): AnnGraph {
  return readNetwork(new TextEncoder().encode(net.json), {
    fileName: 'random.net.json',
    readSideFile: (name) => {
      throw new Error(`no side file ${name}`);
    },
  }).ann;
}
