/**
 * Chips as the loader accepts them and the compiler never writes them: a compiled chip with other delays, sinks that hear
 * twice, biases and currents in ticks and an order of their own, every kind of FIRE, and routes with and without entries.
 */
import fc from 'fast-check';
import {
  completeRoutes,
  topologyOf,
  decodeProgram,
  NO_TREE,
  operationText,
  resolveWindows,
  type Chip,
  type CoreImage,
  type SinkRow,
  type WindowedOperation,
} from '../../isa/index.ts';
import { programWords } from '../isa/program.ts';
import { seededRandom } from './random.ts';

export interface VariationRecipe {
  /** Fields of FIRE. */
  readonly compare: number;
  readonly reset: number;
  /** Part of the FIREs that send no packets. */
  readonly silent: number;
  /** Part of the sink rows that get another delay, and of those that are there twice. */
  readonly delayed: number;
  readonly doubled: number;
  /** Whether instructions of the tick handler change their places, and biases and currents their windows. */
  readonly shuffled: boolean;
  /** Part of the default routes that get entries. */
  readonly entries: number;
  readonly seed: number;
}

const part = fc.constantFrom(0, 0, 0.3, 1);

export const arbitraryVariation: fc.Arbitrary<VariationRecipe> = fc.record({
  compare: fc.nat(1),
  reset: fc.nat(1),
  silent: fc.constantFrom(0, 0, 0, 0.2),
  delayed: part,
  doubled: part,
  shuffled: fc.boolean(),
  entries: part,
  seed: fc.integer(),
});

type Random = () => number;

/** Limits that a variation may need beyond those of the target that the chip was built for. */
const LIMITS = { delaySlots: 256, sinkRows: 65_535, programWords: 65_535, routeEntries: 65_535 };
const LARGEST_DELAY = 5;

/** A variation of a chip. The range proof may not hold for it: ask the loader. */
export function vary(chip: Chip, recipe: VariationRecipe): Chip {
  const random = seededRandom(recipe.seed);
  const { selfTest: _, graph: __, target, ...rest } = chip;
  const silenced = new Set<number>();
  const programs = chip.cores.map((image) => varyProgram(image, chip, recipe, random, silenced));
  const cores = programs.map((image) => varySinks(image, chip, recipe, random, silenced));
  const entries = new Set(chip.routes);
  const routes = completeRoutes(topologyOf(target), chip.routes)
    .filter((route) => !silenced.has(route.tree) && (entries.has(route) || random() < recipe.entries))
    .sort((a, b) => a.tree - b.tree || a.router - b.router);
  return { ...rest, cores, routes, target: { ...target, limits: { ...target.limits, ...LIMITS } } };
}

function varyProgram(
  image: CoreImage,
  { ticks }: Chip,
  recipe: VariationRecipe,
  random: Random,
  silenced: Set<number>,
): CoreImage {
  const decoded = decodeProgram(image);
  if ('fault' in decoded) throw new Error(decoded.fault);
  const { handlers } = decoded;
  const instructions = resolveWindows(handlers.get(image.tickHandler)!);
  if ('fault' in instructions) throw new Error(instructions.fault);
  const changed = instructions.map(({ operation: before, ...where }): WindowedOperation => {
    if (before.op !== 'FIRE') return { operation: before, ...where };
    const { fields } = before;
    const silent = random() < recipe.silent;
    if (silent) silenced.add(fields.tree);
    // A reset to the value 0 is within the range proof of a soft reset.
    const { compare, reset } = recipe;
    const tree = silent ? NO_TREE : fields.tree;
    return { operation: { op: 'FIRE', fields: { ...fields, compare, reset, resetValue: 0, tree } }, ...where };
  });
  const tick = (recipe.shuffled ? shuffle(changed, ticks, random) : changed).flatMap(linesOf);
  const parts = [...handlers].map(([at, { operations }]) => ({
    at,
    words: programWords(
      at === image.tickHandler ? [...tick, 'END'] : operations.map(({ operation }) => operationText(operation)),
    ),
  }));
  return rebuilt(image, parts);
}

/** The k-th instruction of a handler as assembly, behind a gate of its own. */
function linesOf({ operation, window, every }: WindowedOperation, k: number): string[] {
  const line = operationText(operation);
  if (every !== undefined) {
    const { start, length, period, times } = every;
    const gate = `EVERY skip=@end${k} start=${start} length=${length} period=${period} times=${times}`;
    return [gate, line, `end${k}:`];
  }
  if (window === undefined) return [line];
  return [`WINDOW skip=@end${k} start=${window.start} length=${window.length}`, line, `end${k}:`];
}

/** Other places for all instructions, and other windows for those that may have them. */
function shuffle(instructions: readonly WindowedOperation[], ticks: number, random: Random): WindowedOperation[] {
  return instructions
    .map((each) => ({ each, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ each }) => {
      if ((each.operation.op !== 'BIAS' && each.operation.op !== 'CURRENT') || random() < 0.3) return each;
      if (random() < 0.2) return { ...each, window: undefined, every: undefined };
      const start = Math.floor(random() * ticks);
      return { ...each, every: undefined, window: { start, length: 1 + Math.floor(random() * (ticks - start)) } };
    });
}

/** The core with these handlers in place of those that began at `at`. */
function rebuilt(image: CoreImage, parts: readonly { at: number; words: Uint32Array }[]): CoreImage {
  const addresses = new Map<number, number>();
  let next = 0;
  for (const { at, words } of parts) {
    addresses.set(at, next);
    next += words.length;
  }
  return {
    ...image,
    program: Uint32Array.from(parts.flatMap(({ words }) => [...words])),
    tickHandler: addresses.get(image.tickHandler)!,
    resetHandler: addresses.get(image.resetHandler)!,
    groups: image.groups.map((group) => ({ ...group, handler: addresses.get(group.handler)! })),
  };
}

function varySinks(
  image: CoreImage,
  { input }: Chip,
  recipe: VariationRecipe,
  random: Random,
  silenced: ReadonlySet<number>,
): CoreImage {
  const groups = image.groups.map((group) => ({ ...group }));
  const sinks: SinkRow[] = [];
  const inputs = new Set(input.parts.map(({ tree }) => tree));
  const otherDelay = (): number => 1 + Math.floor(random() * LARGEST_DELAY);
  for (const row of image.sinks) {
    if (silenced.has(row.tree)) continue;
    const ofInput = inputs.has(row.tree);
    sinks.push(!ofInput && random() < recipe.delayed ? { ...row, delay: otherDelay() } : row);
    if (ofInput || random() >= recipe.doubled) continue;
    sinks.push({ ...row, delay: otherDelay() });
    // At most once more of everything that is heard already.
    const group = groups[row.group]!;
    Object.assign(group, {
      payloadMin: Math.min(group.payloadMin, 2 * image.groups[row.group]!.payloadMin),
      payloadMax: Math.max(group.payloadMax, 2 * image.groups[row.group]!.payloadMax),
    });
  }
  const delaySlots = Math.max(0, ...sinks.map(({ delay }) => delay)) + 1 + Math.floor(random() * 2);
  return { ...image, groups, sinks, delaySlots: Math.max(2, delaySlots) };
}
