/** Decoding of a spiking output, as a last population which the host reads: so the answer is made on the chip. */
import { fail, I, MOST_PLANES, type Shape, V } from '../../isa/index.ts';
import type { LayerIndex } from '../ir/layers.ts';
import type { NeuronProgram, ProgramStep } from '../ir/program.ts';
import { sendsSpikes } from '../neurons/parts/program-code.ts';
import type { Decoding, FloatParameters, Population, PopulationGraph, PopulationNetwork } from '../ir/population.ts';
import { compareParameter, countDown, READ, withParameter, withPlane } from './steps.ts';

/** The time that is left. */
const LEFT = 2;

/**
 * The network with its output decoded by its last population.
 *
 * @throws DiagnosticError E0202 where the output cannot be decoded so, or another population does not fire
 */
export function decoded({ output, ...network }: PopulationNetwork): PopulationGraph {
  const { populations, steps } = network;
  const { population: index, decoding } = output;
  const last = populations[index]!;
  const readsSpikes = decoding === 'count' || decoding === 'first';
  requireHeard(populations, index);
  requireDecoding(last, decoding);
  if (readsSpikes) {
    const reader = decoding === 'count' ? counter(last, index) : firstSpike(last, index, steps);
    return { ...network, populations: [...populations, reader], counts: true };
  }
  const read = readout(last, decoding);
  const ordered = movedToEnd(populations.with(index, read), index);
  return { ...network, populations: ordered, counts: false, ...(decoding === 'mean' && { averages: true }) };
}

/** @throws DiagnosticError E0202 where a population other than the output does not fire */
export function requireHeard(populations: readonly Population[], output: LayerIndex): void {
  populations.forEach(({ program, name }, k) => {
    if (!sendsSpikes(program) && k !== output)
      fail('E0202', `${name} never fires, and is not the output: nobody can hear it`, { layer: name });
  });
}

/** @throws DiagnosticError E0202 where spikes are to be read of an output that never fires, or potentials of one that does */
export function requireDecoding(last: Population, decoding: Decoding): void {
  const readsSpikes = decoding === 'count' || decoding === 'first';
  const isFiring = sendsSpikes(last.program);
  if (readsSpikes !== isFiring)
    fail(
      'E0202',
      isFiring
        ? `${last.name} fires: its potentials are not read`
        : `${last.name} never fires: it has no spikes to be read`,
      { layer: last.name, path: 'output.decode' },
      isFiring
        ? 'decode it by count or first, or let it be an output that does not fire (li, cubali, i)'
        : 'decode it by last, max or mean',
    );
}

/** A population that hears each neuron of the output by itself, in the step in which it fires. */
export const reader = (
  { name, shape }: Population,
  source: LayerIndex,
  kind: string,
  plane: number,
  program: NeuronProgram,
  parameters: FloatParameters,
): Population => ({
  ...{ name: `${name}.${kind}`, shape, program, parameters, scale: 1 },
  biases: [undefined],
  connections: [{ source, pool: [1, 1], pooled: shape, operator: oneToOne(shape), delay: 0, plane }],
});

const oneToOne = (shape: Shape) => ({ kind: 'diagonal', weight: new Float64Array(shape[0]).fill(1) }) as const;

const number = (value: number) => ({ values: Float64Array.of(value), unit: 'number' }) as const;

const START = { plane: V, parameter: 'initial' } as const;

const counter = (output: Population, index: LayerIndex): Population =>
  reader(output, index, 'count', V, { planes: [], steps: [READ], initial: [START] }, { initial: number(0) });

/** V = T − t, where t is the step of the first spike, counted from 0; 0 where there is none. */
function firstSpike(output: Population, index: LayerIndex, ticks: number): Population {
  const steps: ProgramStep[] = [
    compareParameter(0, I, 'ge', 'one'),
    withPlane('max', V, LEFT, 'f0'),
    withParameter('set', I, 'initial'),
    countDown(LEFT),
    READ,
  ];
  const planes = [{ plane: LEFT, policy: 'prove', bits: 2 + Math.floor(Math.log2(ticks)) } as const];
  const initial = [START, { plane: LEFT, parameter: 'ticks' }];
  return reader(
    output,
    index,
    'first',
    I,
    { planes, steps, initial },
    { initial: number(0), one: number(1), ticks: number(ticks) },
  );
}

/** No parameter of a document has a blank in its name. */
const LOWEST = 'lowest potential';
const NO_SUM = 'no potential';

/** A plane for the largest potential so far, or the sum of all. */
function freePlane({ name, program: { planes } }: Population, decoding: 'max' | 'mean'): number {
  for (let plane = MOST_PLANES - 1; plane > I; plane--) if (planes.every((held) => held.plane !== plane)) return plane;
  return fail(
    'E0202',
    `${name} has all planes that there are: none is left for ${decoding === 'max' ? 'its largest potential' : 'the sum of its potentials'}`,
    { layer: name, path: 'output.decode' },
    'decode it by last, or use one plane less',
  );
}

/** The output itself, read in its last step; or the largest potential that it had in any, or the sum of those of all. */
function readout(output: Population, decoding: Decoding): Population {
  const { planes, steps, initial } = output.program;
  // Values that are compared have one scale.
  const scale = output.scale === 'channel' ? 'population' : output.scale;
  if (decoding !== 'max' && decoding !== 'mean')
    return { ...output, scale, program: { planes, steps: [...steps, READ], initial } };
  const kept = freePlane(output, decoding);
  const firstCarried = steps.findIndex(({ when }) => when === 'carrying');
  const at = firstCarried < 0 ? steps.length : firstCarried;
  const begin = decoding === 'max' ? LOWEST : NO_SUM;
  const program = {
    planes: [...planes, { plane: kept, policy: 'prove', bits: 0 } as const].sort((a, b) => a.plane - b.plane),
    steps: [
      ...steps.slice(0, at),
      withPlane(decoding === 'max' ? 'max' : 'add', kept, V),
      ...steps.slice(at),
      withPlane('set', V, kept, 'always', 'last'),
      READ,
    ],
    initial: [...initial, { plane: kept, parameter: begin }],
  };
  const value = decoding === 'max' ? ({ values: Float64Array.of(-Infinity), unit: 'lowest' } as const) : number(0);
  return { ...output, scale, program, parameters: { ...output.parameters, [begin]: value } };
}

/** What is read out comes last. */
export function movedToEnd(populations: readonly Population[], index: LayerIndex): Population[] {
  const order = [...populations.keys()].filter((k) => k !== index);
  order.push(index);
  const position = (source: LayerIndex): LayerIndex => (source < 0 ? source : order.indexOf(source));
  return order.map((k) => {
    const population = populations[k]!;
    const connections = population.connections.map((each) => ({ ...each, source: position(each.source) }));
    return { ...population, connections };
  });
}
