/** hMETIS text with weights on hyperedges and nodes (format 11); the first pin of a hyperedge is its source. */

/** @returns the parts for `buildHypergraph` */
export function parseHmetis(text) {
  const lines = text.trimEnd().split('\n');
  const [edges, nodes, format] = lines[0].split(' ').map(Number);
  if (format !== 11 || lines.length !== 1 + edges + nodes) throw new Error('not an hMETIS file with both weights');
  const rows = lines.slice(1, 1 + edges).map((line) => line.split(' ').map(Number));
  const targetStart = new Uint32Array(edges + 1);
  rows.forEach((row, e) => (targetStart[e + 1] = targetStart[e] + row.length - 2));
  return {
    nodes,
    resources: 1,
    nodeLoad: Float64Array.from(lines.slice(1 + edges), Number),
    source: Uint32Array.from(rows, (row) => row[1] - 1),
    targetStart,
    targets: Uint32Array.from(rows.flatMap((row) => row.slice(2).map((pin) => pin - 1))),
    edgeWeight: Float64Array.from(rows, (row) => row[0]),
  };
}

/** The same text for the parts of a hypergraph with one resource. */
export function formatHmetis({ nodes, nodeLoad, source, targetStart, targets, edgeWeight }) {
  const lines = [`${source.length} ${nodes} 11`];
  for (let e = 0; e < source.length; e++) {
    const pins = Array.from(targets.subarray(targetStart[e], targetStart[e + 1]), (pin) => pin + 1);
    lines.push([edgeWeight[e], source[e] + 1, ...pins].join(' '));
  }
  return `${[...lines, ...nodeLoad].join('\n')}\n`;
}

/** One block number a line. */
export const parseBlocks = (text) => Uint32Array.from(text.trimEnd().split('\n'), Number);
