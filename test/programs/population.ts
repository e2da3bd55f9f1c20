/** A chip of one population that runs a program of its own: input comes tick by tick, spikes can come back to it. */
import { Emulator, type EmulatorOptions } from '../../emulator/index.ts';
import { type Chip, decodeChip, encodeChip, NO_TREE, type Target, verifyChip } from '../../isa/index.ts';
import type { PlaneRow } from '../../isa/chip.ts';
import { boxOf, CoreBuilder, plainSink, tinyTarget, treeRoutes } from '../isa/chips.ts';
import { statement } from '../isa/program.ts';

const TREE = { input: 0, spikes: 1, readout: 2 } as const;

/** Room for any of them. */
const ROOMY: Target = tinyTarget({
  limits: {
    neurons: 4096,
    axons: 4096,
    axonGroups: 16,
    synapseBits: 2 ** 26,
    programWords: 4096,
    parameters: 16_384,
    sinkRows: 16,
    sinkListWords: 4096,
    delaySlots: 8,
    stateBits: 2 ** 20,
  },
  widths: { vBits: 32, payloadBits: 8 },
});

/** Synapses from sources to all neurons of the population. */
export interface Synapses {
  /** By source, then neuron. */
  readonly weights: readonly (readonly number[])[];
  readonly shift?: number;
  /** Of a weight; 8 where it is absent. */
  readonly bits?: 8 | 16;
  /** Field `destination` and `bank` as assembly says them. */
  readonly into: string;
}

/** Parameters as the fields that name them. */
type Placed = (...values: readonly number[]) => string;

export interface Population {
  readonly neurons: number;
  readonly inputTicks: number;
  readonly ticks: number;
  /** Several add up. */
  readonly input: readonly Synapses[];
  readonly payloads?: readonly [min: number, max: number];
  /** Of its own spikes, one tick later. */
  readonly recurrent?: readonly Synapses[];
  /** Of those spikes; 0 to 1 where it is absent. */
  readonly recurrentPayloads?: readonly [min: number, max: number];
  readonly planes?: readonly PlaneRow[];
  /** Lines of the tick handler; `run` names all neurons, `parameter` places values and gives their fields, `tree` takes the spikes. */
  readonly program: (run: string, parameter: Placed, tree: string) => readonly string[];
  /** Lines of the reset handler behind RESET to 0. */
  readonly reset?: (run: string, parameter: Placed) => readonly string[];
}

function populationCore(population: Population) {
  const { neurons, ticks, input, recurrent, planes, program, reset } = population;
  const { payloads = [0, 1], recurrentPayloads = [0, 1] } = population;
  const builder = new CoreBuilder(0, neurons);
  const dense = (all: readonly Synapses[]): string[] =>
    all.map(({ weights, shift = 0, bits = 8, into }) =>
      statement(`DENSE ${into} width=w8`, {
        shift,
        wide: Number(bits === 16),
        first: 0,
        count: neurons,
        weights: builder.weights(bits, ...weights),
      }),
    );
  const sources = input[0]!.weights.length;
  const heard = builder.group(sources, ...payloads, ...dense(input));
  builder.sink(plainSink({ tree: TREE.input, group: heard, delay: 0, sourceCount: sources }));
  if (recurrent !== undefined) {
    const group = builder.group(neurons, ...recurrentPayloads, ...dense(recurrent));
    builder.sink(plainSink({ tree: TREE.spikes, group, sourceCount: neurons }));
  }
  const parameter = (...values: readonly number[]): string =>
    `address=${builder.parameters(...values)} period=${values.length}`;
  const run = `first=0 count=${neurons}`;
  const tree = `tree=${recurrent === undefined ? NO_TREE : TREE.spikes}`;
  const tick = [`WINDOW skip=@end start=0 length=${ticks}`, ...program(run, parameter, tree), 'end:'];
  const image = builder.build(tick, [`RESET ${run} ${parameter(0)}`, ...(reset?.(run, parameter) ?? [])]);
  return planes === undefined ? image : { ...image, planes };
}

/** Read-outs belong to accumulators: this one hears nothing. */
function readoutCore(ticks: number) {
  const builder = new CoreBuilder(1, 1);
  const zero = builder.parameters(0);
  const tick = [`WINDOW skip=@end start=${ticks - 1} length=1`, `READ first=0 count=1 tree=${TREE.readout}`, 'end:'];
  return builder.build(tick, [`RESET first=0 count=1 address=${zero} period=1`]);
}

/**
 * The chip, as it comes out of its file.
 *
 * @throws Error where the loader refuses it
 */
export function populationChip(population: Population): Chip {
  const { neurons, inputTicks, ticks, input, recurrent, payloads = [0, 1] } = population;
  const sources = input[0]!.weights.length;
  const chip: Chip = {
    target: ROOMY,
    ticks,
    window: ticks,
    cores: [populationCore(population), readoutCore(ticks)],
    routes: [
      ...treeRoutes(ROOMY, TREE.input, 0, [0]),
      ...(recurrent === undefined ? [] : treeRoutes(ROOMY, TREE.spikes, 0, [0])),
      ...treeRoutes(ROOMY, TREE.readout, 1, [], true),
    ],
    input: {
      shape: [sources, 1, 1],
      ...(inputTicks > 1 && { ticks: inputTicks }),
      scale: 1,
      mean: Array.from({ length: sources }, () => 0),
      std: Array.from({ length: sources }, () => 1),
      step: 1,
      payloadMin: payloads[0],
      payloadMax: payloads[1],
      parts: [{ tree: TREE.input, box: boxOf(sources, 1, 1) }],
    },
    output: { shape: [1, 1, 1], step: 1, parts: [{ tree: TREE.readout, box: boxOf(1, 1, 1) }], labels: [] },
    layers: [
      { name: 'population', shape: [neurons, 1, 1], depth: 0, fires: true },
      { name: 'nothing', shape: [1, 1, 1], depth: 0, fires: false },
    ],
    placements: [
      { layer: 0, core: 0, firstNeuron: 0, box: boxOf(neurons, 1, 1) },
      { layer: 1, core: 1, firstNeuron: 0, box: boxOf(1, 1, 1) },
    ],
    provenance: { tool: 'test', network: 'population', sourceSha256: '0'.repeat(64), options: {}, annMacs: 0 },
  };
  const faults = verifyChip(chip);
  if (faults.length > 0) throw new Error(faults.map(({ message }) => message).join('\n'));
  return decodeChip(encodeChip(chip));
}

/** What the population did. */
export interface Activity {
  /** By tick: neurons that fired, ascending. */
  readonly fired: readonly (readonly number[])[];
  /** By tick: V of every neuron behind the tick handler. */
  readonly potentials: readonly Int32Array[];
}

/** @param input of tick t and source s at t * sources + s */
export function activityOf(chip: Chip, input: Int16Array, kernels: EmulatorOptions['kernels'] = 'wasm'): Activity {
  const fired: number[][] = [];
  const potentials: Int32Array[] = [];
  new Emulator(chip, { timing: 'none', ...(kernels && { kernels }) }).infer(input, {
    onTick: (_tick, view) => {
      fired.push(view.fired(0));
      potentials.push(view.potential(0));
    },
  });
  return { fired, potentials };
}
