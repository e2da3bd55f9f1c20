/** E03xx: conversion and fit. */
import { npy, numbers } from '../../bin/world.ts';

import type { Examples } from '../example.ts';

/** A neuron that hears itself in the step in which it fires. */
const WITHOUT_DELAY = {
  format: 'snn-net/1',
  input: { shape: 1, steps: 4, payload: { min: 0, max: 1 } },
  populations: [{ name: 'a', shape: 1, neuron: 'if', threshold: 1, compare: 'ge', reset: { kind: 'subtract' } }],
  connections: [
    { from: 'input', to: 'a', op: 'one-to-one', weight: 1 },
    { from: 'a', to: 'a', op: 'one-to-one', weight: 1 },
  ],
  output: { population: 'a', decode: 'count' },
};

/** Layers behind layers whose sums hardly ever come near to what they can be. */
const deep = (): string => {
  const dense = (name: string) => ({
    ...{ name, op: 'dense', weight: { shape: [32, 32], data: numbers(32 * 32, 3) } },
  });
  const layers = ['a', 'b', 'c'].flatMap((name) => [dense(name), { name: `${name}+`, op: 'relu' }]);
  return JSON.stringify({ format: 'snn-net/1', input: { shape: [32, 1, 1] }, layers: [...layers, dense('last')] });
};

/** Potentials are read in the last step. */
const READ_AT_THE_END = {
  format: 'snn-net/1',
  input: { shape: 1, steps: 4, payload: { min: 0, max: 1 } },
  populations: [{ name: 'a', shape: 1, neuron: 'li', leak: 0.5 }],
  connections: [{ from: 'input', to: 'a', op: 'one-to-one', weight: 1 }],
  output: { population: 'a', decode: 'last' },
};

const pinned = (...pins: readonly object[]) => ({
  line: 'snnc build net.json --pin pins.json -o x.bin',
  files: () => ({ 'pins.json': JSON.stringify({ format: 'snn-pins/1', pins }) }),
});

export const conversion: Examples<'E03'> = {
  E0301: {
    line: 'snnc build deep.json -o x.bin',
    files: () => ({ 'deep.json': deep() }),
    says: 'its threshold must come from data: what it can be at most, through the weights, is so far away that',
  },
  E0302: {
    line: 'snnc build net.json --calibrate none.npy -o x.bin',
    files: () => ({ 'none.npy': npy(new Uint8Array(0), [0, 6, 6]) }),
    says: 'the calibration data hold no sample',
  },
  E0303: { misfit: 'widths.vBits' },
  E0320: { misfit: 'widths.packetBits' },
  E0304: { misfit: 'widths.payloadBits' },
  E0305: { misfit: 'mesh' },
  E0306: { misfit: 'limits.axons' },
  E0307: { misfit: 'limits.synapseBits' },
  E0308: { misfit: 'limits.programWords' },
  E0309: { misfit: 'limits.parameters' },
  E0310: { misfit: 'limits.sinkRows' },
  E0311: { misfit: 'limits.routeEntries' },
  E0312: { misfit: 'widths.weightBits' },
  E0313: { misfit: 'limits.delaySlots' },
  E0314: { misfit: 'limits.axonGroups' },
  E0315: { misfit: 'a field of an instruction' },
  E0316: { misfit: 'limits.neurons' },
  E0317: {
    line: 'snnc build net.json --calibrate images.npy --target tinyodin -o x.bin',
    says: 'no network is built for the target "tinyodin"',
  },
  E0318: {
    line: 'snnc build cycle.json -o x.bin',
    files: () => ({ 'cycle.json': new TextEncoder().encode(JSON.stringify(WITHOUT_DELAY)) }),
    says: 'a → a have 0 steps of delay together; a cycle of 1 takes at least 1',
  },
  E0322: {
    line: 'snnc build read.json --endless -o x.bin',
    files: () => ({ 'read.json': new TextEncoder().encode(JSON.stringify(READ_AT_THE_END)) }),
    says: 'the output is a potential of "a" at the end (last), and there is none',
  },
  E0323: {
    ...pinned({ layer: 'hiden', cores: [3] }),
    says: 'there is no layer "hiden"; did you mean "hidden"? (pins.json, at pins[0].layer)',
  },
  E0324: {
    ...pinned({ layer: 'conv', channels: 1, cores: [3] }, { layer: 'conv', rows: '0-2', cores: [[1, 0]] }),
    says: 'channel 1, row 0, column 0 is pinned by pins[0] already (pins.json, at pins[1], layer conv)',
  },
  E0325: {
    ...pinned({ layer: 'hidden', channels: '0-2', cores: [1, 2, 3, 4] }),
    says: '3×1×1 neurons do not fall into 4 equal boxes that keep the channel groups whole (pins.json, at pins[0], layer hidden)',
  },
  E0326: {
    line: 'snnc build net.json --pin pins.json --set limits.neurons=40 -o x.bin',
    files: () => ({
      'pins.json': JSON.stringify({ format: 'snn-pins/1', pins: [{ layer: 'conv', rows: '0-3', cores: [1] }] }),
    }),
    says: 'what this pin puts on core 1 needs 48 neurons; a core of edge with limits.neurons=40 has 40, 8 too few (pins.json, at pins[0], core 1)',
  },
};
