/**
 * Turns the operator graph into spiking layers: every activation closes a layer; whatever lies between it and the
 * activations before it is linear and becomes a sum of branches. Batch normalisation scales branches and bias, average
 * pooling becomes a sum over shared axons with its factor in the weights; flattening and concatenation only rename indices.
 */
import { diagnostic, fail, type Diagnostic, type Finishing } from '../../isa/index.ts';
import { type AnnGraph, type AnnNode, operatorOf } from '../ann/ann.ts';
import type { NodeBase } from '../ir/ann.ts';
import { INPUT, type FloatGraph, type FloatLayer, type Rectification } from '../ir/layers.ts';
import { type ChannelPart, type ChannelParts, joinParts, single } from '../linear/channel-parts.ts';
import { type Expression, materialiseReason, viewOf } from '../linear/expression.ts';
import type { LayerForming } from '../operators/shared/operator.ts';
import { mergeActivations } from './form-layers/merge-activations.ts';
import { pass } from '../pass.ts';
import { printFloatGraph } from '../print/print-layers.ts';
import { verifyFloatGraph } from '../verify/verify-float-layers.ts';

export interface FormedLayers {
  readonly graph: FloatGraph;
  /** Per layer: the node of the operator graph whose output is the layer's activation. */
  readonly nodeOf: readonly string[];
  /** Last activations that the read-out goes without, for whoever reads it. */
  readonly after: readonly Finishing[];
  readonly warnings: readonly Diagnostic[];
}

/**
 * @throws DiagnosticError E0207 where two linear operators follow each other without an activation and cannot be merged
 */
export function formLayers(ann: AnnGraph): FormedLayers {
  return new LayerBuilder(ann).build();
}

export const formLayersPass = pass({
  name: 'form-layers',
  says: 'operator graph → spiking layers: fold normalisation and pooling, close a layer at every activation',
  run: ({ ann }: { readonly ann: AnnGraph }, { warn }) => {
    const formed = formLayers(ann);
    formed.warnings.forEach(warn);
    return { formed };
  },
  print: ({ formed }) => printFloatGraph(formed.graph),
  verify: ({ formed }) => {
    verifyFloatGraph(formed.graph, formed.nodeOf);
  },
});

class LayerBuilder implements LayerForming {
  readonly #ann: AnnGraph;
  readonly #nodes: ReadonlyMap<string, AnnNode>;
  readonly #users = new Map<string, AnnNode[]>();
  readonly #values = new Map<string, ChannelParts>();
  /** Activations that wait to be merged with the one that takes them. */
  readonly #waiting = new Map<string, Rectification>();
  /** Per node whose average has become a layer of its own: that layer as a view. */
  readonly #averages = new Map<string, Expression>();
  readonly #layers: FloatLayer[] = [];
  readonly #nodeOf: string[] = [];
  readonly #warnings: Diagnostic[] = [];
  readonly #usedNames = new Set<string>();

  constructor(ann: AnnGraph) {
    this.#ann = ann;
    this.#nodes = new Map(ann.nodes.map((node) => [node.name, node]));
    for (const node of ann.nodes)
      for (const input of node.inputs) {
        const users = this.#users.get(input);
        if (users === undefined) this.#users.set(input, [node]);
        else users.push(node);
      }
  }

  build(): FormedLayers {
    const after: Finishing[] = [];
    let output = this.#node(this.#ann.output);
    for (let last = operatorOf(output).activation; last !== undefined; last = operatorOf(output).activation) {
      const { max, levels } = last(output);
      after.unshift({ op: 'clip', ...(max < Infinity && { max }), ...(levels !== undefined && { levels }) });
      this.#warnings.push(
        diagnostic(
          'W0303',
          `the last activation ${output.name} is dropped: the read-out accumulates without it; run records apply it to the values`,
          { layer: output.name },
        ),
      );
      output = this.#node(output.inputs[0]!);
    }
    // In topological order, so that no recursion depends on the depth of the network.
    const wanted = this.#ancestors(output.name);
    for (const node of this.#ann.nodes) if (wanted.has(node.name)) this.#values.set(node.name, this.#translate(node));
    this.#close(this.#whole(this.#value(output.name), output).expression, output, { kind: 'none' });
    const inputShape = this.#ann.nodes[0]!.shape;
    return {
      graph: { name: this.#ann.name, inputShape, layers: this.#layers },
      nodeOf: this.#nodeOf,
      after,
      warnings: this.#warnings,
    };
  }

  #node(name: string): AnnNode {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new Error(`no node ${name}`);
    return node;
  }

  #value(name: string): ChannelParts {
    const value = this.#values.get(name);
    if (value === undefined) throw new Error(`node ${name} comes after its use`);
    return value;
  }

  #ancestors(name: string): Set<string> {
    const found = new Set<string>();
    const open = [name];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      open.push(...this.#node(next).inputs);
    }
    return found;
  }

  #translate(node: AnnNode): ChannelParts {
    const parts = this.#apply(node);
    const [{ expression, layout }] = parts as [ChannelPart];
    if (parts.length > 1 || layout !== undefined || expression.node !== undefined) return parts;
    return single({ ...expression, node: node.name });
  }

  #apply(node: AnnNode): ChannelParts {
    const inputs = node.inputs.map((name) => this.#value(name));
    const operator = operatorOf(node);
    return operator.activation === undefined
      ? operator.fold(node, inputs, this)
      : this.#activate(inputs[0]!, node, operator.activation(node));
  }

  /** Closes a layer, unless the activation is followed by another that it is one with. */
  #activate(parts: ChannelParts, node: AnnNode, own: Rectification): ChannelParts {
    const before = this.#waiting.get(node.inputs[0]!);
    const activation = before === undefined ? own : mergeActivations(before, own)!;
    const [user, ...others] = this.#users.get(node.name) ?? [];
    const next = user && others.length === 0 ? operatorOf(user).activation?.(user) : undefined;
    if (next !== undefined && mergeActivations(activation, next) !== undefined) {
      this.#waiting.set(node.name, activation);
      return parts;
    }
    const { expression, layout } = this.#whole(parts, node);
    const index = this.#close(expression, node, activation);
    return single(viewOf(index, expression.shape, node.name), layout);
  }

  /** The parts as the one image of a layer, whose elements are in the order of the node's output. */
  #whole(parts: ChannelParts, node: AnnNode): ChannelPart {
    const whole = joinParts(parts, node.name);
    if (whole.layout !== undefined && String(whole.layout.order) !== '0,1,2')
      fail('E0204', `${node.name} follows a transposed flattening`, { layer: node.name }, 'put the ReLU before it');
    return whole;
  }

  /**
   * Linear operators apply to plain views of layers; a pooled non-negative source becomes a spiking layer of its own.
   */
  asViews(parts: ChannelParts, node: NodeBase): ChannelParts {
    const reasons = parts.map(({ expression }) => materialiseReason(expression, (source) => source !== INPUT));
    if (reasons.every((reason) => reason === 'none')) return parts;
    const impossible = reasons.indexOf('impossible');
    if (impossible >= 0)
      fail(
        'E0207',
        `${node.name} (${node.op}) follows ${parts[impossible]!.expression.origin} without an activation between them`,
        { layer: node.name },
        'put a ReLU between the two operators, or merge them before the export',
      );
    const isKnown = parts.every(({ expression }, k) => reasons[k] === 'none' || expression.node !== undefined);
    if (isKnown) return parts.map((part, k) => (reasons[k] === 'none' ? part : this.#materialise(part)));
    let origin = this.#node(node.inputs[0]!);
    while (origin.op === 'flatten') origin = this.#node(origin.inputs[0]!);
    const { expression, layout } = joinParts(parts, node.name);
    return [this.#materialise({ expression: { ...expression, node: origin.name }, layout })];
  }

  #materialise({ expression, layout }: ChannelPart): ChannelPart {
    const node = this.#node(expression.node!);
    let view = this.#averages.get(node.name);
    if (view === undefined) {
      const index = this.#close(expression, node, { kind: 'relu', max: Infinity });
      view = viewOf(index, expression.shape, node.name);
      this.#averages.set(node.name, view);
    }
    return { expression: view, layout };
  }

  #close(expression: Expression, node: AnnNode, activation: FloatLayer['activation']): number {
    const name = this.#layerName(expression, node);
    const branches = expression.terms.map((term) => {
      if (term.padding.some((p) => p !== 0))
        fail('E0204', `padding before ${node.name} is not followed by a convolution or pooling`, { layer: node.name });
      const channels = term.pooled[0];
      const factor = 1 / (term.pool[0] * term.pool[1]);
      return {
        source: term.source,
        pool: term.pool,
        pooled: term.pooled,
        operator: term.operator ?? { kind: 'diagonal' as const, weight: new Float64Array(channels).fill(factor) },
      };
    });
    if (
      ![expression.bias, ...branches.map(({ operator }) => operator.weight)].every((values) =>
        values.every(Number.isFinite),
      )
    )
      fail('E0208', `weights or biases of ${name} become infinite where its operators are merged`, { layer: name });
    this.#layers.push({ name, shape: expression.shape, branches, bias: expression.bias, activation });
    this.#nodeOf.push(node.name);
    return this.#layers.length - 1;
  }

  /** The name of the operator that the user knows the layer by. */
  #layerName(expression: Expression, node: AnnNode): string {
    const base = expression.origin === '' ? node.name : expression.origin;
    let name = base;
    for (let k = 2; this.#usedNames.has(name); k++) name = `${base}#${k}`;
    this.#usedNames.add(name);
    return name;
  }
}
