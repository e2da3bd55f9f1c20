/**
 * An inference that ends with fewer steps of input than the chip takes does what the same network does that was built for just so
 * many steps, on either kind of kernels.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeGraphFile } from '../../compiler/index.ts';
import { Emulator, KERNEL_KINDS, type KernelKind } from '../../emulator/index.ts';
import { type Chip, type Counts, DiagnosticError, leastSteps, readChip, shapeSize } from '../../isa/index.ts';
import { buildThatFits, TEST_OPTIONS } from '../arbitraries/builds.ts';
import { inputOf } from '../arbitraries/inputs.ts';
import {
  arbitraryEvenPopulations,
  arbitraryEventPopulations,
  arbitraryPopulations,
} from '../arbitraries/populations/networks.ts';
import { arbitraryTarget } from '../arbitraries/targets.ts';
import { cases } from '../cases.ts';

// What a program draws by chance goes by the tick counter, which passes over ticks.
const network = fc.oneof(
  arbitraryPopulations.filter(({ recipe }) => !recipe.programs),
  arbitraryEvenPopulations,
  arbitraryEventPopulations.filter(({ recipe }) => !recipe.programs),
);

const arbitraryCase = fc.record({
  net: network,
  target: arbitraryTarget,
  stepTicks: fc.constantFrom(undefined, 1, 2, 3),
  left: fc.integer({ min: 1, max: 20 }),
  density: fc.double({ min: 0.2, max: 1, noNaN: true }),
  seed: fc.integer(),
});
type Case = ReturnType<typeof arbitraryCase.generate>['value'];

/** The network for so many steps; undefined where it is refused. */
async function chipFor({ net, target, stepTicks }: Case, steps: number): Promise<Chip | undefined> {
  const document = JSON.parse(net.json) as { input: object };
  const json = JSON.stringify({ ...document, input: { ...document.input, steps } });
  const delaySlots = target.limits.delaySlots * (stepTicks ?? 1);
  try {
    const roomy = { ...target, limits: { ...target.limits, delaySlots } };
    return readChip((await buildThatFits({ ...net, json }, roomy, { ...TEST_OPTIONS, stepTicks })).bytes);
  } catch (error) {
    if (error instanceof DiagnosticError) return undefined;
    throw error;
  }
}

interface Outcome {
  readonly readout: readonly number[];
  /** By tick that was run, by layer. */
  readonly fired: readonly (readonly (readonly number[])[])[];
  readonly counts: Counts;
  readonly cycles: number | undefined;
  readonly tickCycles: readonly number[];
}

/** The last one of several inferences, of which the others may leave something behind. */
function outcomeOf(chip: Chip, inputs: readonly Int16Array[], kernels: KernelKind): Outcome {
  const emulator = new Emulator(chip, { timing: 'cycle', kernels });
  const ran: number[] = [];
  inputs.slice(0, -1).forEach((input) => emulator.infer(input));
  const before = emulator.counts();
  const inference = emulator.infer(inputs.at(-1)!, { onTick: (tick) => ran.push(tick) });
  const after = emulator.counts();
  const names = Object.keys(after).filter((name) => typeof after[name as keyof Counts] === 'number');
  const since = names.map((name) => [name, Number(after[name as keyof Counts]) - Number(before[name as keyof Counts])]);
  return {
    readout: [...inference.readout],
    fired: ran.map((tick) => chip.layers.map((_, layer) => [...inference.spikes.fired(layer, tick)])),
    counts: Object.fromEntries(since) as Counts,
    cycles: inference.timing?.cycles,
    tickCycles: ran.map((tick) => inference.timing!.tickCycles[tick]!),
  };
}

/** What all that it computes follows from: numbers are rounded otherwise where a shorter inference has a smaller range. */
const contentOf = ({ placements, cores, graph }: Chip) => [
  placements,
  decodeGraphFile(graph!).quantised.layers.map(({ branches }) => branches.map(({ shift }) => shift)),
  cores.map(({ planes = [], parameters, synapses }) => [
    planes.map(({ plane, first, count, bits }) => [plane, first, count, bits]),
    [...parameters],
    [...synapses],
  ]),
];

/** Spikes of the first steps of every layer. */
function firstSteps({ layers, input }: Chip, { fired }: Outcome, steps: number): Outcome['fired'] {
  const { ticks = 1, stepTicks = 1 } = input;
  const end = (layer: number): number => layers[layer]!.depth + (steps - 1) * stepTicks;
  return fired
    .slice(0, fired.length - (ticks - steps) * stepTicks)
    .map((byLayer, tick) => byLayer.map((neurons, layer) => (tick <= end(layer) ? neurons : [])));
}

const seen = { drawn: 0, run: 0, spiking: 0, longSteps: 0, alike: 0 };

describe('an inference that ends with fewer steps', () => {
  it('has the first steps of every layer, and is that of the network for so many steps', async () => {
    const property = fc.asyncProperty(arbitraryCase, async (drawn) => {
      seen.drawn++;
      const whole = await chipFor(drawn, drawn.net.recipe.steps + drawn.left);
      if (whole === undefined) return;
      const most = whole.input.ticks!;
      const steps = Math.max(leastSteps(whole), most - drawn.left);
      const short = await chipFor(drawn, steps);
      if (short === undefined) return;
      const full = inputOf(whole, drawn);
      const input = full.slice(0, steps * shapeSize(whole.input.shape));
      const isAlike = JSON.stringify(contentOf(short)) === JSON.stringify(contentOf(whole));
      seen.run++;
      seen.longSteps += Number(whole.input.stepTicks !== undefined);
      for (const kernels of KERNEL_KINDS) {
        const found = outcomeOf(whole, [full, input, full, input], kernels);
        expect(found.fired).toEqual(firstSteps(whole, outcomeOf(whole, [full], kernels), steps));
        if (isAlike) expect(found).toEqual(outcomeOf(short, [input], kernels));
        if (kernels !== 'wasm') continue;
        seen.spiking += Number(found.counts.spikes > 0);
        seen.alike += Number(isAlike);
      }
    });
    await fc.assert(property, { numRuns: cases(40) });
    expect(seen.run / seen.drawn).toBeGreaterThan(0.7);
    expect(seen.spiking / seen.run).toBeGreaterThan(0.6);
    for (const kind of ['alike', 'longSteps'] as const) expect(seen[kind] / seen.run).toBeGreaterThan(0.2);
  });

  it('needs steps enough for every layer to begin, and whole ones', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryCase, fc.nat(200), async (drawn, values) => {
        const chip = await chipFor(drawn, drawn.net.recipe.steps + drawn.left);
        if (chip === undefined) return;
        const size = shapeSize(chip.input.shape);
        const steps = values / size;
        const isTaken = Number.isInteger(steps) && steps >= leastSteps(chip) && steps <= chip.input.ticks!;
        const infer = () => new Emulator(chip, { timing: 'none' }).infer(new Int16Array(values));
        if (isTaken) expect(infer().spikes).toBeDefined();
        else expect(infer).toThrow(/E0603/);
      }),
      { numRuns: cases(15) },
    );
  });
});
