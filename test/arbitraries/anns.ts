/** Random networks as operator graphs, through the reader. */
import type { AnnGraph } from '../../compiler/index.ts';
import type { RandomNetwork } from './networks.ts';
import { readAnn } from './read-ann.ts';

export function annOf(net: RandomNetwork): AnnGraph {
  return readAnn(new TextEncoder().encode(net.json), {
    fileName: 'random.net.json',
    readSideFile: (name) => {
      throw new Error(`no side file ${name}`);
    },
  });
}
