/** The rows of all warnings: what is done all the same (isa/codes.ts has the errors). */
import type { MessageRow } from './message-row.ts';

export const WARNINGS = {
  W0301: {
    title: 'thresholds from clips',
    explanation: 'No calibration data were given: the clip levels of the activations serve as thresholds.',
  },
  W0302: {
    title: 'threshold shrunk',
    explanation:
      'The threshold was made smaller so that the membrane potential fits the target; weights lose precision.',
  },
  W0303: {
    title: 'final activation dropped',
    explanation: 'The last activation does not change which output is largest unless all are negative.',
  },
  W0304: {
    title: 'small calibration set',
    explanation:
      'More than a tenth of the channels were silent in all calibration samples. Other data may drive them beyond any threshold. Networks with channels that never fire at all can ignore it.',
  },
  W0305: {
    title: 'stand-in calibration',
    explanation:
      'No calibration data were given: random images stood in for them, so thresholds and range proof are estimates.',
  },
  W0306: {
    title: 'weights too coarse',
    explanation:
      'The stored weights of a layer differ from the wanted ones by more than 22 % of their size (a squared error of 5 %). Narrow weights hold such a network only if it was trained with them.',
  },
  W0307: {
    title: 'samples beyond the input',
    explanation:
      "Samples have values that the payloads of the network's input do not reach; the chip gets the nearest payload in their place.",
  },
  W0311: {
    title: 'pooling windows in parts',
    explanation:
      'Packets that carry counts can add up to more than the counter of an axon holds where a pooling window is summed on one axon. Its parts get axons of their own, and more synapses.',
  },
  W0310: {
    title: 'no candidate keeps the accuracy',
    explanation:
      'A choice by measurement tried all candidates on samples held out, and each lost more than was allowed. The one that loses least is built.',
  },
  W0308: {
    title: 'assumed of the network file',
    explanation:
      'A NIR graph does not say how long a step is, how its neurons compute one, what its input can be, how its output is read, and when a loop is heard; a .net file of lava-dl not what its input can be and how its output is read. Of a net.json a step can be asked to last longer or shorter than the file says, and seconds need not be whole steps. The message says what was taken (spec/nir.md, spec/netx.md).',
  },
  W0309: { title: 'network rewritten', explanation: 'The message says what was done, exactly, and what it costs.' },
  W0319: {
    title: 'thresholds from bounds',
    explanation:
      'No calibration data were given, and some activations have no clip level. Their thresholds are the largest values that they can have, by interval arithmetic from the range of the input through weights and biases, layer by layer. Nothing is ever clipped, but the true values may stay far below, and use few of the spikes of a window.',
  },
  W0320: {
    title: 'bytes divided by 255',
    explanation:
      'Neither the network file (input.preprocessing) nor the options say how bytes become numbers, and the first operators of the network do not scale them: x / 255 is taken. Floating-point data are taken as they are.',
  },
  W0312: {
    title: 'layer rounded to nearest',
    explanation:
      'Rounding of second order follows what the weights of a layer hear together. Where connections are irregular or a neuron has some hundred thousand inputs, that is not kept, and each weight is rounded by itself.',
  },
  W0313: {
    title: 'bytes taken as they are',
    explanation:
      'Neither the network file nor the options say how bytes become numbers. The first operators of the network multiply by 1/32 or less, as its own preprocessing does, so bytes are not divided by 255 once more.',
  },
  W0314: {
    title: 'input lost in its payloads',
    explanation:
      'Values of the input become whole numbers of steps. So much of what varies between them is rounded away, or limited at the ends, that the first sums of the network are off by a tenth of their size or more; or the input never leaves 0.',
  },
  W0315: {
    title: 'neurons that hardly compute',
    explanation:
      'Neurons of a NIR graph or .net file never leak, forget at once, cannot reach their threshold, or on the samples never fire or fire in every step. That is what a step in another unit than tau does, or a gain that is an artefact of the library that wrote the graph (spec/nir.md).',
  },
  W0316: {
    title: 'lost in NIR',
    explanation:
      'A NIR graph has no node that says this. Other libraries, and a build from the graph, compute the network without it (spec/nir.md).',
  },
  W0317: {
    title: 'biases that act too early',
    explanation:
      'In mode paper a bias acts from the first tick on, the excitation that should balance it comes later, layer by layer; deep networks with biases (or batch normalisation) lose most of their answers so. What that costs, and what another mode would make of the same samples, was measured (spec/conversion.md).',
  },
  W0318: {
    title: 'activation approximated',
    explanation:
      'A smooth activation has no exact meaning in spikes. As --approximate asks, straight pieces stand for it; the message says by how much they differ at most. All that the build compares with the conventional network compares with that of the pieces.',
  },
  W0321: {
    title: 'deadline or energy budget not expected to be kept',
    explanation:
      'Of the mappings that were searched none is expected to keep --deadline and --energy-budget with samples that take longer than most. The one that comes closest was taken; all are in the build record. What samples take, `snnemu run --deadline` says.',
  },
  W0322: {
    title: 'nothing left to choose',
    explanation:
      'Every neuron is pinned to a core by --pin, so that nothing is left for --map, --objective, --deadline or --energy-budget to decide.',
  },
  W0701: {
    title: 'trace cut short',
    explanation:
      'The trace reached its limit of events (--trace-limit, --vcd-limit) and ends there. The results of the run are whole.',
  },
  W0702: {
    title: 'runs differ in more than one thing',
    explanation:
      'The records compared are of different networks or samples, so their figures do not say what one change did.',
  },
  W0703: {
    title: 'data leave the calibrated range',
    explanation:
      'The input step of the chip was chosen for values of another size: those of the data are limited at the ends of the payloads, or rounded to 0. The run record counts them (`input`).',
  },
  W0704: {
    title: 'recording cut short',
    explanation:
      'A recording of events ends inside of an event or packet, as one does whose recorder was stopped. What comes before is read.',
  },
  W0705: {
    title: 'events that miss the input',
    explanation:
      'More than a twentieth of the events of the recordings lie outside of the rows, columns or time that the input of the chip has, so they are dropped. The run record counts them (`events`).',
  },
  W0706: {
    title: 'lines of a store left out',
    explanation:
      'The store of a sweep has lines that are no whole record: torn, as the last one is where a sweep was killed while it wrote, or damaged. Their points are computed again; what is whole is used.',
  },
  W0707: {
    title: 'values beyond the largest rate',
    explanation:
      'More than a twentieth of the values that are not 0 lie beyond `--encode-max`, and are sent as often as that value. The run record counts them (`encoding`).',
  },
  W0708: {
    title: 'another version at the same queue',
    explanation:
      'Sweeps and workers with the same Redis are of different versions. Results depend on the version, so each leaves the points of the other.',
  },
  W0709: {
    title: 'connection to Redis lost',
    explanation:
      'The connection to the Redis that --queue names was closed. It is tried again for two minutes; then the command ends with E0713. What Redis has forgotten when it is there again is put there anew, and no point is lost.',
  },
  W0720: {
    title: 'record of another version',
    explanation:
      'The run record was written by another version of the tool than the one that repeats it. Results may differ because of that; both versions are named.',
  },
} as const satisfies Record<string, MessageRow>;
