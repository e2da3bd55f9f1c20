/** The conventional network as text, for `--dump-after`. */
import type { AnnGraph, AnnNode } from '../ir/ann.ts';

/** One aligned line per node: name, operator, output shape, settings, inputs. Ends with a line break. */
export function printAnn(graph: AnnGraph): string {
  const rows = graph.nodes.map((node) => [
    node.name,
    node.op,
    node.shape.join('×'),
    settings(node),
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

function settings(node: AnnNode): string {
  switch (node.op) {
    case 'input':
    case 'affine':
    case 'add':
    case 'concat':
      return '';
    case 'conv':
      return words(
        `${node.weight.shape.join('×')}`,
        node.stride.some((value) => value !== 1) && `stride ${node.stride.join(',')}`,
        padding(node.padding),
        node.dilation.some((value) => value !== 1) && `dilation ${node.dilation.join(',')}`,
        node.groups !== 1 && `groups ${node.groups}`,
        node.bias !== undefined && 'bias',
      );
    case 'dense':
      return words(node.weight.shape.join('×'), node.bias !== undefined && 'bias');
    case 'sparse':
      return words(`${node.weight.length} connections`, node.bias !== undefined && 'bias');
    case 'relu':
      return words(node.max !== undefined && `max ${node.max}`, node.levels !== undefined && `levels ${node.levels}`);
    case 'averagePool':
      return words(
        node.kernel.join('×'),
        `stride ${node.stride.join(',')}`,
        padding(node.padding),
        node.countPadding && 'padding counted',
      );
    case 'pad':
      return padding(node.padding) || 'pad 0';
    case 'flatten':
      return node.order.join() === '0,1,2' ? '' : `order ${node.order.join(',')}`;
  }
}

function padding(values: readonly number[]): string {
  return values.some((value) => value !== 0) ? `pad ${values.join(',')}` : '';
}

function words(...parts: readonly (string | false)[]): string {
  return parts.filter((part) => part !== false && part !== '').join(' ');
}
