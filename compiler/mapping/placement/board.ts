/** The state of a placement that is being improved: who sits where, and what a move would change. */
import { tileOfCore, topologyOf, type Axis, type Topology } from '../../../isa/index.ts';
import { adjacencyOf, axesOf, livingCores, type CoreOf, type PlacementProblem } from './problem.ts';

const FREE = -1;
const DEAD = -2;

/** A local name spares the hot loop the look-up of a global. */
const { abs } = Math;

/** Changes smaller than this share of a packet are rounding. */
export const SMALLEST_GAIN = 1e-9;

/** Blocks on cores. A move takes a block to a core; the block that was there takes its place. */
export class Board {
  readonly topology: Topology;
  /** Of the topology, at hand for hot loops. */
  readonly columns: number;
  readonly rows: number;
  readonly coresPerTile: number;
  readonly blocks: number;
  /** Neighbours of node n: entries start[n]..start[n + 1] − 1. */
  readonly #start: Uint32Array;
  readonly #neighbour: Uint32Array;
  readonly #weight: Float64Array;
  /** Tile coordinates per node. */
  readonly #column: Int32Array;
  readonly #row: Int32Array;
  /** Core per block. */
  readonly #core: Int32Array;
  /** Tile coordinates per core. */
  readonly #columnOfCore: Int32Array;
  readonly #rowOfCore: Int32Array;
  /** Per core: its block, FREE or DEAD. */
  readonly #occupant: Int32Array;
  /** Where the columns and rows lie, and each node in them, if lengths are costs. */
  readonly #across: Axis;
  readonly #down: Axis;
  readonly #x: Float64Array;
  readonly #y: Float64Array;

  constructor(problem: PlacementProblem, coreOf: CoreOf) {
    const { blocks, ports, target, flows, costs } = problem;
    const nodes = blocks + ports.length;
    const topology = topologyOf(target);
    this.topology = topology;
    this.columns = topology.columns;
    this.rows = topology.rows;
    this.coresPerTile = target.coresPerTile;
    this.blocks = blocks;
    ({ start: this.#start, neighbour: this.#neighbour, weight: this.#weight } = adjacencyOf(flows, nodes));
    ({ columns: this.#across, rows: this.#down } = axesOf(target, costs));
    this.#x = new Float64Array(nodes);
    this.#y = new Float64Array(nodes);
    this.#column = new Int32Array(nodes);
    this.#row = new Int32Array(nodes);
    const cores = topology.tiles * this.coresPerTile;
    this.#columnOfCore = new Int32Array(cores);
    this.#rowOfCore = new Int32Array(cores);
    for (let core = 0; core < cores; core++) {
      const tile = tileOfCore(target, core);
      this.#columnOfCore[core] = topology.column(tile);
      this.#rowOfCore[core] = topology.row(tile);
    }
    ports.forEach((tile, k) => {
      this.#settle(blocks + k, tile * this.coresPerTile);
    });
    this.#core = Int32Array.from(coreOf);
    this.#occupant = new Int32Array(cores).fill(DEAD);
    for (const core of livingCores(target)) this.#occupant[core] = FREE;
    coreOf.forEach((core, block) => {
      this.#occupant[core] = block;
      this.#settle(block, core);
    });
  }

  coreOf(): number[] {
    return Array.from(this.#core);
  }

  columnOf(block: number): number {
    return this.#column[block]!;
  }

  tileOf(block: number): number {
    return this.topology.tileAt(this.#column[block]!, this.#row[block]!);
  }

  rowOf(block: number): number {
    return this.#row[block]!;
  }

  /** Whether a block can move to the core: it lives, and it is on another tile. */
  canMove(block: number, core: number): boolean {
    return (
      this.#occupant[core] !== DEAD &&
      (this.#columnOfCore[core] !== this.#column[block] || this.#rowOfCore[core] !== this.#row[block])
    );
  }

  /** Change of the energy if the block moved to the core. Work: the degrees of the two blocks. */
  changeBy(block: number, core: number): number {
    const other = this.#occupant[core]!;
    const change = this.#changeOf(block, this.#columnOfCore[core]!, this.#rowOfCore[core]!, other);
    return other < 0 ? change : change + this.#changeOf(other, this.#column[block]!, this.#row[block]!, block);
  }

  /** Moves a block to a core that it can move to. */
  move(block: number, core: number): void {
    const occupant = this.#occupant;
    const from = this.#core[block]!;
    const other = occupant[core]!;
    occupant[from] = other;
    if (other >= 0) {
      this.#core[other] = from;
      this.#column[other] = this.#column[block]!;
      this.#row[other] = this.#row[block]!;
      this.#x[other] = this.#x[block]!;
      this.#y[other] = this.#y[block]!;
    }
    occupant[core] = block;
    this.#core[block] = core;
    this.#settle(block, core);
  }

  /** Change of the energy of all flows of a node, those with `except` apart, if it moved to a column and row. */
  #changeOf(node: number, toColumn: number, toRow: number, except: number): number {
    const neighbour = this.#neighbour;
    const weight = this.#weight;
    const x = this.#x;
    const y = this.#y;
    const { around } = this.#across;
    const { around: upAround } = this.#down;
    const fromX = x[node]!;
    const fromY = y[node]!;
    const toX = this.#across.at[toColumn]!;
    const toY = this.#down.at[toRow]!;
    const end = this.#start[node + 1]!;
    let change = 0;
    for (let k = this.#start[node]!; k < end; k++) {
      const other = neighbour[k]!;
      if (other === except) continue;
      const otherX = x[other]!;
      const otherY = y[other]!;
      change +=
        weight[k]! *
        (shorter(abs(otherX - toX), around) -
          shorter(abs(otherX - fromX), around) +
          shorter(abs(otherY - toY), upAround) -
          shorter(abs(otherY - fromY), upAround));
    }
    return change;
  }

  #settle(node: number, core: number): void {
    const column = this.#columnOfCore[core]!;
    const row = this.#rowOfCore[core]!;
    this.#column[node] = column;
    this.#row[node] = row;
    this.#x[node] = this.#across.at[column]!;
    this.#y[node] = this.#down.at[row]!;
  }
}

/** The way there, or the other way round where a line closes. */
const shorter = (way: number, around: number): number => (way < around - way ? way : around - way);
