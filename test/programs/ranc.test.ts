/** TrueNorth's neuron, as RANC runs it, as a program: six cores and ten images that RANC's own test bench has (../shared/data). */
import { readFileSync } from 'node:fs';
import { describe, expect } from '@jest/globals';
import { KERNEL_KINDS } from '../../emulator/index.ts';
import { itShared, sharedPath } from '../shared.ts';
import { activityOf, type Population, populationChip } from './population.ts';

const AXONS = 512;
const NEURONS = 128;
/** Two cores hear the image, the third hears them; the other three of the file have no synapses. */
const IMAGE_CORES = 2;
const ALL = (IMAGE_CORES + 1) * NEURONS;
const FIELDS = [9, 9, 9, 9, 9, 9, 9, 9, 9, 1, 9, 9, 9, 4] as const;

interface RancNeuron {
  /** Of axon a. */
  readonly connected: (axon: number) => boolean;
  readonly reset: number;
  /** By type of axon. */
  readonly weights: readonly number[];
  readonly leak: number;
  readonly upper: number;
  readonly lower: number;
  /** Axon at its destination. */
  readonly axon: number;
}

const lines = (file: string): string[] =>
  readFileSync(sharedPath('data', 'ranc-512x128', file)!, 'utf8')
    .trim()
    .split('\n');

const signed = (bits: string): number =>
  bits.startsWith('1') ? parseInt(bits, 2) - 2 ** bits.length : parseInt(bits, 2);

/** A line of csram_*.mem: the bit of axon 0 stands last of the synapses. */
function readNeuron(line: string): RancNeuron {
  let at = AXONS;
  const fields = FIELDS.map((bits) => line.slice(at, (at += bits)));
  const [, reset, ...rest] = fields.map(signed) as [number, number, ...number[]];
  return {
    connected: (axon) => line[AXONS - 1 - axon] === '1',
    reset,
    weights: rest.slice(0, 4),
    leak: rest[4]!,
    upper: rest[5]!,
    lower: rest[6]!,
    axon: parseInt(fields[12]!, 2),
  };
}

interface RancCore {
  readonly neurons: readonly RancNeuron[];
  /** Type of each axon. */
  readonly types: readonly number[];
}

const readCore = (core: number): RancCore => ({
  neurons: lines(`csram_00${core}.mem`).map(readNeuron),
  types: lines(`tc_00${core}.mem`).map((line) => parseInt(line, 2)),
});

const weightOf = ({ neurons, types }: RancCore, axon: number, n: number): number =>
  neurons[n]!.connected(axon) ? neurons[n]!.weights[types[axon]!]! : 0;

/** Weights from an axon of one of the cores to all neurons of all cores. */
const row = (cores: readonly RancCore[], core: number, axon: number): number[] =>
  Array.from({ length: ALL }, (_, n) =>
    Math.floor(n / NEURONS) === core ? weightOf(cores[core]!, axon, n % NEURONS) : 0,
  );

function ranc(cores: readonly RancCore[]): Pick<Population, 'planes' | 'program' | 'input' | 'recurrent'> {
  const all = cores.flatMap(({ neurons }) => neurons);
  const silent = Array.from({ length: ALL }, () => 0);
  return {
    planes: [{ plane: 0, policy: 'wrap', bits: 9, first: 0, count: ALL, min: 0, max: 0 }],
    input: [
      {
        weights: Array.from({ length: IMAGE_CORES * AXONS }, (_, k) => row(cores, Math.floor(k / AXONS), k % AXONS)),
        into: 'destination=V',
      },
    ],
    recurrent: [
      {
        weights: all.map(({ axon }, k) => (k < IMAGE_CORES * NEURONS ? row(cores, IMAGE_CORES, axon) : silent)),
        into: 'destination=V',
      },
    ],
    program: (run, parameter, tree) => [
      `ALUP function=add plane=V ${run} ${parameter(...all.map(({ leak }) => leak))}`,
      `COMPAREP flag=f0 op=ge plane=V ${run} ${parameter(...all.map(({ upper }) => upper))}`,
      `COMPAREP flag=f1 op=lt plane=V when=not-f0 ${run} ${parameter(...all.map(({ lower }) => lower))}`,
      `EMIT when=f0 ${run} ${tree}`,
      `ALUP function=set plane=V when=f0 ${run} ${parameter(...all.map(({ reset }) => reset))}`,
      `ALUP function=set plane=V when=f1 ${run} ${parameter(...all.map(({ reset }) => -reset))}`,
    ],
  };
}

/** Axons of the images, an image a tick: packets say how many cores to the right they go. */
function readImages(): Int16Array {
  const packets = lines('tb_input.txt');
  const counts = lines('tb_num_inputs.txt').map(Number);
  const events = new Int16Array(counts.length * IMAGE_CORES * AXONS);
  let next = 0;
  counts.forEach((count, image) => {
    for (const packet of packets.slice(next, (next += count))) {
      const core = parseInt(packet.slice(0, 9), 2);
      events[(image * IMAGE_CORES + core) * AXONS + parseInt(packet.slice(18, 27), 2)] = 1;
    }
  });
  return events;
}

describe.each(KERNEL_KINDS)('RANC on %s kernels', (kernels) => {
  itShared('sends all 189 packets of ten images in order', () => {
    const cores = [0, 1, 2].map(readCore);
    const counts = lines('tb_num_outputs.txt').map(Number);
    const ticks = counts.length + 1;
    const chip = populationChip({ neurons: ALL, inputTicks: counts.length, ticks, ...ranc(cores) });
    const { fired } = activityOf(chip, readImages(), kernels);
    const output = cores[IMAGE_CORES]!.neurons;
    const packets = fired
      .slice(1)
      .flatMap((neurons) => neurons.filter((n) => n >= IMAGE_CORES * NEURONS).map((n) => output[n % NEURONS]!.axon));
    const expected = lines('tb_correct.txt').map((line) => parseInt(line, 2));
    expect(expected).toHaveLength(189);
    expect(packets).toEqual(expected);
    expect(fired.slice(1).map((neurons) => neurons.filter((n) => n >= IMAGE_CORES * NEURONS).length)).toEqual(counts);
  });
});
