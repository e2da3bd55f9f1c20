/**
 * Random chips on which the interleaved machine and the emulator must agree in everything, in plain node:
 *
 *     node --import ./test/typescript.mjs test/differential/interleaved-cases.ts [cases] [seed] [path]
 *
 * Writes what it met as JSON: the cases that counted, of what kinds they were, and where the machines differ, with the
 * seed and the path that repeat it. A build is run with several inputs and timing figures; a case counts where neurons
 * fired and packets crossed a link. With a path, only that build is drawn again.
 */
import fc from 'fast-check';
import { ASSIGNMENTS, CONVERSION_MODES, decodeGraphFile, PLACEMENT_METHODS } from '../../compiler/index.ts';
import { KERNEL_KINDS } from '../../emulator/index.ts';
import { builtinTargets, DiagnosticError, encodeChip, readChip, type Chip, type Target } from '../../isa/index.ts';
import { build, buildThatFits, TEST_OPTIONS } from '../arbitraries/builds.ts';
import { arbitraryMapping, remap } from '../arbitraries/mappings.ts';
import { arbitraryNetwork } from '../arbitraries/networks.ts';
import { inputOf } from '../arbitraries/inputs.ts';
import { arbitraryTarget } from '../arbitraries/targets.ts';
import { arbitraryFixedTick, arbitraryLongerTick, arbitraryTiming, withFixedTick } from '../arbitraries/timings.ts';
import { arbitraryVariation, vary } from '../arbitraries/variations.ts';
import type { InterleavedInference } from '../interleaved/inference.ts';
import { InterleavedMachine } from '../interleaved/machine.ts';
import { arbitraryGrid, asGrid, asOneChip } from '../isa/grids.ts';
import { SEED } from '../seed.ts';
import { differenceFrom } from './interleaved-difference.ts';

const edge = builtinTargets().get('edge')!;
const roomy: Target = { ...edge, limits: { ...edge.limits, routeEntries: 65_535, sinkRows: 65_535 } };

/** A mode and a code that it can have; of the codes those whose packets are spikes, since variations change what planes hold. */
const SENT = [
  ...CONVERSION_MODES.map((mode) => ({ mode, code: 'unary' as const })),
  { mode: 'exact' as const, code: 'first-spike' as const },
];

const arbitraryBuild = fc.record({
  net: arbitraryNetwork,
  target: arbitraryTarget,
  /** null: mapped by the compiler. */
  mapping: fc.option(arbitraryMapping, { freq: 2 }),
  options: fc.record({
    sent: fc.constantFrom(...SENT),
    window: fc.integer({ min: 2, max: 8 }),
    weightBits: fc.constantFrom(8, 4, 2, 1),
    /** Bits on average, where layers have widths of their own. */
    meanBits: fc.option(fc.constantFrom(1.5, 2.5, 5), { freq: 3, nil: undefined }),
    assignment: fc.constantFrom(...ASSIGNMENTS),
    placement: fc.record({
      method: fc.constantFrom(...PLACEMENT_METHODS.filter((method) => method !== 'anneal')),
      seed: fc.nat(1000),
    }),
  }),
});
type BuildRecipe = typeof arbitraryBuild extends fc.Arbitrary<infer R> ? R : never;

/** What of a build can change without building anew. */
const CASE = {
  timing: arbitraryTiming,
  fixedTick: arbitraryFixedTick,
  grid: fc.option(arbitraryGrid, { freq: 2 }),
  /** null: the chip as it was compiled. */
  variation: fc.option(arbitraryVariation, { freq: 2 }),
  /** Part of the input that is not 0, and its seed. */
  density: fc.double({ min: 0.2, max: 1, noNaN: true }),
  seed: fc.integer(),
};
type Case = { readonly [K in keyof typeof CASE]: (typeof CASE)[K] extends fc.Arbitrary<infer V> ? V : never };

/** Of every build one case of each kind that is made, not met: several chips, a tick of fixed length, bytes that no compiler writes. */
const arbitraryCases = fc.tuple(
  fc.record(CASE),
  fc.record({ ...CASE, grid: arbitraryGrid }),
  fc.record({ ...CASE, fixedTick: arbitraryLongerTick }),
  fc.record({ ...CASE, variation: arbitraryVariation }),
);

async function chipOf({ net, target, mapping, options }: BuildRecipe): Promise<Chip | undefined> {
  try {
    const { sent, meanBits, ...others } = options;
    const layerWidths =
      meanBits === undefined ? undefined : ({ kind: 'average', bits: meanBits, of: 'stored' } as const);
    const wanted = { ...TEST_OPTIONS, ...others, ...sent, layerWidths };
    if (mapping === null) return (await buildThatFits(net, target, wanted)).chip;
    const result = await build(net, { ...wanted, target: roomy });
    return remap(result.chip, decodeGraphFile(result.chip.graph!).quantised, mapping).chip;
  } catch (error) {
    // Some networks cannot be converted in some modes, or do not fit.
    if (error instanceof DiagnosticError && error.diagnostics.every(({ code }) => /^E0[23]/.test(code)))
      return undefined;
    throw error;
  }
}

/** The chip with other figures, as the loader reads it; unvaried where the range proof refuses the variation. */
function varied(chip: Chip, { timing, fixedTick, grid, variation }: Case): { chip: Chip; unusual: boolean } {
  const withFigures = (each: Chip): Chip => {
    const one = asOneChip(each.target);
    const timed: Target = { ...one, timing: { ...one.timing, ...timing } };
    const placed = grid === null ? timed : asGrid(timed, grid);
    return readChip(encodeChip({ ...each, target: fixedTick === null ? placed : withFixedTick(placed, fixedTick) }));
  };
  try {
    if (variation !== null) return { chip: withFigures(vary(chip, variation)), unusual: true };
  } catch (error) {
    if (!(error instanceof DiagnosticError) || error.diagnostics.some(({ code }) => code !== 'E0406')) throw error;
  }
  return { chip: withFigures(chip), unusual: false };
}

const kinds = {
  stalls: 0,
  contention: 0,
  waitsForCredit: 0,
  multicastForks: 0,
  chipBorders: 0,
  delayAboveOne: 0,
  severalCoresPerTile: 0,
  macs: 0,
  fixedTicks: 0,
  overruns: 0,
  /** Not as the compiler writes chips. */
  unusual: 0,
};

function sortIn(chip: Chip, { counts, timing, traffic }: InterleavedInference): boolean {
  const { east, west, north, south, betweenChips } = counts.linkHops;
  if (counts.spikes === 0 || east + west + north + south === 0) return false;
  kinds.stalls += Number(traffic.stallCycles > 0);
  kinds.contention += Number(traffic.conflicts > 0);
  kinds.waitsForCredit += Number(traffic.blocked > 0);
  kinds.multicastForks += Number(traffic.forks > 0);
  kinds.chipBorders += Number(betweenChips.eastWest + betweenChips.northSouth > 0);
  kinds.delayAboveOne += Number(traffic.delayed > 0);
  kinds.severalCoresPerTile += Number(
    new Set(chip.cores.map(({ core }) => Math.floor(core / chip.target.coresPerTile))).size < chip.cores.length,
  );
  kinds.fixedTicks += Number(chip.target.timing.tickCycles !== undefined);
  kinds.overruns += Number(timing.overrunTicks > 0);
  kinds.macs += Number(counts.macs > 0);
  return true;
}

let cases = 0;

const property = fc.asyncProperty(arbitraryBuild, arbitraryCases, async (recipe, drawn) => {
  const built = await chipOf(recipe);
  if (built === undefined) return;
  for (const each of drawn) {
    const { chip, unusual } = varied(built, each);
    const input = inputOf(chip, each);
    const inference = InterleavedMachine.infer(chip, input);
    for (const kernels of KERNEL_KINDS) {
      const difference = differenceFrom(inference, chip, input, kernels);
      if (difference !== undefined) throw new Error(difference);
    }
    if (!sortIn(chip, inference)) continue;
    cases++;
    kinds.unusual += Number(unusual);
  }
});

const [wanted = '500', seed, path] = process.argv.slice(2);
let next = seed === undefined ? SEED : Number(seed);
let failure: object | undefined;
while (cases < Number(wanted) && failure === undefined) {
  const details = await fc.check(property, {
    seed: next,
    numRuns: 5,
    endOnFailure: true,
    ...(path !== undefined && { path }),
  });
  if (details.failed)
    failure = { seed: details.seed, path: details.counterexamplePath, error: String(details.errorInstance) };
  if (path !== undefined) break;
  next++;
}
console.log(JSON.stringify({ cases, kinds, ...(failure !== undefined && { failure }) }));
