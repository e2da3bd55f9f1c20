/**
 * Makes the example of neurons that are programs: four resonators, each for pulses of its own period, and samples with
 * labels. Nothing is trained: a resonator turns by its period, and its threshold was found by trying.
 *
 *     node examples/populations/make-rhythm.mjs
 */
import { writeFileSync } from 'node:fs';

/** Steps from pulse to pulse, per class, and how large a resonator must swing to fire. */
const PERIODS = [5, 7, 9, 12];
const THRESHOLDS = [2.2, 1.8, 1.6, 1.4];
/** What is left of a swing after a step. */
const DAMPING = 0.95;
const STEPS = 64;
const SAMPLES = 200;
/** Shares: pulses that come a step early or late, pulses that are missing, steps with a pulse that belongs to nothing. */
const [UNEVEN, MISSING, NOISE] = [0.2, 0.1, 0.03];

/** The position of a neuron on its circle is (V, y). Pulses push V; then the circle turns and shrinks. */
const PROGRAM = [
  'ALUP function=min plane=V values=largest      ; a bound, so that the range proof closes',
  'ALUP function=max plane=V values=smallest',
  'COMPAREP flag=f0 op=ge plane=V values=threshold',
  'EMIT when=f0',
  'ALU function=set plane=sineV source=V',
  'ALU function=set plane=sineY source=y',
  'DECAY plane=sineV kind=mul bits=11 values=sine  ; a factor of bits + 1 = 12 bit',
  'DECAY plane=sineY kind=mul bits=11 values=sine',
  'DECAY plane=V kind=mul bits=11 values=cosine',
  'DECAY plane=y kind=mul bits=11 values=cosine',
  'ALU function=sub plane=V source=sineY',
  'ALU function=add plane=y source=sineV',
  'ALUP function=min plane=y values=largest',
  'ALUP function=max plane=y values=smallest',
];

const factors = (turn) => PERIODS.map((period) => Number((DAMPING * turn((2 * Math.PI) / period)).toFixed(4)));

const network = {
  $schema: '../../spec/net.schema.json',
  format: 'snn-net/1',
  name: 'rhythm',
  input: { shape: 1, steps: STEPS, payload: { min: 0, max: 1 } },
  populations: [
    {
      name: 'resonators',
      shape: PERIODS.length,
      neuron: 'program',
      planes: [
        { name: 'y', plane: 'P2' },
        { name: 'sineV', plane: 'P3' },
        { name: 'sineY', plane: 'P4' },
      ],
      parameters: {
        threshold: { values: THRESHOLDS, unit: 'potential' },
        largest: { values: 4, unit: 'potential' },
        smallest: { values: -4, unit: 'potential' },
        cosine: { values: factors(Math.cos), unit: 'factor' },
        sine: { values: factors(Math.sin), unit: 'factor' },
      },
      program: PROGRAM,
    },
  ],
  connections: [
    {
      from: 'input',
      to: 'resonators',
      op: 'dense',
      weight: { shape: [PERIODS.length, 1], data: PERIODS.map(() => 1) },
    },
  ],
  output: { population: 'resonators', decode: 'count' },
  labels: PERIODS.map((period) => `every ${period} steps`),
};

/** Numbers in 0..1 that are the same in every run (a linear congruential generator of 32 bit). */
let state = 1;
function random() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}
const below = (count) => Math.floor(random() * count);

function pulses(period) {
  const steps = Array.from({ length: STEPS }, () => (random() < NOISE ? 1 : 0));
  for (let due = below(period); due < STEPS; due += period) {
    const late = random() < UNEVEN ? 2 * below(2) - 1 : 0;
    if (random() >= MISSING && due + late >= 0 && due + late < STEPS) steps[due + late] = 1;
  }
  return steps;
}

/** An array of bytes as .npy. */
function npy(shape, bytes) {
  const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const header = `${text.padEnd(117)}\n`;
  const head = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0]);
  return Buffer.concat([head, Buffer.from(header), Buffer.from(bytes)]);
}

const labels = Array.from({ length: SAMPLES }, (_, k) => k % PERIODS.length);
const write = (name, content) => writeFileSync(new URL(name, import.meta.url), content);
write('rhythm.net.json', `${JSON.stringify(network, null, 2)}\n`);
write(
  'rhythm-samples.npy',
  npy(
    [SAMPLES, STEPS, 1, 1, 1],
    labels.flatMap((label) => pulses(PERIODS[label])),
  ),
);
write('rhythm-labels.npy', npy([SAMPLES], labels));
