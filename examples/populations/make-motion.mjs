/**
 * Makes the example of conventional layers beside populations: a bar that moves over an image, and which way. A convolution with
 * ReLU finds bars in every step, neurons fire where one was a step before on one side, and layers over their spike counts decide.
 * Nothing is trained: the weights say what they do, and thresholds were found by trying.
 *
 *     node examples/populations/make-motion.mjs
 */
import { writeFileSync } from 'node:fs';

const SIDE = 8;
/** The bar crosses the image. */
const STEPS = 8;
const SAMPLES = 120;
/** Of bytes: the bar, and what every pixel has besides, at most. */
const [BRIGHT, NOISE] = [150, 105];
/** Of the pixels of the bar. */
const MISSING = 0.25;
const WAYS = ['right', 'left', 'down', 'up'];

/** Lines down and lines across, of images in 0..1. */
const DOWN = [-1, 2, -1, -1, 2, -1, -1, 2, -1];
const ACROSS = [-1, -1, -1, 2, 2, 2, -1, -1, -1];

const tensor = (shape, of) => ({ shape, data: Array.from({ length: shape.reduce((a, b) => a * b) }, (_, k) => of(k)) });

/** From [2, 8, 8] to [4, 1, 8]: to each way and place the line that is there, or was on its way a step before. */
function lines(before) {
  const pixels = SIDE * SIDE;
  return tensor([WAYS.length * SIDE, 2 * pixels], (k) => {
    const [to, from] = [Math.floor(k / (2 * pixels)), k % (2 * pixels)];
    const [way, place] = [Math.floor(to / SIDE), to % SIDE];
    const isAcross = way >= 2;
    if (isAcross !== from >= pixels) return 0;
    const at = isAcross ? Math.floor((from % pixels) / SIDE) : from % SIDE;
    return at === place - (before ? 1 - 2 * (way % 2) : 0) ? 1 / SIDE : 0;
  });
}

const network = {
  $schema: '../../spec/net.schema.json',
  format: 'snn-net/1',
  name: 'motion',
  dt: 0.01,
  input: { shape: [1, SIDE, SIDE], steps: STEPS, payload: { min: 0, max: 255 } },
  layers: [
    {
      ...{ name: 'bars', op: 'conv', padding: 1 },
      weight: {
        shape: [2, 1, 3, 3],
        data: [...DOWN, ...ACROSS].map((weight) => Number((weight / 6 / 255).toFixed(6))),
      },
    },
    { name: 'rectified', op: 'relu' },
    { name: 'flat', op: 'flatten', inputs: ['moving'] },
    { name: 'counts', op: 'dense', weight: tensor([4, 4 * SIDE], (k) => opponents(k)) },
    { name: 'surplus', op: 'relu' },
    { name: 'way', op: 'dense', weight: tensor([4, 4], (k) => (k % 5 === 0 ? 1 : 0)) },
  ],
  populations: [
    {
      ...{ name: 'moving', shape: [WAYS.length, 1, SIDE], neuron: 'lif', leak: { tau: 0.01 } },
      ...{ threshold: 0.7, compare: 'ge', reset: { kind: 'value', value: 0 } },
    },
  ],
  connections: [
    { from: 'rectified', to: 'moving', op: 'dense', weight: lines(false) },
    { from: 'rectified', to: 'moving', op: 'dense', delay: { seconds: 0.01 }, weight: lines(true) },
  ],
  output: { layer: 'way' },
  labels: WAYS,
};

/** Spikes of a way, without half of those of the opposite one. */
function opponents(k) {
  const [to, from] = [Math.floor(k / (4 * SIDE)), Math.floor((k % (4 * SIDE)) / SIDE)];
  return from === to ? 1 : from === (to ^ 1) ? -0.5 : 0;
}

/** Numbers in 0..1 that are the same in every run (a linear congruential generator of 32 bit). */
let state = 1;
function random() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

/** The images of one sample. */
function images(way) {
  const first = Math.floor(random() * SIDE);
  return Array.from({ length: STEPS * SIDE * SIDE }, (_, k) => {
    const [step, y, x] = [Math.floor(k / SIDE ** 2), Math.floor(k / SIDE) % SIDE, k % SIDE];
    const place = (first + (way % 2 === 0 ? step : SIDE - step)) % SIDE;
    const isBar = (way < 2 ? x : y) === place && random() >= MISSING;
    return Math.floor(random() * NOISE) + (isBar ? BRIGHT : 0);
  });
}

/** An array of bytes as .npy. */
function npy(shape, bytes) {
  const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const header = `${text.padEnd(117)}\n`;
  const head = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0]);
  return Buffer.concat([head, Buffer.from(header), Buffer.from(bytes)]);
}

const labels = Array.from({ length: SAMPLES }, (_, k) => k % WAYS.length);
const write = (name, content) => writeFileSync(new URL(name, import.meta.url), content);
write('motion.net.json', `${JSON.stringify(network)}\n`);
write('motion-samples.npy', npy([SAMPLES, STEPS, 1, SIDE, SIDE], labels.flatMap(images)));
write('motion-labels.npy', npy([SAMPLES], labels));
