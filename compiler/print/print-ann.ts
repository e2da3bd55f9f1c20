/** The conventional network as text, for `--dump-after`. */
import { type AnnGraph, operatorOf } from '../ann/ann.ts';

/** One aligned line per node: name, operator, output shape, settings, inputs. Ends with a line break. */
export function printAnn(graph: AnnGraph): string {
  const rows = graph.nodes.map((node) => [
    node.name,
    node.op,
    node.shape.join('×'),
    operatorOf(node).print(node),
    node.inputs.length === 0 ? '' : `← ${node.inputs.join(', ')}`,
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [`network ${graph.name} → ${graph.output}`, ...lines, ''].join('\n');
}
