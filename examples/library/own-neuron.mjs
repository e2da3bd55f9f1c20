// A neuron of your own, as a program of the chip: node examples/library/own-neuron.mjs
import { build, open, stream } from 'snnc';

// A leaky neuron that tires: each spike raises its threshold by `effort`, which wears off by a tenth a step.
const program = `
  ALU function=set plane=left source=V
  ALU function=sub plane=left source=tired
  COMPAREP flag=f0 op=ge plane=left values=threshold
  EMIT when=f0
  ALUP function=sub plane=V values=threshold when=f0
  ALUP function=add plane=tired values=effort when=f0
  DECAY plane=tired kind=mul bits=11 values=rest
  DECAY plane=V kind=mul bits=11 values=leak`;
const potential = (values) => ({ values, unit: 'potential' });
const factor = (values) => ({ values, unit: 'factor' });
const parameters = { threshold: potential(1), effort: potential([0, 0.3, 0.6]), rest: factor(0.9), leak: factor(0.95) };
const planes = Object.entries({ left: 'P2', tired: 'P3' }).map(([name, plane]) => ({ name, plane }));
const network = {
  format: 'snn-net/1',
  input: { shape: 1, steps: 60, payload: { min: 0, max: 1 } },
  populations: [{ name: 'neurons', shape: 3, neuron: 'program', program, planes, parameters }],
  connections: [{ from: 'input', to: 'neurons', op: 'dense', weight: { shape: [3, 1], data: [0.5, 0.5, 0.5] } }],
  output: { population: 'neurons', decode: 'count' },
};
const chip = open((await build(new TextEncoder().encode(JSON.stringify(network)), { endless: true })).bytes);
// Three neurons that tire not at all, a little and much, and the same input in each of 60 steps.
const trains = [0, 1, 2].map(() => Array(60).fill('.'));
const input = Array.from({ length: 60 }, (_, tick) => ({ tick, events: [{ element: 0, payload: 1 }] }));
for await (const { tick, spikes } of stream(chip, input)) for (const k of spikes) trains[k][tick] = '|';
console.log(trains.map((train) => train.join('')).join('\n'));
