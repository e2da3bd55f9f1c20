/**
 * Moves what acts on each channel by itself from behind a concatenation before it: relu(concat(a, b)) becomes
 * concat(relu(a), relu(b)). The numbers are the same; but every part then is a layer of its own, where a common one would
 * have to store zeros for the channels of the others.
 */
import { type AnnNode, type NodeDraft, operatorOf } from '../ann/ann.ts';
import { inferShape } from '../ann/infer-shape.ts';

/** Beyond, a concatenation stays whole: repeated concatenation of one thing doubles the parts each time. */
const MOST_PARTS = 256;

/** A part of a concatenation: the node that computes it and the channels that it has in the whole. */
interface Part {
  readonly node: AnnNode;
  readonly first: number;
  readonly count: number;
}

/**
 * @param nodes in topological order
 * @param output the node whose activation, if it is one, stays whole: the read-out is made without it
 */
export function splitChannels(nodes: readonly AnnNode[], output: string): AnnNode[] {
  const known = new Map(nodes.map((node) => [node.name, node]));
  const result: AnnNode[] = [];
  for (const node of nodes) {
    const parts =
      node.name === output && operatorOf(node).activation !== undefined
        ? []
        : partsOf(known.get(node.inputs[0] ?? ''), known);
    const drafts = parts.length > 1 ? parts.map((part) => draftFor(node, part)) : [];
    if (drafts.length === 0 || drafts.includes(undefined)) {
      result.push(node);
      continue;
    }
    const made = drafts.map((draft) => {
      const shape = inferShape(
        draft!,
        draft!.inputs.map((input) => known.get(input)!.shape),
      );
      const part = { ...draft!, name: freeName(draft!.name, known), shape };
      known.set(part.name, part);
      return part;
    });
    const whole: AnnNode = {
      op: 'concat',
      name: node.name,
      inputs: made.map(({ name }) => name),
      shape: node.shape,
    };
    known.set(whole.name, whole);
    result.push(...made, whole);
  }
  return result;
}

/** The inputs of a concatenation, those of the concatenations among them included; none for any other node, or for too many. */
function partsOf(node: AnnNode | undefined, known: ReadonlyMap<string, AnnNode>): Part[] {
  if (node?.op !== 'concat') return [];
  const parts: Part[] = [];
  let first = 0;
  // Concatenations of earlier ones nest as deep as the network: no recursion.
  const open = [...node.inputs].reverse();
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const input = known.get(name)!;
    if (input.op === 'concat') {
      open.push(...[...input.inputs].reverse());
      continue;
    }
    const count = input.shape[0];
    if (parts.length === MOST_PARTS) return [];
    parts.push({ node: input, first, count });
    first += count;
  }
  return parts;
}

/** The node for one part; undefined where it cannot be split. */
function draftFor(node: AnnNode, { node: input, first, count }: Part): NodeDraft | undefined {
  const draft = operatorOf(node).ofChannels(node, { first, count });
  return draft && { ...draft, name: `${node.name}[${first}:${first + count}]`, inputs: [input.name] };
}

function freeName(name: string, taken: ReadonlyMap<string, AnnNode>): string {
  let free = name;
  for (let k = 2; taken.has(free); k++) free = `${name}_${k}`;
  return free;
}
