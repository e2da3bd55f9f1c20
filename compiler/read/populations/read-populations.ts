/** Reads net.json with populations: a spiking network as it was trained (spec/net-format.md). */
import { diagnostic, fail, type Shape, shapeSize, V } from '../../../isa/index.ts';
import { LARGEST_NETWORK } from '../../ann/infer-shape.ts';
import type { TrainedNetwork } from '../../ann/network.ts';
import { INPUT, type LayerIndex } from '../../ir/layers.ts';
import { type Connection, FRONT, type Population, type PopulationNetwork } from '../../ir/population.ts';
import { isTouched } from '../../neurons/parts/program-code.ts';
import { bias as biasStep, withParameter } from '../../populations/steps.ts';
import { FaultCollector } from '../faults.ts';
import { networkName } from '../graph-builder.ts';
import { NetTensors } from '../net-tensors.ts';
import type { ReadOptions } from '../options.ts';
import { readConnection } from './connections.ts';
import { ConventionalLayers } from './layers.ts';
import { asShape, type Numbers, readNeuron, type ReadNeuron, stepsOf } from './neurons.ts';
import type { NetConnection, PopulationsDocument } from './schema.ts';
import { StepLength } from './step-length.ts';

const INPUT_NAME = 'input';

/** A connection and the constant that comes with it. */
export interface Joined {
  readonly to: LayerIndex;
  readonly connection: Connection;
  readonly bias: Float64Array | undefined;
}

/**
 * @throws DiagnosticError with all faults: E0202 for names and programs, E0205, E0208, E0209 for numbers that do not fit,
 *   E0207 for conventional layers where there can be none
 */
export function readPopulations(document: PopulationsDocument, options: ReadOptions): TrainedNetwork {
  const faults = new FaultCollector(options.fileName);
  const step = new StepLength(document.dt, options.timing?.dt, ({ code, message, place, remedy }) => {
    options.warn?.(diagnostic(code, message, { file: options.fileName, ...place }, remedy));
  });
  const numbers = { tensors: new NetTensors(options.readSideFile, document.tensorFiles), step };
  const names = namesOf(document, faults);
  const input = asShape(document.input.shape);
  const neurons = document.populations.map((population, p) =>
    faults.attempt({ path: `populations[${p}]`, layer: population.name }, () =>
      readNeuron(population, `populations[${p}]`, numbers),
    ),
  );
  const name = document.name ?? networkName(options.fileName);
  const surroundings = { names, neurons, input };
  const layers = layersOf(document, { ...surroundings, tensors: numbers.tensors, faults });
  const joined = document.connections.flatMap((connection, k): Joined[] => {
    const made = faults.attempt({ path: `connections[${k}]` }, () =>
      join(connection, { ...surroundings, layers, numbers, path: `connections[${k}]` }),
    );
    return made === undefined ? [] : [made];
  });
  const output = outputOf(document, names, faults);
  faults.throwIfAny();
  const parts = faults.attempt({}, () => {
    step.requireUse(options.fileName);
    return layers.finish(name, 'layer' in document.output ? document.output.layer : undefined);
  });
  faults.throwIfAny();
  const populations = neurons.map((neuron, p) =>
    populationOf(
      document.populations[p]!.name,
      neuron!,
      joined.filter(({ to }) => to === p),
    ),
  );
  faults.attempt({}, () => {
    checkSize(populations, input);
  });
  faults.attempt({ path: 'input.payload.min' }, () => {
    checkEvents(populations, document.input.payload.min);
  });
  faults.throwIfAny();
  return {
    ...{ kind: 'populations', name, populations },
    encoding: encodingOf(document.input, input),
    steps: document.input.steps,
    output: output ?? { population: parts!.head!.reads, decoding: 'count' },
    ...(document.labels && { labels: document.labels }),
    ...(step.seconds !== undefined && { dt: step.seconds }),
    ...(parts && { layers: parts }),
  };
}

/** What a population gives; undefined where a layer gives the outputs. */
function outputOf(
  { output }: PopulationsDocument,
  names: ReadonlyMap<string, LayerIndex>,
  faults: FaultCollector,
): PopulationNetwork['output'] | undefined {
  if ('layer' in output) return undefined;
  const population = names.get(output.population) ?? INPUT;
  faults.attempt({ path: 'output.population' }, () => {
    if (population === INPUT) fail('E0202', `no population is called "${output.population}"`);
  });
  return { population, decoding: output.decode };
}

/** The layers of the document; names that are taken are told where names are gathered. */
function layersOf(
  { layers = [], input: { name = INPUT_NAME }, populations }: PopulationsDocument,
  {
    neurons,
    input,
    ...rest
  }: Pick<Joining, 'names' | 'neurons' | 'input'> & { readonly tensors: NetTensors; readonly faults: FaultCollector },
): ConventionalLayers {
  const known = populations.map((population, index) => {
    const shape = neurons[index]?.shape;
    return [population.name, shape && { index, shape }] as const;
  });
  const seen = new Set([name, ...known.map(([each]) => each)]);
  const unique = layers.filter((layer) => !seen.has(layer.name) && seen.add(layer.name));
  return new ConventionalLayers(unique, { ...rest, input: { name, shape: input }, populations: new Map(known) });
}

/** Values are given as they are. */
const encodingOf = ({ payload }: PopulationsDocument['input'], shape: Shape): PopulationNetwork['encoding'] => ({
  ...{ shape, scale: 1, mean: new Array<number>(shape[0]).fill(0), std: new Array<number>(shape[0]).fill(1) },
  ...{ step: payload.step ?? 1, payloadMin: payload.min, payloadMax: payload.max },
});

/** Index of every population; the input is INPUT. */
function namesOf(
  { input, populations, layers = [] }: PopulationsDocument,
  faults: FaultCollector,
): Map<string, LayerIndex> {
  const names = new Map<string, LayerIndex>([[input.name ?? INPUT_NAME, INPUT]]);
  const taken = new Set(names.keys());
  const take = (name: string, path: string): boolean => {
    const isNew = !taken.has(name);
    faults.attempt({ path }, () => {
      if (!isNew) fail('E0202', `the name "${name}" is taken`);
    });
    taken.add(name);
    return isNew;
  };
  populations.forEach(({ name }, p) => {
    if (take(name, `populations[${p}].name`)) names.set(name, p);
  });
  layers.forEach(({ name }, k) => take(name, `layers[${k}].name`));
  return names;
}

interface Joining {
  readonly names: ReadonlyMap<string, LayerIndex>;
  /** undefined where one has faults. */
  readonly neurons: readonly (ReadNeuron | undefined)[];
  readonly input: Shape;
}

interface Connecting {
  readonly layers: ConventionalLayers;
  readonly numbers: Numbers;
  readonly path: string;
}

/** undefined where what it joins has faults itself. */
function join(
  connection: NetConnection,
  { names, neurons, input, layers, numbers, path }: Joining & Connecting,
): Joined | undefined {
  const { from, to, plane: wanted } = connection;
  const delay = stepsOf(connection.delay ?? 0, `${path}.delay`, numbers.step);
  const [source, target] = [layers.has(from) ? FRONT : names.get(from), names.get(to)];
  if (source === undefined) fail('E0202', `no population is called "${from}"`, { path: `${path}.from` });
  if (target === undefined || target === INPUT)
    fail('E0202', `no population is called "${to}"`, { path: `${path}.to` });
  const sender = source === INPUT ? input : source === FRONT ? layers.hear(from) : neurons[source]?.shape;
  const hearer = neurons[target];
  if (hearer === undefined || sender === undefined) return undefined;
  const plane = hearer.planeOf(wanted);
  if (plane === undefined)
    fail(
      'E0202',
      wanted === undefined
        ? `connections cannot add to the plane of "${to}" that takes input`
        : `the neurons of "${to}" have no plane "${wanted}" that connections can add to`,
      { path: `${path}.plane` },
      'connections add to V, to I, or to a plane that is declared and does not saturate',
    );
  const { bias, ...read } = readConnection(connection, sender, hearer.shape, path, numbers);
  return { to: target, connection: { source, delay, plane, ...read }, bias };
}

/** What comes with connections is added before anything else happens in a step. */
export function populationOf(
  name: string,
  neuron: Pick<ReadNeuron, 'shape' | 'program' | 'parameters' | 'scale' | 'rule'>,
  joined: readonly Omit<Joined, 'to'>[],
): Population {
  const { shape, program, scale } = neuron;
  const parameters = { ...neuron.parameters };
  const added = new Map<number, Float64Array>();
  for (const { connection, bias } of joined) {
    if (bias === undefined) continue;
    const before = added.get(connection.plane);
    added.set(connection.plane, before === undefined ? bias : sumOf(before, bias, shape));
  }
  const first = [...added].map(([plane, values]) => {
    // No parameter of a document has a blank in its name.
    const parameter = `connection bias ${plane}`;
    parameters[parameter] = { values, unit: 'potential' };
    const isPlain = plane === V && !program.planes.some((held) => held.plane === V);
    return isPlain ? biasStep(parameter) : withParameter('add', plane, parameter);
  });
  return {
    ...{ name, shape, parameters, scale },
    ...(neuron.rule && { rule: neuron.rule }),
    biases: joined.map(({ bias }) => bias),
    connections: joined.map(({ connection }) => connection),
    program: { ...program, steps: [...first, ...program.steps] },
  };
}

/** Of one value, one per channel, or one per neuron each. */
function sumOf(a: Float64Array, b: Float64Array, shape: Shape): Float64Array {
  const length = Math.max(a.length, b.length);
  const area = shapeSize(shape) / shape[0];
  const at = (values: Float64Array, k: number): number =>
    values.length === length ? values[k]! : values[values.length === 1 ? 0 : Math.floor(k / area)]!;
  return Float64Array.from({ length }, (_, k) => at(a, k) + at(b, k));
}

/** A payload of p is p events where they come one by one. */
function checkEvents(populations: readonly Population[], least: number): void {
  const first = populations.find(({ program }) => isTouched(program));
  if (first !== undefined && least < 0)
    fail(
      'E0202',
      `${first.name} takes input event by event, and there are no ${least} events`,
      undefined,
      'give payloads from 0 on, and negative input a channel of its own',
    );
}

function checkSize(populations: readonly Population[], input: Shape): void {
  const neurons = populations.reduce((sum, { shape }) => sum + shapeSize(shape), shapeSize(input));
  const weights = populations
    .flatMap(({ connections }) => connections)
    .reduce((sum, { operator }) => sum + operator.weight.length, 0);
  if (Math.max(neurons, weights) > LARGEST_NETWORK)
    fail('E0209', `the network has ${neurons} neurons and ${weights} weights; the limit is ${LARGEST_NETWORK} of each`);
}
