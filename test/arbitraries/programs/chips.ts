/**
 * Small chips whose cores run random programs, beside cores as in files of version 1.1. Every part fits its target and the
 * other parts; the range proof may refuse them.
 */
import fc from 'fast-check';
import { type Chip, type CoreImage, NO_TREE, type Route, type Target } from '../../../isa/index.ts';
import { boxOf, CoreBuilder, tinyTarget, treeRoutes } from '../../isa/core-builder.ts';
import { statement } from '../../isa/program.ts';
import { Draws } from '../random.ts';
import { hearTrees, type Tree } from './axons.ts';
import { plainLines, programLines, resetLines, sendingLines, type Site } from './instructions.ts';
import { boundedForms, plainForms, programForms, type ProgramLayer, rowsOf, sendingRuns } from './layers.ts';

export interface ProgramRecipe {
  readonly width: number;
  readonly height: number;
  readonly coresPerTile: number;
  readonly vBits: number;
  readonly cores: number;
  /** Most layers of a core, and most neurons of a layer. */
  readonly layers: number;
  readonly neurons: number;
  readonly ticks: number;
  /** Of the ticks, the part that the window takes. */
  readonly window: number;
  readonly seed: number;
}

export const arbitraryProgram: fc.Arbitrary<ProgramRecipe> = fc.record({
  width: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 1, max: 3 }),
  coresPerTile: fc.integer({ min: 1, max: 3 }),
  vBits: fc.integer({ min: 18, max: 32 }),
  cores: fc.integer({ min: 1, max: 4 }),
  layers: fc.integer({ min: 1, max: 3 }),
  neurons: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 12 }) },
    { weight: 1, arbitrary: fc.integer({ min: 13, max: 40 }) },
  ),
  ticks: fc.integer({ min: 1, max: 12 }),
  window: fc.double({ min: 0.3, max: 1, noNaN: true }),
  seed: fc.integer(),
});

const LIMITS = {
  neurons: 256,
  axons: 2048,
  axonGroups: 64,
  synapseBits: 2 ** 20,
  programWords: 2 ** 14,
  parameters: 2 ** 14,
  sinkRows: 256,
  sinkListWords: 2 ** 14,
  delaySlots: 8,
  routeEntries: 256,
  stateBits: 256 * (8 * 32 + 2),
};

/** Cores of the plan, and who sends to them. */
interface Plan {
  readonly target: Target;
  readonly ticks: number;
  readonly window: number;
  readonly layers: readonly ProgramLayer[];
  readonly trees: readonly Tree[];
  readonly readTree: number;
  /** Cores in which every plane claims what it can hold. */
  readonly claimed: ReadonlySet<number>;
}

/** Many sources of an axon add up. */
const PAYLOAD_BITS = 13;

const INPUT_TREES = [0, 1] as const;
const INPUT_PAYLOADS = [-3, 5] as const;

/** The chip of a recipe. */
export function programChip(recipe: ProgramRecipe): Chip {
  const draws = new Draws(recipe.seed);
  const input = draws.numbers(INPUT_TREES.length, 1, 6);
  const plan = planOf(recipe, draws, input);
  const { target, ticks, window, layers, trees, readTree } = plan;
  const indices = [...new Set(layers.map(({ core }) => core))].sort((a, b) => a - b);
  const output = layers.at(-1)!;
  const tileOf = (core: number): number => (core < 0 ? 0 : Math.floor(core / target.coresPerTile));
  const routes: Route[] = [
    ...trees.flatMap(({ tree, core, hearers }) => treeRoutes(target, tree, tileOf(core), hearers)),
    ...treeRoutes(target, readTree, tileOf(output.core), [], true),
  ].sort((a, b) => a.tree - b.tree || a.router - b.router);
  let c0 = 0;
  const parts = input.map((channels, k) => {
    c0 += channels;
    return { tree: INPUT_TREES[k]!, box: boxOf(channels, 1, 1, c0 - channels) };
  });
  return {
    ...{ target, ticks, window, routes },
    cores: indices.map((core) => buildCore(draws, core, plan)),
    input: {
      shape: [c0, 1, 1],
      ...(ticks > 1 && draws.chance(0.5) && { ticks: draws.between(2, ticks) }),
      scale: 1,
      mean: new Array<number>(c0).fill(0),
      std: new Array<number>(c0).fill(1),
      step: 1,
      payloadMin: INPUT_PAYLOADS[0],
      payloadMax: INPUT_PAYLOADS[1],
      parts,
    },
    output: {
      shape: [output.count, 1, 1],
      step: 1,
      parts: [{ tree: readTree, box: boxOf(output.count, 1, 1) }],
      labels: [],
    },
    layers: layers.map(({ index, count, depth, fires }) => ({
      name: `layer${index}`,
      shape: [count, 1, 1],
      ...{ depth, fires },
    })),
    placements: layers.map(({ index, core, first, count }) => ({
      ...{ layer: index, core, firstNeuron: first },
      box: boxOf(count, 1, 1),
    })),
    provenance: { tool: 'test', network: 'program', sourceSha256: 'ab'.repeat(32), options: {}, annMacs: 0 },
  };
}

function planOf(recipe: ProgramRecipe, draws: Draws, input: readonly number[]): Plan {
  const { width, height, coresPerTile, vBits, ticks } = recipe;
  const limits = draws.chance(0.5) ? { ...LIMITS, stateBits: undefined, neurons: 4096 } : LIMITS;
  const target = tinyTarget({
    mesh: { width, height },
    coresPerTile,
    limits,
    widths: { vBits, payloadBits: PAYLOAD_BITS },
  });
  const window = Math.max(1, Math.round(recipe.window * ticks));
  const places = [...new Array(width * height * coresPerTile).keys()];
  const cores = Array.from(
    { length: Math.min(recipe.cores, places.length) },
    () => places.splice(draws.below(places.length), 1)[0]!,
  );
  const layers: ProgramLayer[] = [];
  const claimed = new Set<number>();
  let trees = INPUT_TREES.length;
  for (const core of cores) {
    const kind = draws.pick(['plain', 'program', 'program', 'program', 'mixed', 'claimed']);
    if (kind === 'claimed') claimed.add(core);
    let first = 0;
    // The last core has the output, behind a layer that fires.
    const least = core === cores.at(-1) ? 2 : 1;
    for (let k = Math.max(least, draws.between(1, recipe.layers)); k > 0; k--) {
      const count = draws.between(1, recipe.neurons);
      const plain = kind === 'plain' || (kind === 'mixed' && draws.chance(0.5));
      const forms =
        kind === 'claimed' ? boundedForms(draws, vBits) : plain ? plainForms(vBits) : programForms(draws, vBits);
      const isOutput = core === cores.at(-1) && k === 1;
      layers.push({
        ...{ index: layers.length, core, first, count, plain, forms, fires: !isOutput },
        depth: draws.between(0, ticks - window),
        runs: isOutput ? [] : sendingRuns(draws, { first, count, forms, plain }, () => trees++),
      });
      first += count;
    }
  }
  return {
    ...{ target, ticks, window, layers, claimed, readTree: trees },
    trees: plannedTrees(draws, layers, cores, input),
  };
}

/** Every tree, with the cores that hear it: others, and its own. */
function plannedTrees(
  draws: Draws,
  layers: readonly ProgramLayer[],
  cores: readonly number[],
  input: readonly number[],
): Tree[] {
  const hearers = (): number[] => [...new Set(Array.from({ length: draws.between(1, 3) }, () => draws.pick(cores)))];
  return [
    ...input.map((count, k) => ({
      tree: INPUT_TREES[k]!,
      core: -1,
      count,
      hearers: hearers(),
      payloads: INPUT_PAYLOADS,
    })),
    ...layers.flatMap(({ core, runs }) =>
      runs
        .filter(({ tree }) => tree !== NO_TREE)
        .map(({ tree, count, graded, counter }) => {
          const payloads = graded?.payloads ?? ([counter === undefined ? 0 : -1, 1] as const);
          return { tree, core, count, hearers: hearers(), payloads };
        }),
    ),
  ];
}

/** A WINDOW, or an EVERY where it has a period. */
interface Gate {
  readonly start: number;
  readonly length: number;
  readonly period?: number;
  readonly times?: number;
}

/** Any ticks: all of them, a window, or ticks that come again. */
function anyGate(draws: Draws, ticks: number): Gate | undefined {
  if (draws.chance(0.4)) return undefined;
  const start = draws.below(ticks);
  if (draws.chance(0.5)) return { start, length: draws.between(1, ticks - start) };
  const period = draws.between(1, draws.pick([3, ticks + 1]));
  return { start, length: draws.between(1, period), period, times: draws.pick([0, 0, 1, 2, 5, 2 ** 32 - 1]) };
}

/** An instruction and the ticks in which it is executed. */
interface Gated {
  readonly line: string;
  readonly window: Gate | undefined;
}

function buildCore(draws: Draws, core: number, plan: Plan): CoreImage {
  const layers = plan.layers.filter((layer) => layer.core === core);
  const { first, count } = layers.at(-1)!;
  const { vBits } = plan.target.widths;
  const builder = new CoreBuilder(core, first + count);
  hearTrees(
    draws,
    builder,
    layers,
    plan.trees.filter(({ hearers }) => hearers.includes(core)),
  );
  const queues = layers.map((layer) => gatedLines({ vBits, draws, builder, layer }, plan));
  // The instructions of a layer keep their order, those of several layers are mixed.
  const mixed: Gated[] = [];
  while (queues.some((queue) => queue.length > 0)) {
    const next = draws.pick(queues.filter((queue) => queue.length > 0)).shift()!;
    mixed.push(next);
  }
  const reset = layers.flatMap((layer) => resetLines({ vBits, draws, builder, layer }));
  const image = builder.build(windowed(mixed), reset);
  const planes = rowsOf(layers, vBits, plan.claimed.has(core));
  return planes.length === 0 ? image : { ...image, planes };
}

function gatedLines(site: Site, { ticks, window, readTree }: Plan): Gated[] {
  const { draws, layer } = site;
  const { first, count, depth } = layer;
  const somewhere = (lines: readonly string[]): Gated[] => {
    const gate = anyGate(draws, ticks);
    return lines.map((line) => ({ line, window: gate }));
  };
  const before = layer.plain
    ? [...somewhere(plainLines(site)), ...somewhere(plainLines(site))]
    : [...somewhere(plainLines(site)), ...somewhere(programLines(site)), ...somewhere(programLines(site))];
  const update = layer.fires
    ? sendingLines(site).map((line): Gated => ({ line, window: { start: depth, length: window } }))
    : [{ line: statement('READ', { first, count, tree: readTree }), window: { start: ticks - 1, length: 1 } }];
  const after = layer.plain ? [] : somewhere(programLines(site));
  return [...before, ...update, ...after];
}

/** Lines with the gates before them; neighbours of the same gate share one. */
function windowed(gated: readonly Gated[]): string[] {
  const lines: string[] = [];
  gated.forEach(({ line, window }, k) => {
    const same = window !== undefined && gated[k - 1]?.window === window;
    if (window !== undefined && !same)
      lines.push(statement(window.period === undefined ? 'WINDOW' : 'EVERY', { skip: `@end${k}`, ...window }));
    lines.push(line);
    if (window === undefined || gated[k + 1]?.window === window) return;
    const from = gated.slice(0, k + 1).findLastIndex((each) => each.window !== window) + 1;
    lines.push(`end${from}:`);
  });
  return lines;
}
