/**
 * Linear operators that follow each other without an activation. Neurons stand between any two of them on a chip, so either
 * the two are put together, or what lies between gets neurons of its own: x = relu(x) − relu(−x), or relu(x) alone where x
 * cannot be negative. Both are exact; whichever takes fewer synapses is done.
 */
import { diagnostic, type Diagnostic, type Shape, shapeSize } from '../../isa/index.ts';
import { type AnnGraph, type AnnNode, neededNodes, type NodeDraft, operatorOf } from '../ann/ann.ts';
import { inferShape } from '../ann/infer-shape.ts';
import { windowsTile } from '../operators/average-pool.ts';
import { pass } from '../pass.ts';
import { printAnn } from '../print/print-ann.ts';
import { verifyAnn } from '../verify/verify-ann.ts';
import { type LinearNode, together } from './merge-linear/together.ts';

export interface Merged {
  readonly ann: AnnGraph;
  readonly warnings: readonly Diagnostic[];
}

/** What linear operators can be applied to: a view of activations, also one that a 1×1 convolution or an average takes. */
type Form = 'view' | 'pointwise' | 'average' | 'linear';

interface Known {
  readonly form: Form;
  /** Whether no element can be below 0. */
  readonly isPositive: boolean;
}

/** @param ann verified. @throws E0209 where what is made is too large */
export function mergeLinear(ann: AnnGraph): Merged {
  return new LinearMerger(ann).merge();
}

export const mergeLinearPass = pass({
  name: 'merge-linear',
  says: 'linear operators in a row: put together, or neurons between them, whichever takes fewer synapses',
  run: ({ ann }: { readonly ann: AnnGraph }, { warn }) => {
    const merged = mergeLinear(ann);
    merged.warnings.forEach(warn);
    return { ann: merged.ann };
  },
  print: ({ ann }) => printAnn(ann),
  verify: ({ ann }) => {
    verifyAnn(ann);
  },
});

class LinearMerger {
  readonly #ann: AnnGraph;
  readonly #nodes = new Map<string, AnnNode>();
  readonly #known = new Map<string, Known>();
  /** How many nodes take the output of each. */
  readonly #users = new Map<string, number>();
  /** Per value between two linear operators: what stands for it. */
  readonly #relayed = new Map<string, string>();
  readonly #warnings: Diagnostic[] = [];

  constructor(ann: AnnGraph) {
    this.#ann = ann;
    for (const name of ann.nodes.flatMap(({ inputs }) => inputs))
      this.#users.set(name, (this.#users.get(name) ?? 0) + 1);
  }

  merge(): Merged {
    for (const node of this.#ann.nodes) this.#take(this.#settled(node));
    const nodes = neededNodes([...this.#nodes.values()], this.#ann.output);
    return { ann: { ...this.#ann, nodes }, warnings: this.#warnings };
  }

  #take(node: AnnNode): void {
    this.#nodes.set(node.name, node);
    this.#known.set(node.name, this.#classify(node));
  }

  #add(draft: NodeDraft): string {
    let name = draft.name;
    for (let k = 2; this.#nodes.has(name) || this.#users.has(name); k++) name = `${draft.name}_${k}`;
    this.#take({ ...draft, name, shape: this.#shapeOf(draft) });
    return name;
  }

  #shapeOf = (draft: NodeDraft): Shape =>
    inferShape(
      draft,
      draft.inputs.map((input) => this.#node(input).shape),
    );

  #node(name: string): AnnNode {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new Error(`no node ${name}`);
    return node;
  }

  #of = (node: AnnNode): Known[] => node.inputs.map((name) => this.#known.get(name)!);

  #classify(node: AnnNode): Known {
    const inputs = this.#of(node);
    const isPositive = inputs.every((input) => input.isPositive);
    const forms: Form[] = ['view', 'pointwise', 'average', 'linear'];
    const form = forms[Math.max(0, ...inputs.map((input) => forms.indexOf(input.form)))]!;
    switch (node.op) {
      case 'input':
        return { form: 'view', isPositive: false };
      case 'relu':
        return { form: 'view', isPositive: true };
      case 'add':
      case 'concat':
        return { form: form === 'pointwise' ? 'linear' : form, isPositive };
      case 'flatten':
      case 'pad':
        return { form, isPositive };
      case 'affine': {
        const rises = isPositive && [node.scale, node.shift].every((values) => values.every((value) => value >= 0));
        const isPlain = node.shift.every((shift) => shift === 0);
        return { form: form === 'average' && !(rises && isPlain) ? 'linear' : form, isPositive: rises };
      }
      case 'averagePool':
        return { form: pooledForm(node, form, isPositive), isPositive };
      case 'conv':
      case 'dense':
      case 'sparse':
        return { form: isPointwise(node) ? 'pointwise' : 'linear', isPositive: isPositive && hasNoNegative(node) };
    }
  }

  /** The node, or what does the same and can follow its inputs. */
  #settled(node: AnnNode): AnnNode {
    const own = isSpread(node, (name) => this.#node(name)) ? asConnections(node) : node;
    if (!isLinear(own) && own.op !== 'pad') return own;
    const [input] = own.inputs as [string];
    const { form } = this.#known.get(input)!;
    const fits =
      form === 'view' || form === 'average' || (form === 'pointwise' && own.op === 'averagePool' && isTiled(own));
    if (fits) return own;
    return (isLinear(own) ? this.#putTogether(own) : undefined) ?? { ...own, inputs: [this.#relay(input, own.name)] };
  }

  /** One operator for the node and that before it, where it has fewer synapses than neurons between them. */
  #putTogether(node: LinearNode): AnnNode | undefined {
    const chain: AnnNode[] = [];
    for (let name = node.inputs[0]!; ; name = chain[0]!.inputs[0]!) {
      if (this.#users.get(name)! > 1 || name === this.#ann.output) return undefined;
      const before = this.#node(name);
      chain.unshift(before);
      if (isLinear(before)) break;
      if (before.op !== 'affine' && before.op !== 'flatten') return undefined;
    }
    const [first] = chain as [LinearNode];
    const between = chain.at(-1)!;
    const { isPositive } = this.#known.get(between.name)!;
    const apart = (isPositive ? 1 : 2) * (synapsesOf(first) + synapsesOf(node));
    const source = this.#node(first.inputs[0]!);
    const made = together([first, ...chain.slice(1), node], source.shape, apart);
    if (made === undefined) return undefined;
    const last = made.at(-1)!;
    for (const draft of made.slice(0, -1)) this.#add(draft);
    const shape = this.#shapeOf(last);
    const whole = { ...last, shape } as AnnNode;
    const count = made.reduce(
      (sum, draft) => sum + (draft.op === 'affine' || draft.op === 'flatten' ? 0 : synapsesOf({ ...draft, shape })),
      0,
    );
    this.#say(
      node.name,
      `${first.name} and ${node.name} follow each other without an activation: they are one operator of ${count} synapses, where neurons between them would make it ${apart}`,
    );
    return whole;
  }

  /** The value as views of neurons of its own. */
  #relay(name: string, user: string): string {
    const known = this.#relayed.get(name);
    if (known !== undefined) return known;
    const node = this.#node(name);
    // Neurons have the order of the image, not that of the vector that it is flattened to.
    if (node.op === 'flatten') {
      const flat = this.#add({ ...node, name: `${name}/relayed`, inputs: [this.#relay(node.inputs[0]!, user)] });
      this.#relayed.set(name, flat);
      return flat;
    }
    const { shape } = node;
    const [channels] = shape;
    const { isPositive } = this.#known.get(name)!;
    const positive = this.#add({ op: 'relu', name: `${name}/positive`, inputs: [name] });
    let relayed = positive;
    if (!isPositive) {
      const turned = { scale: new Float32Array(channels).fill(-1), shift: new Float32Array(channels) };
      const opposite = this.#add({ op: 'affine', name: `${name}/opposite`, inputs: [name], ...turned });
      const negative = this.#add({ op: 'relu', name: `${name}/negative`, inputs: [opposite] });
      const back = this.#add({ op: 'affine', name: `${name}/negative/back`, inputs: [negative], ...turned });
      relayed = this.#add({ op: 'add', name: `${name}/relayed`, inputs: [positive, back] });
    }
    this.#relayed.set(name, relayed);
    const neurons = (isPositive ? 1 : 2) * shapeSize(shape);
    this.#say(
      user,
      `${name} reaches ${user} without an activation between them: ${neurons} neurons of ${isPositive ? 'a layer' : 'two layers'} hold it, and the network is a layer deeper`,
    );
    return relayed;
  }

  #say(layer: string, message: string): void {
    this.#warnings.push(diagnostic('W0309', message, { layer }));
  }
}

const isLinear = (node: AnnNode): node is LinearNode =>
  node.op === 'conv' || node.op === 'dense' || node.op === 'sparse' || node.op === 'averagePool';

const synapsesOf = (node: AnnNode): number =>
  node.op === 'averagePool' ? shapeSize(node.shape) * node.kernel[0] * node.kernel[1] : operatorOf(node).macs(node);

const isTiled = (node: Extract<AnnNode, { op: 'averagePool' }>): boolean =>
  node.padding.every((pad) => pad === 0) && windowsTile(node);

/** As form-layers pools: windows that do not overlap are part of what takes them; others are a sum with weights. */
function pooledForm(node: Extract<AnnNode, { op: 'averagePool' }>, form: Form, isPositive: boolean): Form {
  if (isTiled(node) && form !== 'average' && form !== 'linear') return form;
  return isPositive ? 'average' : 'linear';
}

function isPointwise(node: AnnNode): boolean {
  if (node.op !== 'conv') return false;
  const [, , rows, columns] = node.weight.shape;
  return (
    rows === 1 && columns === 1 && node.stride.every((step) => step === 1) && node.padding.every((pad) => pad === 0)
  );
}

function hasNoNegative(node: AnnNode): boolean {
  return operatorOf(node)
    .parameters(node)
    .every(({ data }) => data.every((value) => value >= 0));
}

/** Whether a factor per feature is not one per channel of the image that was flattened. */
function isSpread(node: AnnNode, nodeOf: (name: string) => AnnNode): node is Extract<AnnNode, { op: 'affine' }> {
  if (node.op !== 'affine' || node.scale.every((scale) => scale === node.scale[0])) return false;
  let before = nodeOf(node.inputs[0]!);
  while (before.op === 'affine' || before.op === 'add' || before.op === 'concat') before = nodeOf(before.inputs[0]!);
  return before.op === 'flatten';
}

function asConnections({ name, inputs, shape, scale, shift }: Extract<AnnNode, { op: 'affine' }>): LinearNode {
  const each = Uint32Array.from(scale.keys());
  const bias = { shape: [shift.length], data: shift };
  return { op: 'sparse', name, inputs, shape, pre: each, post: each, weight: scale, bias };
}
