/**
 * Turns the operator graph into spiking layers: every activation closes a layer; whatever lies between it and the
 * activations before it is linear and becomes a sum of branches. Batch normalisation scales branches and bias, average
 * pooling becomes a sum over shared axons with its factor in the weights, flattening only renames indices.
 */
import { shapeSize, diagnostic, fail, type Diagnostic } from '../../isa/index.ts';
import type { AnnGraph, AnnNode, ReluNode } from '../ir/ann.ts';
import { INPUT, type FloatGraph, type FloatLayer } from '../ir/layers.ts';
import {
  addExpressions,
  applyConv,
  applyDense,
  applySparse,
  flattenExpression,
  materialiseReason,
  padExpression,
  poolExpression,
  scaleExpression,
  viewOf,
  type Expression,
  type Term,
} from '../ir/linear.ts';

export interface FormedLayers {
  readonly graph: FloatGraph;
  /** Per layer: the node of the operator graph whose output is the layer's activation. */
  readonly nodeOf: readonly string[];
  readonly warnings: readonly Diagnostic[];
}

/**
 * @throws DiagnosticError E0207 where two linear operators follow each other without an activation and cannot be merged
 */
export function formLayers(ann: AnnGraph): FormedLayers {
  return new LayerBuilder(ann).build();
}

class LayerBuilder {
  private readonly ann: AnnGraph;
  private readonly nodes: ReadonlyMap<string, AnnNode>;
  private readonly expressions = new Map<string, Expression>();
  private readonly layers: FloatLayer[] = [];
  private readonly nodeOf: string[] = [];
  private readonly warnings: Diagnostic[] = [];
  private readonly usedNames = new Set<string>();

  constructor(ann: AnnGraph) {
    this.ann = ann;
    this.nodes = new Map(ann.nodes.map((node) => [node.name, node]));
  }

  build(): FormedLayers {
    let output = this.node(this.ann.output);
    while (output.op === 'relu') {
      this.warnings.push(
        diagnostic('W0303', `the last activation ${output.name} is dropped: the read-out accumulates without it`, {
          layer: output.name,
        }),
      );
      output = this.node(output.inputs[0]!);
    }
    // In topological order, so that no recursion depends on the depth of the network.
    const wanted = this.ancestors(output.name);
    for (const node of this.ann.nodes) if (wanted.has(node.name)) this.expressions.set(node.name, this.translate(node));
    const result = this.expression(output.name);
    this.close(result, output, { kind: 'none' });
    const inputShape = this.ann.nodes[0]!.shape;
    return {
      graph: { name: this.ann.name, inputShape, layers: this.layers },
      nodeOf: this.nodeOf,
      warnings: this.warnings,
    };
  }

  private node(name: string): AnnNode {
    const node = this.nodes.get(name);
    if (node === undefined) throw new Error(`no node ${name}`);
    return node;
  }

  private expression(name: string): Expression {
    const expression = this.expressions.get(name);
    if (expression === undefined) throw new Error(`node ${name} comes after its use`);
    return expression;
  }

  private ancestors(name: string): Set<string> {
    const found = new Set<string>();
    const open = [name];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      open.push(...this.node(next).inputs);
    }
    return found;
  }

  private translate(node: AnnNode): Expression {
    const inputs = node.inputs.map((name) => this.expression(name));
    switch (node.op) {
      case 'input':
        return viewOf(INPUT, node.shape);
      case 'relu': {
        const { flattened, shape } = inputs[0]!;
        if (flattened !== undefined && String(flattened) !== '0,1,2' && shapeSize(shape) !== shape[0])
          fail('E0204', `${node.name} follows a transposed flattening`, { layer: node.name }, 'put the ReLU before it');
        if (this.reluAfter(node) !== undefined) return inputs[0]!;
        const index = this.close(inputs[0]!, node, { kind: 'relu', max: this.clipLevel(node) });
        return { ...viewOf(index, this.layers[index]!.shape), flattened: inputs[0]!.flattened };
      }
      case 'conv':
        return applyConv(this.asViews(inputs[0]!, node), node);
      case 'dense':
        return applyDense(this.asViews(inputs[0]!, node), node);
      case 'sparse':
        return applySparse(this.asViews(inputs[0]!, node), node);
      case 'affine':
        return scaleExpression(inputs[0]!, node);
      case 'averagePool':
        return poolExpression(this.poolable(inputs[0]!, node), node);
      case 'pad':
        return padExpression(this.asViews(inputs[0]!, node), node);
      case 'add':
        return inputs.reduce((sum, term) => addExpressions(sum, term, node.name));
      case 'flatten':
        return flattenExpression(inputs[0]!, node);
    }
  }

  /** The activation that takes this one's output and is alone in that: together they are one activation. */
  private reluAfter(node: AnnNode): ReluNode | undefined {
    const users = this.ann.nodes.filter((other) => other.inputs.includes(node.name));
    const [user] = users;
    return users.length === 1 && user!.op === 'relu' ? user : undefined;
  }

  /** The lowest clip level of an activation and of those merged into it. */
  private clipLevel(node: ReluNode): number {
    const before = this.node(node.inputs[0]!);
    const merged = before.op === 'relu' && this.reluAfter(before) === node ? this.clipLevel(before) : Infinity;
    return Math.min(node.max ?? Infinity, merged);
  }

  /** Linear operators apply to plain views of layers; a pooled non-negative source becomes a spiking layer of its own. */
  private asViews(expression: Expression, node: AnnNode): Expression {
    const reason = materialiseReason(expression, (source) => source !== INPUT);
    if (reason === 'none') return expression;
    if (reason === 'impossible')
      fail(
        'E0207',
        `${node.name} (${node.op}) follows ${expression.origin} without an activation between them`,
        { layer: node.name },
        'put a ReLU between the two operators, or merge them before the export',
      );
    let origin = this.node(node.inputs[0]!);
    while (origin.op === 'flatten') origin = this.node(origin.inputs[0]!);
    const index = this.close(expression, origin, { kind: 'relu', max: Infinity });
    return { ...viewOf(index, this.layers[index]!.shape), flattened: expression.flattened };
  }

  /** Pooling commutes with 1×1 convolutions, so only other operators need an activation before it. */
  private poolable(expression: Expression, node: AnnNode): Expression {
    const commutes = (term: Term): boolean =>
      term.operator === undefined ||
      term.operator.kind === 'diagonal' ||
      (term.operator.kind === 'conv' && term.operator.kernel.every((k) => k === 1) && term.pointwise);
    return expression.terms.every(commutes) ? expression : this.asViews(expression, node);
  }

  private close(expression: Expression, node: AnnNode, activation: FloatLayer['activation']): number {
    const name = this.layerName(expression, node);
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
    this.layers.push({ name, shape: expression.shape, branches, bias: expression.bias, activation });
    this.nodeOf.push(node.name);
    return this.layers.length - 1;
  }

  /** The name of the operator that the user knows the layer by. */
  private layerName(expression: Expression, node: AnnNode): string {
    const base = expression.origin === '' ? node.name : expression.origin;
    let name = base;
    for (let k = 2; this.usedNames.has(name); k++) name = `${base}#${k}`;
    this.usedNames.add(name);
    return name;
  }
}
