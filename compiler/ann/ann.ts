/**
 * The conventional network as the readers deliver it: a graph of a few kinds of node with all shapes known. Batch
 * normalisation, padding and pooling are still their own nodes; the passes fold them.
 */
import type { z } from 'zod';
import type { Finishing } from '../../isa/index.ts';
import { OPERATORS } from '../operators/generated/index.ts';
import type { AnnOperator } from '../operators/shared/operator.ts';

type Operators = typeof OPERATORS;
type Kind = keyof Operators;

/** A node of a kind, as the file of the kind has it. */
type NodeOf<K extends Kind> = Operators[K] extends AnnOperator<infer Node, infer _Layer, infer _Draft> ? Node : never;
type DraftOf<K extends Kind> = Parameters<Operators[K]['infer']>[0];

/** A node of any kind. */
export type AnnNode = { [K in Kind]: NodeOf<K> }[Kind];

/** A node whose shape follows from its inputs; some kinds state theirs. */
export type NodeDraft = { [K in Kind]: DraftOf<K> }[Kind];

/** The forms of all layers of net.json, and a layer in any of them. */
export type NetLayerForm = Operators[Kind]['net'][number];
export type NetLayer = z.infer<NetLayerForm['schema']>;

/** Nodes in topological order: each after its inputs. Exactly one input node, first; `output` names the last layer. */
export interface AnnGraph {
  readonly name: string;
  readonly nodes: readonly AnnNode[];
  readonly output: string;
  /** Names of the classes, where the source has them. */
  readonly labels?: readonly string[];
  /** What the source does to the outputs at its very end, in this order; left to whoever reads them. */
  readonly after?: readonly Finishing[];
  /** Preprocessing of byte images that the source file itself prescribes. */
  readonly preprocessing?: {
    readonly scale: number;
    readonly mean: readonly number[];
    readonly std: readonly number[];
  };
}

/** Each kind is whole: one that lacks something is an error here, one whose node has another `op` too. */
const operators: {
  readonly [K in Kind]: NodeOf<K>['op'] extends K
    ? AnnOperator<Extract<AnnNode, { op: K }>, NetLayer, DraftOf<K>>
    : never;
} = OPERATORS;

/** The operator of a node, to be given that node alone. */
export function operatorOf(node: AnnNode | NodeDraft): AnnOperator<AnnNode, NetLayer, NodeDraft> {
  // Each takes its own kind only, which is what the caller gives; the type of a call on "any kind" cannot say so.
  return operators[node.op] as unknown as AnnOperator<AnnNode, NetLayer, NodeDraft>;
}

/** Those of the nodes, in topological order, that the one named depends on, and itself. */
export function neededNodes(nodes: readonly AnnNode[], output: string): AnnNode[] {
  const needed = new Set([output]);
  return nodes
    .toReversed()
    .filter((node) => {
      if (!needed.has(node.name)) return false;
      for (const input of node.inputs) needed.add(input);
      return true;
    })
    .reverse();
}
