/** W....: what is done all the same. */
import { readFileSync } from 'node:fs';
import { connectionLost } from '../../../bin/queue/link.ts';
import { otherVersion } from '../../../bin/queue/work.ts';
import { builtinTargets, DiagnosticError } from '../../../isa/index.ts';
import { npy, numbers, onnxModel } from '../../bin/world.ts';
import { ONE_NEURON } from '../one-neuron.ts';
import type { Examples } from '../example.ts';
import { recordOf } from '../record-of.ts';

const dense = (name: string, outputs: number, inputs: number) => ({
  name,
  op: 'dense',
  weight: { shape: [outputs, inputs], data: numbers(outputs * inputs, inputs) },
});
const clipped = (...more: readonly object[]): string =>
  JSON.stringify({
    format: 'snn-net/1',
    input: { shape: [4, 1, 1] },
    layers: [dense('first', 4, 4), { name: 'act', op: 'relu', max: 1 }, dense('last', 2, 4), ...more],
  });

/** Packets with counts meet in a pooling window. */
const POOLED = {
  format: 'snn-net/1',
  input: { shape: [1, 4, 4] },
  layers: [
    { name: 'conv', op: 'conv', weight: { shape: [1, 1, 1, 1], data: [1] } },
    { name: 'act', op: 'relu', max: 1 },
    { name: 'pool', op: 'averagePool', kernel: [2, 2] },
    { name: 'flat', op: 'flatten' },
    dense('last', 2, 4),
  ],
};

/** A bias that inhibition balances, which comes a tick later. */
const EARLY = {
  format: 'snn-net/1',
  input: { shape: [1, 1, 1] },
  layers: [
    { name: 'first', op: 'dense', weight: { shape: [1, 1], data: [1] } },
    { name: 'act', op: 'relu' },
    {
      name: 'last',
      op: 'dense',
      weight: { shape: [2, 1], data: [-1, 0] },
      bias: { shape: [2], data: [1, 0.3] },
    },
  ],
};

export const warnings: Examples<'W'> = {
  W0301: {
    line: 'snnc build example.json -o x.bin',
    files: () => ({ 'example.json': clipped() }),
    says: 'no calibration data',
  },
  W0319: {
    line: 'snnc build example.json -o x.bin',
    files: () => ({
      'example.json': JSON.stringify({
        format: 'snn-net/1',
        input: { shape: [4, 1, 1] },
        layers: [dense('first', 4, 4), { name: 'act', op: 'relu' }, dense('last', 2, 4)],
      }),
    }),
    says: 'thresholds are what activations can be at most through the weights, for any input of 0 to 1;',
  },
  W0322: {
    before: ['snnc build net.json --emit-pins pins.json -o x.bin'],
    line: 'snnc build net.json --pin pins.json --objective latency -o y.bin',
    says: 'all of the network is pinned, so there is one mapping, and no choice',
  },
  W0320: {
    line: 'snnc build example.json -o x.bin',
    files: () => ({ 'example.json': clipped() }),
    says: 'bytes become x / 255: neither the network nor --scale says how',
  },
  W0302: {
    line: 'snnc check net.json --calibrate images.npy --target example.target.json',
    files: () => {
      const { widths, ...edge } = builtinTargets().get('edge')!;
      return { 'example.target.json': JSON.stringify({ ...edge, widths: { ...widths, vBits: 16 } }) };
    },
    says: 'thresholds were made smaller',
  },
  W0303: {
    line: 'snnc build example.json -o x.bin',
    files: () => ({ 'example.json': clipped({ name: 'end', op: 'relu', max: 1 }) }),
    says: 'the last activation end is dropped',
  },
  W0309: {
    line: 'snnc build linear.json -o x.bin',
    files: () => ({
      'linear.json': JSON.stringify({
        format: 'snn-net/1',
        input: { shape: [4, 1, 1] },
        layers: [dense('first', 4, 4), dense('second', 4, 4), { name: 'act', op: 'relu', max: 1 }, dense('last', 2, 4)],
      }),
    }),
    says: 'first and second follow each other without an activation: they are one operator of 16 synapses',
  },
  W0313: {
    line: 'snnc build rescaled.json --calibrate bytes.npy -o x.bin',
    files: () => ({
      'rescaled.json': JSON.stringify({
        format: 'snn-net/1',
        input: { shape: [4, 1, 1] },
        layers: [
          {
            name: 'rescale',
            op: 'affine',
            scale: { shape: [4], data: [1 / 255, 1 / 255, 1 / 127.5, 1 / 255] },
            shift: { shape: [4], data: [0, 0, -1, 0] },
          },
          ...[dense('first', 4, 4), { name: 'act', op: 'relu', max: 1 }, dense('last', 2, 4)],
        ],
      }),
      'bytes.npy': npy(
        Uint8Array.from({ length: 32 }, (_, k) => 8 * k),
        [8, 4],
      ),
    }),
    says: 'bytes are given to it as they are, not divided by 255',
  },
  W0314: {
    line: 'snnc build example.json --calibrate zeros.npy -o x.bin',
    files: () => ({ 'example.json': clipped(), 'zeros.npy': npy(new Uint8Array(32), [8, 4]) }),
    says: 'all values of the calibration data are 0',
  },
  W0307: {
    line: 'snnc build populations.json --calibrate loud.npy -o x.bin',
    files: () => ({
      'populations.json': JSON.stringify(ONE_NEURON),
      'loud.npy': npy(Uint8Array.of(0, 1, 5, 0), [1, 4, 1, 1, 1]),
    }),
    says: '1 values of 1 samples, 0 to 5, lie beyond the payloads of the input, which reach from 0 to 1',
  },
  W0308: {
    line: 'snnc build lif.nir -T 4 -o x.bin',
    files: () => ({ 'lif.nir': readFileSync(new URL('../../compiler/read/nir/lif.nir', import.meta.url)) }),
    says: 'does not say how long a step is: 0.0001',
  },
  W0315: {
    line: 'snnc build lif.nir -T 4 --dt 1e-9 -o x.bin',
    files: () => ({ 'lif.nir': readFileSync(new URL('../../compiler/read/nir/lif.nir', import.meta.url)) }),
    says: 'it never leaks',
  },
  W0316: {
    line: 'snnc convert one.json -o x.nir',
    files: () => ({ 'one.json': JSON.stringify(ONE_NEURON) }),
    says: 'the soft reset: nodes set V to a value',
  },
  W0317: {
    line: 'snnc build early.json --mode paper --calibrate three.npy --scale 10 -T 4 -o x.bin',
    files: () => ({ 'early.json': JSON.stringify(EARLY), 'three.npy': npy(Uint8Array.of(0, 9, 20), [3, 1, 1, 1]) }),
    says: '2 of 3 samples get the answer of the conventional network, in 6 ticks',
  },
  W0318: {
    line: 'snnc check gelu.onnx --approximate',
    files: () => ({ 'gelu.onnx': onnxModel('Gelu', []) }),
    says: 'Gelu ("the_pool") is approximated by 9 straight pieces, each a population of neurons: by at most 0.0',
  },
  W0321: {
    line: 'snnc build one.json -o x.bin --deadline 10cycles',
    files: () => ({ 'one.json': JSON.stringify(ONE_NEURON) }),
    says: 'no mapping that was found is expected to keep 0.05 µs',
  },
  W0311: {
    line: 'snnc build pooled.json -o x.bin --code graded -T 200',
    files: () => ({ 'pooled.json': JSON.stringify(POOLED) }),
    says: 'pooling windows of 2×2 are summed in parts of 1×2',
  },
  W0310: {
    line: 'snnc check net.json --calibrate images.npy --mode auto -T 1 --max-loss 0.001',
    says: 'every candidate loses more than 0.001 points',
  },
  W0304: {
    line: 'snnc check net.json --calibrate dark.npy --mode default',
    files: () => ({ 'dark.npy': npy(new Uint8Array(36), [1, 6, 6]) }),
    says: 'were never active in 1 calibration samples',
  },
  W0305: { line: 'snnc check net.json', says: 'random images stand in' },
  W0306: {
    line: 'snnc check net.json --calibrate images.npy --weight-bits 1',
    says: 'weights of 1 bit are too coarse',
  },
  W0312: {
    line: 'snnc check net.json --calibrate images.npy --calibrate-limit 12 --weight-bits 4 --round second-order',
    files: () => ({
      'net.json': JSON.stringify({
        format: 'snn-net/1',
        input: { shape: [36, 1, 1] },
        layers: [
          {
            name: 'wired',
            op: 'sparse',
            outputs: 3,
            pre: [0, 5, 7],
            post: [0, 1, 2],
            weight: { shape: [3], data: numbers(3, 3) },
          },
          { name: 'act', op: 'relu', max: 1 },
          dense('last', 2, 3),
        ],
      }),
      'images.npy': npy(
        Uint8Array.from({ length: 12 * 36 }, (_, k) => (17 * k) % 256),
        [12, 36, 1, 1],
      ),
    }),
    says: 'weights are rounded to nearest: its connections are irregular',
  },
  W0701: { line: 'snnemu run chip.bin --trace trace.json --trace-limit 5', says: 'the trace ends after' },
  W0702: {
    before: ['snnemu run chip.bin --json one.json', 'snnemu eval chip.bin --data images.npy --json all.json'],
    line: 'snnemu compare one.json all.json',
    says: 'the numbers of samples differ',
  },
  W0703: {
    files: () => ({
      'example.json': clipped(),
      'bright.npy': npy(
        Float32Array.from({ length: 32 }, (_, k) => 8 * k),
        [8, 4],
      ),
      'dim.npy': npy(
        Float32Array.from({ length: 32 }, (_, k) => k / 128),
        [8, 4],
      ),
    }),
    before: ['snnc build example.json --calibrate bright.npy -o x.bin'],
    line: 'snnemu eval x.bin --data dim.npy',
    says: 'of the values that are not 0, 100.0 % become payload 0 and 0.0 % are limited',
  },
  W0704: {
    files: () => ({
      'example.json': JSON.stringify(ONE_NEURON),
      'cut.dat': Buffer.from('% Version 2\n\0\x08\0\0\0\0\0\0\0\0\0\0', 'latin1'),
    }),
    before: ['snnc build example.json -o x.bin'],
    line: 'snnemu run x.bin --input cut.dat',
    says: 'its last 2 bytes are no event',
  },
  W0705: {
    files: () => ({ 'example.json': JSON.stringify(ONE_NEURON), 'events.csv': 't,x,y,p\n0,0,0,1\n10,0,3,1\n' }),
    before: ['snnc build example.json -o x.bin'],
    line: 'snnemu run x.bin --input events.csv',
    says: 'of 2 events, 0.0 % lie outside of the time of the steps',
  },
  W0706: {
    files: () => ({ 'points.ndjson': '{"format":"snn-sweep/1","to' }),
    line: 'snnemu sweep net.json --data images.npy --store . --grid code=graded --mode default',
    says: 'a line is no whole record and is left out: 1; the last line has no end',
  },
  W0720: {
    files: (chip: Uint8Array) => ({ 'example.json': recordOf(chip) }),
    line: 'snnemu rerun example.json',
    says: 'the record is of test, and snnemu 0.0.0 repeats it',
  },
  W0707: {
    files: () => ({ 'example.json': JSON.stringify(ONE_NEURON), 'example.csv': '0.5\n1.5\n' }),
    before: ['snnc build example.json -o x.bin'],
    line: 'snnemu eval x.bin --data example.csv --encode delta',
    says: 'of the values that are not 0, 50.0 % lie beyond 1, and are sent as often as that',
  },
  // Both take a Redis: test/bin/queue/sweep-queue.test.ts
  W0708: {
    call: () => {
      throw new DiagnosticError([otherVersion('worker', '0.1.0', '0.2.0')]);
    },
    says: 'a worker is snnemu 0.2.0; the points of this sweep are left to those of snnemu 0.1.0',
  },
  W0709: {
    call: () => {
      throw new DiagnosticError([connectionLost({ shown: 'redis://host:6379' }, 'read ECONNRESET')]);
    },
    says: 'the connection to redis://host:6379 is lost: read ECONNRESET; it is waited for, 120 s at most',
  },
};
