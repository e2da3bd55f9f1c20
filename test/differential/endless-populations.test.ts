/** Networks of populations on chips without an end: in every step the spikes of the same network on a chip with one. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ChipStream, Emulator, KERNEL_KINDS, type KernelKind, type StreamEvent } from '../../emulator/index.ts';
import { buildChip, type BuildResult } from '../../compiler/index.ts';
import { builtinTargets, type Chip, DiagnosticError, shapeSize, verifyChip } from '../../isa/index.ts';
import { requestOf, TEST_OPTIONS } from '../arbitraries/builds.ts';
import {
  arbitraryEventPopulations,
  arbitraryPopulations,
  type RandomPopulations,
} from '../arbitraries/populations/networks.ts';
import { Draws } from '../arbitraries/random.ts';
import { cases } from '../cases.ts';
import { InterleavedMachine } from '../interleaved/machine.ts';

const OPTIONS = { ...TEST_OPTIONS, target: builtinTargets().get('edge')!, selfTestSamples: 0 };
const STEPS = 40;

type Fields = Record<string, unknown>;

/** Whether a state of such a leak does not come to rest, or takes long. */
const isSlow = (leak: unknown): boolean =>
  leak === 1 || Array.isArray(leak) || (typeof leak === 'object' && leak !== null && !('factor' in leak));

type Document = Fields & {
  readonly populations: readonly Fields[];
  readonly input: object;
  readonly output: { readonly population: string };
};

/** The same network with more steps, and an output of spikes. */
function stretched(net: RandomPopulations): RandomPopulations {
  const document = JSON.parse(net.json) as Document;
  const draws = new Draws(net.seed);
  // Most of those that forget nothing would be refused.
  const populations = document.populations.map((population) =>
    draws.chance(0.05)
      ? population
      : {
          ...population,
          ...(population.neuron === 'if' && { neuron: 'lif' }),
          ...(population.neuron === 'i' && { neuron: 'li' }),
          ...((population.neuron === 'if' || population.neuron === 'i' || isSlow(population.leak)) && { leak: 0.8125 }),
          ...(isSlow(population.currentLeak) && population.currentLeak !== undefined && { currentLeak: 0.5 }),
          ...(isSlow(population.adaptationLeak) && population.adaptationLeak !== undefined && { adaptationLeak: 0.75 }),
        },
  );
  const input = { ...document.input, steps: STEPS };
  return { ...net, json: JSON.stringify({ ...document, populations, input }) };
}

/** Of a fault its code. */
async function built(net: RandomPopulations, endless: boolean): Promise<BuildResult | string> {
  try {
    const { calibration: _, ...request } = requestOf(net, { ...OPTIONS, endless });
    return await buildChip(request, { now: () => 0, verify: endless });
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.map(({ code }) => code).join();
    throw error;
  }
}

/** Potentials that no end limits can take fewer fractional bits: then weights are rounded otherwise. */
function sameScales(finite: BuildResult, endless: BuildResult): boolean {
  const scales = ({ record }: BuildResult) =>
    new Map(record.layers.map(({ name, shifts, weightError }) => [name, `${shifts.join()} ${weightError}`]));
  const wanted = scales(finite);
  return [...scales(endless)].every(([name, scale]) => name.endsWith('.out') || scale === wanted.get(name));
}

/** Payloads of every step, with many zeros. */
function payloadsFor({ input }: Chip, seed: number): Int16Array {
  const draws = new Draws(seed);
  const { shape, payloadMin, payloadMax } = input;
  return Int16Array.from({ length: STEPS * shapeSize(shape) }, () =>
    draws.chance(0.6) ? 0 : draws.between(payloadMin, payloadMax),
  );
}

/** What is compared of a step: spikes of the output, and potentials of all populations. */
interface Step {
  readonly fired: readonly number[];
  readonly potentials: Readonly<Record<string, readonly number[]>>;
}

/** Filled tick by tick. */
const emptySteps = () =>
  Array.from({ length: STEPS }, (): { fired: readonly number[]; potentials: Record<string, readonly number[]> } => ({
    fired: [],
    potentials: {},
  }));

const layersOf = (chip: Chip, names: readonly string[]) =>
  names.map((name) => ({ name, index: chip.layers.findIndex((layer) => layer.name === name) }));

function finiteSteps(chip: Chip, input: Int16Array, names: readonly string[], output: string): Step[] {
  const steps = emptySteps();
  new Emulator(chip, { timing: 'none' }).infer(input, {
    onTick: (tick, view) => {
      for (const { name, index } of layersOf(chip, names)) {
        const step = steps[tick - chip.layers[index]!.depth];
        if (step === undefined) continue;
        step.potentials[name] = [...view.potential(index)];
        if (name === output) step.fired = view.fired(index);
      }
    },
  });
  return steps;
}

function endlessSteps(chip: Chip, input: Int16Array, names: readonly string[], kernels: KernelKind): Step[] {
  const size = shapeSize(chip.input.shape);
  const steps = emptySteps();
  const stream = new ChipStream(chip, { timing: 'none', kernels });
  const { depth } = chip.layers.at(-1)!;
  const last = Math.max(...chip.layers.map((layer) => layer.depth)) + STEPS;
  for (let tick = 0; tick < last; tick++) {
    const events: StreamEvent[] = [];
    if (tick < STEPS)
      input.subarray(tick * size, (tick + 1) * size).forEach((payload, element) => {
        if (payload !== 0) events.push({ element, payload });
      });
    // Of a core in event mode each spike has its line.
    const fired = [...new Set(stream.step(events))];
    if (tick >= depth && tick < depth + STEPS) steps[tick - depth]!.fired = fired;
    else if (tick < depth) expect(fired).toEqual([]);
    for (const { name, index } of layersOf(chip, names)) {
      const step = steps[tick - chip.layers[index]!.depth];
      if (step !== undefined) step.potentials[name] = [...stream.potential(index)];
    }
  }
  return steps;
}

/** Steps that the interleaved machine takes: it goes from cycle to cycle. */
const INTERLEAVED = 6;

/** Spikes of the output on the machine that was written from the specification alone. */
function interleavedSteps(chip: Chip, input: Int16Array): (readonly number[])[] {
  const { depth } = chip.layers.at(-1)!;
  const ticks = depth + INTERLEAVED;
  const payloads = Int16Array.from({ length: ticks * shapeSize(chip.input.shape) }, (_, k) => input[k] ?? 0);
  const { host } = InterleavedMachine.infer(chip, payloads, ticks);
  return host.slice(depth).map((fired) => [...new Set(fired)].sort((a, b) => a - b));
}

describe.each([
  ['of any kind', arbitraryPopulations, KERNEL_KINDS],
  // In such cores a spike has a line for each time; they run on one kind of kernels.
  ['some of them looked at behind every event', arbitraryEventPopulations, ['ts'] as const],
] as const)('populations %s', (_, networks, kinds) => {
  it('fire on a chip without an end as on one with an end', async () => {
    let compared = 0;
    let spikes = 0;
    await fc.assert(
      fc.asyncProperty(
        networks.filter(({ recipe: { decode } }) => decode === 'count' || decode === 'first'),
        async (drawn) => {
          const net = stretched(drawn);
          const [finite, endless] = [await built(net, false), await built(net, true)];
          // Half of them need an end.
          if (typeof endless === 'string' || typeof finite === 'string') return;
          expect(verifyChip(endless.chip)).toEqual([]);
          if (!sameScales(finite, endless)) return;
          const { population } = (JSON.parse(net.json) as Document).output;
          const names = endless.chip.layers.map(({ name }) => name).filter((name) => !name.endsWith('.out'));
          const input = payloadsFor(endless.chip, net.seed);
          const wanted = finiteSteps(finite.chip, input, names, population);
          for (const kernels of kinds) expect(endlessSteps(endless.chip, input, names, kernels)).toEqual(wanted);
          expect(interleavedSteps(endless.chip, input)).toEqual(wanted.slice(0, INTERLEAVED).map(({ fired }) => fired));
          compared++;
          spikes += wanted.reduce((sum, { fired }) => sum + fired.length, 0);
        },
      ),
      { numRuns: cases(6) },
    );
    expect(compared).toBeGreaterThan(0);
    expect(spikes).toBeGreaterThan(0);
  });
});
