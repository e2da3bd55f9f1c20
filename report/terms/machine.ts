/** Terms of the machine and what it does. */
import type { Term } from './term.ts';

export const MACHINE_TERMS: readonly Term[] = [
  {
    term: 'tick',
    also: ['ticks'],
    lines: [
      'The step of the chip: cores take the events that have come, update their',
      'neurons, and wait for each other (the barrier). A spike that is sent in one',
      'tick is heard in the next one, or as many later as its delay says.',
    ],
    page: 'spec/isa.md#time',
  },
  {
    term: 'membrane potential',
    also: ['V', 'V bits', 'potential'],
    lines: [
      'V: what a neuron has summed up and not yet sent as spikes, a whole number.',
      '"V bits 31 of 32": it provably needs 31 bits, the target has 32, so that no',
      'sum can overflow. The loader proves it again from the bytes of the chip.',
    ],
    page: 'spec/isa.md#range-proof',
  },
  {
    term: 'spike',
    also: ['spikes'],
    lines: [
      'A neuron that fires, once in a tick at most. It is sent as a packet to the',
      'cores that listen. With a code that sends counts, a packet may stand for',
      'several spikes: then the sum of the payloads is said too.',
    ],
    page: 'spec/energy.md#the-events',
  },
  {
    term: 'payload',
    also: ['payloads'],
    lines: [
      'The number that a packet carries: 1 for a plain spike, a count with --code',
      'graded, a value for the input. The synapse adds payload x weight. "spikes',
      'with payloads of 9,639 in all" is the sum of their sizes.',
    ],
    page: 'spec/isa.md#packets-trees-sinks',
  },
  {
    term: 'packet',
    also: ['packets', 'flit'],
    lines: [
      'What travels over the mesh: {tree, source, payload}, one flit long. One per',
      'spike that anybody hears and per value read out; routers copy it where its',
      'ways part. "through the host port": input and read-out.',
    ],
    page: 'spec/network.md',
  },
  {
    term: 'core',
    also: ['cores', 'tile', 'tiles'],
    lines: [
      'A core has neurons, synapses, a program and an axon scheduler of its own; a',
      'tile is a router with one core or more. "13 of 64 cores" are in use. A core',
      'may hold parts of several layers ("shared").',
    ],
    page: 'spec/isa.md#chip-tile-core',
  },
  {
    term: 'axon',
    also: ['axons', 'axon scheduler'],
    lines: [
      'An input of a core: what arrives for it in a tick is added up in a counter,',
      'and in the next tick its synapses are visited. "distinct in-axons": sources',
      'that a neuron, or a core, must hear.',
    ],
    page: 'spec/isa.md#chip-tile-core',
  },
  {
    term: 'synapse',
    also: ['synapses', 'synapse bits'],
    lines: [
      'A stored weight between an axon and a neuron. Kernels of convolutions are',
      'stored once per core and shared by all positions, so visited synapses are',
      'many more than stored ones. Their memory is counted in bits.',
    ],
    page: 'spec/isa.md#chip-tile-core',
  },
  {
    term: 'rate',
    lines: [
      'Spikes of a layer per neuron and tick of its window: 0.1 means that a neuron',
      'fires in every tenth tick. Low rates are cheap: no spike, no packet, no',
      'synaptic operation.',
    ],
    page: 'spec/conversion.md#the-ledger',
  },
  {
    term: 'reference interpreter',
    lines: [
      'Computes the quantised network layer by layer, knows nothing of cores and',
      'packets, and shares no code with the emulator. Both must agree in every',
      'spike; `snnemu diff` names the first that differs.',
    ],
    page: 'docs/architecture.md#three-machines',
  },
  {
    term: 'self-test',
    also: ['self-test samples', 'bit-exact'],
    lines: [
      'Some samples in the chip file with the answers and spikes that the reference',
      'interpreter gave. `snnemu run` without data repeats them: bit-exact, or',
      'DIFFERENT (exit code 4).',
    ],
    page: 'spec/image-format.md',
  },
  {
    term: 'spike digest',
    also: ['digest'],
    lines: [
      'SHA-256 of all spikes of all inferences, by layer and neuron. It depends on',
      'neither mapping nor timing: two runs with the same digest computed the same',
      'thing, spike by spike.',
    ],
    page: 'spec/image-format.md',
  },
];
