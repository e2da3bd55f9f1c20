/**
 * Random chips on which the interleaved machine and the emulator must agree in everything, in plain node:
 *
 *     node --import ./test/typescript.mjs test/differential/interleaved-cases.ts [cases] [seed] [path]
 *
 * Writes what it met as JSON: the cases that counted, of what kinds they were, and where the machines differ, with the
 * seed and the path that repeat it. A build is run with several inputs and timing figures; a case counts where neurons
 * fired and packets crossed a link.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { ASSIGNMENTS, CONVERSION_MODES, PLACEMENT_METHODS } from '../../compiler/index.ts';
import { Emulator, KERNEL_KINDS, type KernelKind } from '../../emulator/index.ts';
import {
  builtinTargets,
  decodeProgram,
  DiagnosticError,
  encodeChip,
  readChip,
  type Chip,
  type CoreImage,
  type Target,
} from '../../isa/index.ts';
import { build, buildThatFits, quantisedGraph, TEST_OPTIONS } from '../arbitraries/builds.ts';
import { arbitraryMapping, remap } from '../arbitraries/mappings.ts';
import { arbitraryNetwork } from '../arbitraries/networks.ts';
import { seededRandom } from '../arbitraries/random.ts';
import { arbitraryTarget } from '../arbitraries/targets.ts';
import { InterleavedMachine, type InterleavedInference } from '../interleaved/machine.ts';
import { arbitraryGrid, asGrid, asOneChip } from '../isa/grids.ts';

const edge = builtinTargets().get('edge')!;
const roomy: Target = { ...edge, limits: { ...edge.limits, routeEntries: 65_535, sinkRows: 65_535 } };

const arbitraryBuild = fc.record({
  net: arbitraryNetwork,
  target: arbitraryTarget,
  /** null: mapped by the compiler. */
  mapping: fc.option(arbitraryMapping, { freq: 2 }),
  options: fc.record({
    mode: fc.constantFrom(...CONVERSION_MODES),
    window: fc.integer({ min: 2, max: 8 }),
    weightBits: fc.constantFrom(8, 4, 2, 1),
    assignment: fc.constantFrom(...ASSIGNMENTS),
    placement: fc.record({
      method: fc.constantFrom(...PLACEMENT_METHODS.filter((method) => method !== 'anneal')),
      seed: fc.nat(1000),
    }),
  }),
});
type BuildRecipe = typeof arbitraryBuild extends fc.Arbitrary<infer R> ? R : never;

const cycles = (min: number, max: number) =>
  fc.integer({ min, max }).map((value) => ({ value, unit: 'cycles' as const, kind: 'assumed' as const, source: 'test' }));

const arbitraryTiming = fc.record({
  lanes: fc.integer({ min: 1, max: 8 }),
  laneCycles: cycles(1, 3),
  eventCycles: cycles(0, 4),
  vectorCycles: cycles(0, 3),
  updateLanes: fc.integer({ min: 1, max: 8 }),
  updateActiveCycles: cycles(1, 4),
  updateIdleCycles: cycles(1, 4),
  hopEastWestCycles: cycles(1, 5),
  hopNorthSouthCycles: cycles(1, 5),
  ejectionCycles: cycles(1, 5),
  injectionCycles: cycles(0, 4),
  creditCycles: cycles(1, 6),
  bufferFlits: fc.integer({ min: 1, max: 4 }),
  barrierCycles: cycles(0, 20),
  barrierHopCycles: cycles(0, 4),
});

/** What of a build can change without building anew. */
const arbitraryVariation = fc.record({
  timing: arbitraryTiming,
  grid: fc.option(arbitraryGrid, { freq: 2 }),
  /** The compiler writes one kind of FIRE only: here all of them. */
  compare: fc.nat(1),
  reset: fc.nat(1),
  /** Part of the input that is not 0, and its seed. */
  density: fc.double({ min: 0.2, max: 1, noNaN: true }),
  seed: fc.integer(),
});
type Variation = typeof arbitraryVariation extends fc.Arbitrary<infer V> ? V : never;

/** Variations per build. */
const VARIATIONS = 4;

async function chipOf({ net, target, mapping, options }: BuildRecipe): Promise<Chip | undefined> {
  try {
    const wanted = { ...TEST_OPTIONS, ...options };
    if (mapping === null) return (await buildThatFits(net, target, wanted)).chip;
    const result = await build(net, { ...wanted, target: roomy });
    return remap(result.chip, quantisedGraph(result), mapping).chip;
  } catch (error) {
    // Some networks cannot be converted in some modes.
    if (error instanceof DiagnosticError) return undefined;
    throw error;
  }
}

/** The chip with other figures and other FIREs, as the loader reads it. */
function varied(chip: Chip, { timing, grid, compare, reset }: Variation): Chip {
  const one = asOneChip(chip.target);
  const timed: Target = { ...one, timing: { ...one.timing, ...timing } };
  const target = grid === null ? timed : asGrid(timed, grid);
  const cores = chip.cores.map((image) => ({ ...image, program: withFire(image, (compare << 16) | (reset << 17)) }));
  const { selfTest: _, graph: __, ...rest } = chip;
  return readChip(encodeChip({ ...rest, target, cores }));
}

/** A program whose FIREs have other small fields. A reset to the value 0 is within the range proof of a soft reset. */
function withFire(image: CoreImage, fields: number): Uint32Array {
  const program = image.program.slice();
  const decoded = decodeProgram(image);
  if ('fault' in decoded) throw new Error(decoded.fault);
  for (const { operations } of decoded.handlers.values())
    for (const { operation, at } of operations)
      if (operation.op === 'FIRE') program[at] = (program[at]! & 0xffff) | fields;
  return program;
}

function inputOf({ input }: Chip, { density, seed }: Variation): Int16Array {
  const random = seededRandom(seed);
  const [channels, height, width] = input.shape;
  return Int16Array.from({ length: channels * height * width }, () => {
    const payload = Math.floor(input.payloadMin + random() * (input.payloadMax - input.payloadMin + 1));
    return random() < density ? payload : 0;
  });
}

type Answer = Pick<InterleavedInference, 'fired' | 'potentials' | 'readout' | 'timing'> & { readonly counts: object };

function emulated(chip: Chip, input: Int16Array, kernels: KernelKind): Answer {
  const emulator = new Emulator(chip, { timing: 'cycle', kernels });
  const fired: number[][][] = [];
  const potentials: number[][][] = [];
  const { readout, timing } = emulator.infer(input, {
    onTick: (_, view) => {
      fired.push(chip.layers.map((__, layer) => view.fired(layer)));
      potentials.push(chip.layers.map((__, layer) => Array.from(view.potential(layer))));
    },
  });
  const { tickCycles, ...others } = timing!;
  return {
    fired,
    potentials,
    readout: Array.from(readout),
    timing: { ...others, tickCycles: Array.from(tickCycles) },
    counts: emulator.counts(),
  };
}

/** The same members as those of the emulator's counts. */
function interleaved(chip: Chip, { fired, potentials, readout, timing, counts }: InterleavedInference): Answer {
  const { betweenChips, ...hops } = counts.linkHops;
  const linkHops = chip.target.chips === undefined ? hops : { ...hops, betweenChips };
  return { fired, potentials, readout, timing, counts: { ...counts, linkHops, saturations: 0 } };
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
};

function sortIn(chip: Chip, { counts, traffic }: InterleavedInference): boolean {
  const { east, west, north, south, betweenChips } = counts.linkHops;
  if (counts.spikes === 0 || east + west + north + south === 0) return false;
  kinds.stalls += Number(traffic.stallCycles > 0);
  kinds.contention += Number(traffic.conflicts > 0);
  kinds.waitsForCredit += Number(traffic.blocked > 0);
  kinds.multicastForks += Number(traffic.forks > 0);
  kinds.chipBorders += Number(betweenChips.eastWest + betweenChips.northSouth > 0);
  kinds.delayAboveOne += Number(traffic.delayed > 0);
  kinds.severalCoresPerTile += Number(new Set(chip.cores.map(({ core }) => Math.floor(core / chip.target.coresPerTile))).size < chip.cores.length);
  kinds.macs += Number(counts.macs > 0);
  return true;
}

let cases = 0;
const spent = { compiling: 0, interleaved: 0, emulator: 0 };
const since = (start: number): number => (performance.now() - start) / 1000;

const property = fc.asyncProperty(
  arbitraryBuild,
  fc.array(arbitraryVariation, { minLength: VARIATIONS, maxLength: VARIATIONS }),
  async (recipe, variations) => {
    let start = performance.now();
    const built = await chipOf(recipe);
    spent.compiling += since(start);
    if (built === undefined) return;
    for (const variation of variations) {
      const chip = varied(built, variation);
      const input = inputOf(chip, variation);
      start = performance.now();
      const inference = InterleavedMachine.infer(chip, input);
      spent.interleaved += since(start);
      const expected = interleaved(chip, inference);
      start = performance.now();
      for (const kernels of KERNEL_KINDS) {
        const answer = emulated(chip, input, kernels);
        for (const part of ['fired', 'potentials', 'readout', 'timing', 'counts'] as const)
          if (!isDeepStrictEqual(answer[part], expected[part]))
            throw new Error(
              `${part} differ (kernels ${kernels}): the emulator has ${JSON.stringify(answer[part])}, the interleaved machine ${JSON.stringify(expected[part])}`,
            );
      }
      spent.emulator += since(start);
      if (sortIn(chip, inference)) cases++;
    }
  },
);

const [wanted = '500', seed, path] = process.argv.slice(2);
let next = seed === undefined ? Date.now() % 2 ** 31 : Number(seed);
let failure: object | undefined;
const start = performance.now();
while (cases < Number(wanted) && failure === undefined) {
  const details = await fc.check(property, { seed: next, numRuns: 20, endOnFailure: true, ...(path !== undefined && { path }) });
  if (details.failed)
    failure = { seed: details.seed, path: details.counterexamplePath, error: String(details.errorInstance) };
  if (path !== undefined) break;
  next++;
}
console.log(JSON.stringify({ cases, kinds, seconds: since(start), spent, ...(failure !== undefined && { failure }) }));
