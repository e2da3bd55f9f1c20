/** Loihi's CUBA neuron as a program, against what lava-dl and lava recorded (../shared/data). */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect } from '@jest/globals';
import { KERNEL_KINDS } from '../../emulator/index.ts';
import { itShared, sharedPath } from '../shared.ts';
import { parseNpy } from './npy.ts';
import { activityOf, type Population, populationChip } from './population.ts';

/** 24 bits: the current wraps, the potential saturates at ±(2^23 − 1). */
const BITS = 24;
const LEAST = -(2 ** 23 - 1);

interface Cuba {
  readonly neurons: number;
  readonly currentDecay: number;
  readonly potentialDecay: number;
  /** As compared, times 64. */
  readonly threshold: number;
}

/** The decays stand last: what a tick adds is then added to what has decayed. */
const cuba = ({ neurons, currentDecay, potentialDecay, threshold }: Cuba): Pick<Population, 'planes' | 'program'> => ({
  planes: [
    { plane: 0, policy: 'saturate', bits: BITS, first: 0, count: neurons, min: 0, max: 0 },
    { plane: 1, policy: 'wrap', bits: BITS, first: 0, count: neurons, min: 0, max: 0 },
  ],
  program: (run, parameter, tree) => [
    `ALU function=add plane=V source=I ${run}`,
    `ALUP function=max plane=V ${run} ${parameter(LEAST)}`,
    `COMPAREP flag=f0 op=gt plane=V ${run} ${parameter(threshold)}`,
    `EMIT when=f0 ${run} ${tree}`,
    `ALUP function=set plane=V when=f0 ${run} ${parameter(0)}`,
    `DECAY plane=I kind=mul bits=11 ${run} ${parameter(4096 - currentDecay)}`,
    `DECAY plane=V kind=mul bits=11 ${run} ${parameter(4096 - potentialDecay)}`,
  ],
});

const shared = (file: string): Buffer => {
  const bytes = readFileSync(sharedPath('data', ...file.split('/'))!);
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
};

const decayed = (v: number, decay: number): number => Math.trunc((v * (4096 - decay)) / 4096) + 0;

describe.each(KERNEL_KINDS)('Loihi CUBA on %s kernels', (kernels) => {
  itShared('fires as the dense layer of lava-dl, in 2,000 steps of 256 neurons', () => {
    const weights = parseNpy(shared('loihi/dense_weight.npy'));
    const input = parseNpy(shared('loihi/dense_in.npy.gz'));
    const output = parseNpy(shared('loihi/dense_out.npy.gz'));
    const [neurons, sources] = weights.shape as [number, number];
    const [, steps] = input.shape as [number, number];
    // Weights are even; a spike adds them times 64.
    const rows = Array.from({ length: sources }, (_, s) =>
      Array.from({ length: neurons }, (_, n) => weights.values[n * sources + s]! / 2),
    );
    const chip = populationChip({
      neurons,
      inputTicks: steps,
      ticks: steps,
      input: [{ weights: rows, shift: 7, into: 'destination=I' }],
      ...cuba({ neurons, currentDecay: 4096, potentialDecay: 415, threshold: 6 * 64 }),
    });
    const events = Int16Array.from(
      { length: steps * sources },
      (_, k) => input.values[(k % sources) * steps + Math.floor(k / sources)]!,
    );
    const { fired } = activityOf(chip, events, kernels);
    // The recording shows the answer to an input one step later.
    let spikes = 0;
    for (let step = 1; step < steps; step++) {
      const expected = Array.from({ length: neurons }, (_, n) => n).filter(
        (n) => output.values[n * steps + step]! !== 0,
      );
      spikes += expected.length;
      expect(fired[step - 1]).toEqual(expected);
    }
    expect(spikes).toBeGreaterThan(1000);
  });

  itShared('fires as the last layer of PilotNet, whose state is cleared every 16 steps', () => {
    const [neurons, sources, steps] = [10, 50, 24];
    const network = shared('loihi/pilotnet_network.net.gz');
    // Where the HDF5 file keeps weights [neuron][source] and biases of its layer 9, as 32-bit floating-point numbers.
    const weight = (n: number, s: number): number => network.readFloatLE(1_475_480 + 4 * (n * sources + s));
    const bias = Array.from({ length: neurons }, (_, n) => 64 * network.readFloatLE(411_208 + 4 * n));
    const input = parseNpy(shared('loihi/pilotnet_fc-1.npy'));
    const [spikes, potentials] = ['', '-v'].map((part) => parseNpy(shared(`loihi/pilotnet_fc-2${part}.npy`)));
    expect([input.shape, spikes!.shape]).toEqual([
      [sources, steps],
      [neurons, steps],
    ]);
    const { planes, program } = cuba({ neurons, currentDecay: 4096, potentialDecay: 1024, threshold: 1600 });
    const chip = populationChip({
      neurons,
      inputTicks: steps,
      ticks: steps,
      input: [
        {
          weights: Array.from({ length: sources }, (_, s) =>
            Array.from({ length: neurons }, (_, n) => weight(n, s) / 2),
          ),
          shift: 7,
          into: 'destination=I',
        },
      ],
      // A clock of four bits: it wraps to −8 in steps 8, 24, 40.
      planes: [...planes!, { plane: 2, policy: 'wrap', bits: 4, first: 0, count: neurons, min: 0, max: 0 }],
      program: (run, parameter, tree) => [
        `COMPAREP flag=f1 op=le plane=P2 ${run} ${parameter(-8)}`,
        `ALUP function=set plane=V when=f1 ${run} ${parameter(0)}`,
        `ALUP function=add plane=V ${run} ${parameter(...bias)}`,
        ...program(run, parameter, tree),
        `ALUP function=add plane=P2 ${run} ${parameter(1)}`,
      ],
    });
    // The recording shows the answer to an input one step later.
    const events = Int16Array.from({ length: steps * sources }, (_, k) =>
      k < sources ? 0 : input.values[(k % sources) * steps + Math.floor(k / sources) - 1]!,
    );
    const activity = activityOf(chip, events, kernels);
    let fired = 0;
    for (let step = 0; step < steps; step++)
      for (let n = 0; n < neurons; n++) {
        const isSpike = spikes!.values[n * steps + step]! !== 0;
        if (isSpike) fired++;
        expect([step, n, activity.fired[step]!.includes(n)]).toEqual([step, n, isSpike]);
        // The recording has 128 where a neuron fired: a mark of the chip's, not its potential.
        const v = isSpike ? 0 : potentials!.values[n * steps + step]!;
        expect([step, n, activity.potentials[step]![n]]).toEqual([step, n, decayed(v, 1024)]);
      }
    expect(fired).toBe(8);
  });

  // The chip's own recording has 128 where the neuron fired, as above.
  describe.each([
    ['lava ran in fixed point', 'lif/lif_lava_cpu_fixed.csv', 0],
    ['a Loihi 2 ran', 'lif/lif_lava_loihi_fixed.csv', 128],
  ] as const)('has, of the neuron that %s,', (_, file, mark) => {
    itShared('the potentials and spikes', () => {
      const rows = shared(file)
        .toString('utf8')
        .trim()
        .split('\n')
        .map((line) => line.split(',').map(Number) as [input: number, v: number, spike: number]);
      const potentialDecay = Math.trunc(0.04 * 4095);
      const chip = populationChip({
        neurons: 1,
        inputTicks: rows.length,
        ticks: rows.length,
        input: [{ weights: [[10]], shift: 6, into: 'destination=I' }],
        ...cuba({ neurons: 1, currentDecay: 4096, potentialDecay, threshold: (Math.trunc(0.1 * 131_071) >> 9) * 64 }),
      });
      const { fired, potentials } = activityOf(
        chip,
        Int16Array.from(rows, ([input]) => input),
        kernels,
      );
      for (let step = 1; step < rows.length; step++) {
        const [, v, spike] = rows[step]!;
        expect(fired[step - 1]!.length).toBe(spike);
        if (spike === 1) expect(v).toBe(mark);
        expect(potentials[step - 1]![0]).toBe(decayed(spike === 1 ? 0 : v, potentialDecay));
      }
    });
  });
});
