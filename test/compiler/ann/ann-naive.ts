/** The operators by their definitions, one output at a time: slow, plain, and written apart from the float engine. */
import type { Shape } from '../../../isa/index.ts';
import type { AnnGraph, AnnNode } from '../../../compiler/ann/ann.ts';

/** Output of every node, NCHW. */
export function evaluateNaively(graph: AnnGraph, x: Float64Array): Map<string, number[]> {
  const outputs = new Map<string, number[]>();
  const shapes = new Map<string, Shape>();
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => outputs.get(name)!);
    outputs.set(node.name, node.op === 'input' ? [...x] : apply(node, inputs, shapes.get(node.inputs[0]!)!));
    shapes.set(node.name, node.shape);
  }
  return outputs;
}

function apply(node: AnnNode, inputs: readonly number[][], shape: Shape): number[] {
  const x = inputs[0]!;
  const [C, H, W] = shape;
  const at = (c: number, y: number, z: number): number =>
    y < 0 || z < 0 || y >= H || z >= W ? 0 : x[(c * H + y) * W + z]!;
  const output: number[] = [];
  const fill = (value: (c: number, y: number, z: number) => number): number[] => {
    for (let c = 0; c < node.shape[0]; c++) {
      for (let y = 0; y < node.shape[1]; y++) for (let z = 0; z < node.shape[2]; z++) output.push(value(c, y, z));
    }
    return output;
  };
  switch (node.op) {
    case 'input':
      return x;
    case 'conv': {
      const [out, per, kh, kw] = node.weight.shape as [number, number, number, number];
      return fill((o, y, z) => {
        let sum = node.bias?.data[o] ?? 0;
        for (let i = 0; i < per; i++) {
          for (let ky = 0; ky < kh; ky++) {
            for (let kx = 0; kx < kw; kx++) {
              const row = y * node.stride[0] + ky * node.dilation[0] - node.padding[0];
              const column = z * node.stride[1] + kx * node.dilation[1] - node.padding[1];
              const channel = Math.floor(o / (out / node.groups)) * per + i;
              sum += node.weight.data[((o * per + i) * kh + ky) * kw + kx]! * at(channel, row, column);
            }
          }
        }
        return sum;
      });
    }
    case 'dense':
      return fill((o) =>
        x.reduce((sum, value, i) => sum + node.weight.data[o * x.length + i]! * value, node.bias?.data[o] ?? 0),
      );
    case 'sparse':
      return fill((o) =>
        node.pre.reduce(
          (sum, pre, k) => (node.post[k] === o ? sum + node.weight[k]! * x[pre]! : sum),
          node.bias?.data[o] ?? 0,
        ),
      );
    case 'affine':
      return fill((c, y, z) => node.scale[c]! * at(c, y, z) + node.shift[c]!);
    case 'relu':
      if (node.levels === undefined) return x.map((value) => Math.min(Math.max(value, 0), node.max ?? Infinity));
      return x.map((value) => {
        const level = Math.floor((value * node.levels!) / node.max! + 0.5);
        return (node.max! * Math.min(Math.max(level, 0), node.levels!)) / node.levels!;
      });
    case 'averagePool':
      return fill((c, y, z) => {
        let sum = 0;
        let inside = 0;
        for (let ky = 0; ky < node.kernel[0]; ky++) {
          for (let kx = 0; kx < node.kernel[1]; kx++) {
            const row = y * node.stride[0] + ky - node.padding[0];
            const column = z * node.stride[1] + kx - node.padding[1];
            sum += at(c, row, column);
            if (row >= 0 && column >= 0 && row < H && column < W) inside++;
          }
        }
        return sum / (node.countPadding ? node.kernel[0] * node.kernel[1] : inside);
      });
    case 'pad':
      return fill((c, y, z) => at(c, y - node.padding[0], z - node.padding[1]));
    case 'add':
      return x.map((_, index) => inputs.reduce((sum, input) => sum + input[index]!, 0));
    case 'concat':
      return inputs.flat();
    case 'flatten': {
      const size = [C, H, W];
      const [a, b, c] = node.order.map((axis) => size[axis]!) as [number, number, number];
      return fill((flat) => {
        const position = [0, 0, 0];
        position[node.order[0]] = Math.floor(flat / (b * c));
        position[node.order[1]] = Math.floor(flat / c) % b;
        position[node.order[2]] = flat % c;
        if (position[node.order[0]]! >= a) throw new Error('beyond the tensor');
        return at(position[0]!, position[1]!, position[2]!);
      });
    }
  }
}
