/** Reads the network, whatever its format, by one of the two entrances of a build. */
import { pass } from '../pass.ts';
import { printAnn } from '../print/print-ann.ts';
import { readNetwork, type ReadOptions } from '../read/index.ts';
import { verifyAnn } from '../verify/verify-ann.ts';

/** @throws DiagnosticError E02xx for every fault of the file */
export const readNetworkPass = pass({
  name: 'read-network',
  says: 'ONNX or net.json → operator graph or populations, all shapes known',
  run: (file: ReadOptions & { readonly source: Uint8Array }) => ({ network: readNetwork(file.source, file) }),
  print: ({ network }) =>
    network.kind === 'populations'
      ? `${network.name}: ${network.populations.length} populations`
      : printAnn(network.ann),
  verify: ({ network }) => {
    if (network.kind !== 'populations') verifyAnn(network.ann);
  },
});
