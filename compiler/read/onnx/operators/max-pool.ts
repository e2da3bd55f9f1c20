/**
 * The maximum over windows, exactly, by ReLUs: max(a, b) = b + relu(a − b), in a tree over the elements of the window. What
 * a and b are is a sum too, of one element and of the ReLUs below it, so each step of the tree is one layer.
 */
import { fail } from '../../../../isa/index.ts';
import type { Padding, Pair } from '../../../ir/ann.ts';
import { sizeOf, type Windows } from '../../../operators/shared/shapes.ts';
import { addAffine, type Call, type Image, imageInput, imageOf, type OnnxOperators } from '../operator.ts';
import { overhang, pairAttribute, readWindows } from '../windows.ts';

/** Beyond, the layers of the tree are too many for any chip. */
const MOST_ELEMENTS = 256;

export const maxPool = {
  MaxPool: {
    attributes: ['auto_pad', 'ceil_mode', 'dilations', 'kernel_shape', 'pads', 'storage_order', 'strides'],
    read: (call) => {
      const input = imageInput(call);
      const kernel = pairAttribute(call, 'kernel_shape', input.rank) ?? fail('E0206', 'MaxPool has no kernel_shape');
      const windows = readWindows(call, input, kernel);
      const [below, beside] = overhang(call, input.shape, kernel, windows);
      const [top, left, bottom, right] = windows.padding;
      const padding: Padding = [top, left, bottom + below, right + beside];
      return addMaximum(call, input, kernel, { ...windows, padding });
    },
  },
  GlobalMaxPool: {
    attributes: [],
    read: (call) => {
      const input = imageInput(call);
      const kernel: Pair = [input.shape[1], input.shape[2]];
      return addMaximum(call, input, kernel, { stride: kernel, padding: [0, 0, 0, 0], dilation: [1, 1] });
    },
  },
} satisfies OnnxOperators;

/** A number of each window: elements of the window with factors, and ReLUs with a sign. */
interface Item {
  readonly taps: Float32Array;
  readonly rectified: readonly string[];
  readonly depth: number;
}

function addMaximum(call: Call, input: Image, kernel: Pair, windows: Windows) {
  const count = kernel[0] * kernel[1];
  if (count > MOST_ELEMENTS)
    fail('E0204', `${call.type} over ${count} elements is not read; up to ${MOST_ELEMENTS} are`);
  if (count === 1 && windows.stride.every((step) => step === 1)) return imageOf(call, input.node, input);
  const { builder } = call;
  let source = input.node;
  let isPositive = isRectified(call, source);
  // relu(max(a, b)) = max(relu(a), relu(b))
  if (!isPositive && call.isRectifiedNext()) {
    source = builder.add({ op: 'relu', name: builder.uniqueName(`${call.name}/rectified`), inputs: [source] }).name;
    isPositive = true;
  }
  if (!isPositive && windows.padding.some((pad) => pad > 0))
    fail(
      'E0204',
      `${call.type} with padding, of values that can be negative, is not read: zeros are not below them`,
      {},
      'Put the ReLU before the pooling.',
    );
  const tree = new MaximumTree(call, source, kernel, windows);
  const items = Array.from({ length: count }, (_, tap): Item => {
    const taps = new Float32Array(count);
    taps[tap] = 1;
    return { taps, rectified: [], depth: 0 };
  });
  const top = tree.largest(items);
  const sum = tree.add(top.taps, top.rectified);
  const node = isPositive ? builder.add({ op: 'relu', name: builder.uniqueName(call.name), inputs: [sum] }).name : sum;
  const neurons = sizeOf(builder.shape(node));
  const maps = count - 1 + (isPositive ? 1 : 0);
  call.note(
    `${call.name} takes the maximum of ${count} elements by ReLUs: ${maps * neurons} neurons in ${maps} layers, and the network is ${top.depth + (isPositive ? 1 : 0)} layers deeper; an average would take none`,
  );
  return imageOf(call, node, input);
}

class MaximumTree {
  readonly #call: Call;
  readonly #source: string;
  readonly #kernel: Pair;
  readonly #windows: Windows;

  constructor(call: Call, source: string, kernel: Pair, windows: Windows) {
    this.#call = call;
    this.#source = source;
    this.#kernel = kernel;
    this.#windows = windows;
  }

  largest(items: readonly Item[]): Item {
    let level = items;
    while (level.length > 1) {
      const next: Item[] = [];
      for (let k = 0; k + 1 < level.length; k += 2) next.push(this.#larger(level[k]!, level[k + 1]!));
      if (level.length % 2 === 1) next.push(level.at(-1)!);
      level = next;
    }
    return level[0]!;
  }

  /** b + relu(a − b) */
  #larger(a: Item, b: Item): Item {
    const { builder } = this.#call;
    const opposite = b.rectified.map((name) => addAffine(builder, `${this.#call.name}/less`, name, -1, 0));
    const difference = this.add(
      a.taps.map((tap, k) => tap - b.taps[k]!),
      [...a.rectified, ...opposite],
    );
    const more = builder.add({ op: 'relu', name: this.#name('more'), inputs: [difference] }).name;
    return { taps: b.taps, rectified: [...b.rectified, more], depth: Math.max(a.depth, b.depth) + 1 };
  }

  /** The elements of each window with these factors, plus the nodes named. */
  add(taps: Float32Array, nodes: readonly string[]): string {
    const { builder } = this.#call;
    const [channels] = builder.shape(this.#source);
    const data = new Float32Array(channels * taps.length);
    for (let channel = 0; channel < channels; channel++) data.set(taps, channel * taps.length);
    const weight = { shape: [channels, 1, ...this.#kernel], data };
    const picked = builder.add({
      op: 'conv',
      name: this.#name('picked'),
      inputs: [this.#source],
      weight,
      ...this.#windows,
      groups: channels,
    }).name;
    if (nodes.length === 0) return picked;
    return builder.add({ op: 'add', name: this.#name('sum'), inputs: [picked, ...nodes] }).name;
  }

  #name = (part: string): string => this.#call.builder.uniqueName(`${this.#call.name}/${part}`);
}

/** Whether nothing that reaches the node is below 0. */
function isRectified(call: Call, name: string): boolean {
  const open = [name];
  const seen = new Set<string>();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const node = call.builder.node(next);
    if (node.op === 'relu') continue;
    const isSelection = node.op === 'sparse' && node.bias === undefined && node.weight.every((weight) => weight >= 0);
    if (!isSelection && !['flatten', 'concat', 'pad', 'add', 'averagePool'].includes(node.op)) return false;
    open.push(...node.inputs);
  }
  return true;
}
