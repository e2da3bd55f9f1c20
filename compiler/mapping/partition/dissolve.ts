/** Brings a partition down to the blocks there are: whole blocks are emptied into others, the cheapest first. */
import type { PartitionState } from './state.ts';

/** Blocks tried in vain before it is given up; the lightest come first, so later ones are less likely still. */
const VAIN_ATTEMPTS = 24;

/** With more than so many times the blocks there are, nothing is tried: every failure looks at all nodes for all blocks. */
const MOST_TIMES = 2;

/**
 * Empties blocks until at most `blocks` hold a node, or none can be emptied. All limits are kept.
 *
 * @returns whether the partition now has so few blocks
 */
export function dissolveBlocks(state: PartitionState, blocks: number): boolean {
  if (state.used <= blocks) return true;
  if (state.used > MOST_TIMES * blocks) return false;
  const members = membersByBlock(state);
  let vain = 0;
  const tried = new Uint8Array(state.slots);
  while (state.used > blocks && vain < VAIN_ATTEMPTS) {
    const block = lightest(state, tried);
    if (block < 0) break;
    tried[block] = 1;
    if (empty(state, block, members)) {
      vain = 0;
      tried.fill(0);
    } else vain++;
  }
  return state.used <= blocks;
}

function membersByBlock(state: PartitionState): number[][] {
  const members = Array.from({ length: state.slots }, (): number[] => []);
  for (let v = 0; v < state.graph.nodes; v++) members[state.blockOf[v]!]!.push(v);
  return members;
}

/** The used block with the least of what is scarcest in it. */
function lightest(state: PartitionState, tried: Uint8Array): number {
  let best = -1;
  let least = Infinity;
  for (let block = 0; block < state.slots; block++) {
    if (state.sizes[block] === 0 || tried[block] === 1) continue;
    const fullness = fullnessOf(state, block);
    if (fullness >= least) continue;
    least = fullness;
    best = block;
  }
  return best;
}

function fullnessOf(state: PartitionState, block: number): number {
  const { limits, graph, load } = state;
  let most = 0;
  for (let r = 0; r < graph.resources; r++) {
    if (limits.load[r]! > 0) most = Math.max(most, load[block * graph.resources + r]! / limits.load[r]!);
  }
  return most;
}

/** Moves every node elsewhere, heaviest first; on failure everything is put back. */
function empty(state: PartitionState, block: number, members: number[][]): boolean {
  const { nodeLoad, resources } = state.graph;
  const nodes = members[block]!.toSorted((a, b) => nodeLoad[b * resources]! - nodeLoad[a * resources]! || a - b);
  const moves: Move[] = [];
  if (nodes.every((v) => moveElsewhere(state, v, block, members, moves))) return true;
  for (const { node, from } of moves.reverse()) place(state, node, from, members);
  return false;
}

interface Move {
  readonly node: number;
  readonly from: number;
}

/** Moves node v to the block that costs least, or makes room for it by moving one other node on. */
function moveElsewhere(state: PartitionState, v: number, block: number, members: number[][], moves: Move[]): boolean {
  const direct = bestBlock(state, v, block, block);
  if (direct >= 0) {
    moves.push({ node: v, from: block });
    place(state, v, direct, members);
    return true;
  }
  return moveWithRoom(state, v, block, members, moves);
}

/** Depth two: u leaves its block for another, v takes its place. Blocks near v are tried first. */
function moveWithRoom(state: PartitionState, v: number, block: number, members: number[][], moves: Move[]): boolean {
  state.scan(v);
  const near = Array.from(state.near.subarray(0, state.nearCount)).sort((a, b) => state.saved[b]! - state.saved[a]!);
  const rest = Array.from({ length: state.slots }, (_, b) => b).filter((b) => !near.includes(b));
  for (const target of [...near, ...rest]) {
    if (target === block || state.sizes[target] === 0) continue;
    for (const u of [...members[target]!]) {
      if (!wouldAdmit(state, v, target, u)) continue;
      const next = bestBlock(state, u, target, block);
      if (next < 0) continue;
      place(state, u, next, members);
      if (admits(state, v, target)) {
        moves.push({ node: u, from: target }, { node: v, from: block });
        place(state, v, target, members);
        return true;
      }
      place(state, u, target, members);
    }
  }
  return false;
}

/** The used block that takes node v at the least cost; −1 where none has room. */
function bestBlock(state: PartitionState, v: number, home: number, forbidden: number): number {
  state.scan(v);
  let best = -1;
  let most = -1;
  for (let block = 0; block < state.slots; block++) {
    if (block === home || block === forbidden || state.sizes[block] === 0 || state.saved[block]! <= most) continue;
    if (!state.loadsAdmit(v, block) || !state.axonsAdmit(v, block)) continue;
    most = state.saved[block]!;
    best = block;
  }
  return best;
}

/** Whether node v would fit a block without node u, in-axons apart. */
function wouldAdmit(state: PartitionState, v: number, block: number, u: number): boolean {
  state.leaveLoads(u, block);
  const fits = state.loadsAdmit(v, block);
  state.enterLoads(u, block);
  return fits;
}

function admits(state: PartitionState, v: number, block: number): boolean {
  return state.loadsAdmit(v, block) && state.axonsAdmit(v, block);
}

function place(state: PartitionState, v: number, to: number, members: number[][]): void {
  const from = members[state.blockOf[v]!]!;
  from.splice(from.indexOf(v), 1);
  members[to]!.push(v);
  state.move(v, to);
}
