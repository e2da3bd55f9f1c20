/** Reads networks that lava-dl exports (`.net`, netx): layers of Loihi's CUBA neurons, one after the other (spec/netx.md). */
import { diagnostic, fail, option, type Shape, shapeSize } from '../../../isa/index.ts';
import { LARGEST_NETWORK } from '../../ann/infer-shape.ts';
import { INPUT } from '../../ir/layers.ts';
import type { NeuronRule } from '../../ir/neuron-rule.ts';
import type { Population, PopulationNetwork } from '../../ir/population.ts';
import { programOf } from '../../populations/rules.ts';
import { withPlace } from '../faults.ts';
import { networkName } from '../graph-builder.ts';
import type { Hdf5Group } from '../hdf5/file.ts';
import { type Field, TypedGroup } from '../hdf5/typed-group.ts';
import type { ReadOptions } from '../options.ts';
import { type Joined, populationOf } from '../populations/read-populations.ts';
import { type Heard, heardConvolution, heardDense, heardItself, type HeardTools, layerShape } from './connections.ts';
import { cubaNeuron, LOIHI_SCALE, single } from './neurons.ts';

const MOST_LAYERS = 2000;
const MOST_STEPS = 2 ** 20;
/** Of the input layer: what its samples are multiplied by. */
const LARGEST_INPUT_WEIGHT = 2 ** 15 - 1;
const LAYERS_READ = 'input, dense, dense_rec, conv and flatten are read';

/** Whether a file has layers as lava-dl writes them, and no NIR graph. */
export const isNetx = (file: Hdf5Group): boolean => file.names.includes('layer') && !file.names.includes('node');

/**
 * @throws DiagnosticError E0103 where nothing says how many steps an inference has; E0202 for a damaged file; E0203, E0204,
 *   E0207 for layers, neurons and structures that are not read; E0205, E0208, E0209 for numbers that do not fit
 */
export function readNetx(file: Hdf5Group, options: ReadOptions): PopulationNetwork {
  return withPlace({ file: options.fileName }, () => new NetxReader(file, options).network());
}

class NetxReader {
  readonly #file: Hdf5Group;
  readonly #options: ReadOptions;
  readonly #populations: Population[] = [];
  /** What the next layer hears; undefined while nothing has said it. */
  #shape: Shape | undefined;
  #input: Shape | undefined;
  #inputWeight: number | undefined;
  #weights = 0;
  readonly #tools: HeardTools = {
    wholeOf: (layer, name) => this.#wholeOf(layer, name),
    assume: (message) => {
      this.#assume(message);
    },
  };

  constructor(file: Hdf5Group, options: ReadOptions) {
    this.#file = file;
    this.#options = options;
  }

  network(): PopulationNetwork {
    const steps = this.#steps();
    const layers = this.#layers();
    layers.forEach((layer, k) => {
      this.#add(layer, k === layers.length - 1);
      const neurons = this.#populations.reduce((sum, { shape }) => sum + shapeSize(shape), 0);
      if (Math.max(neurons, this.#weights) > LARGEST_NETWORK)
        layer.fail(
          'E0209',
          `the network has ${neurons} neurons and ${this.#weights} weights; the limit is ${LARGEST_NETWORK}`,
        );
    });
    const last = this.#populations.at(-1) ?? fail('E0207', 'the network has no layer of neurons');
    const decoding = last.parameters.threshold === undefined ? 'last' : 'count';
    const how =
      decoding === 'count'
        ? 'spikes of an inference are counted'
        : 'potentials of the last step are taken, since it does not fire';
    this.#assume(`a .net file does not say how its output is read: of "${last.name}", the ${how}`);
    const shape = this.#input!;
    const zeros = new Array<number>(shape[0]).fill(0);
    const weight = this.#inputWeight;
    const payload = weight === undefined ? undefined : { step: 1 / weight, payloadMin: -weight, payloadMax: weight };
    if (weight !== undefined)
      this.#assume(
        `a .net file does not say what its input can be: −1 to 1 in steps of 1/${weight}, which are whole units of V`,
      );
    return {
      ...{ kind: 'populations', name: networkName(this.#options.fileName), steps, populations: this.#populations },
      taken: { window: steps, ...payload },
      encoding: {
        ...{ shape, scale: 1, mean: zeros, std: zeros.map(() => 1) },
        ...(payload ?? { step: 1, payloadMin: 0, payloadMax: 1 }),
      },
      output: { population: this.#populations.length - 1, decoding },
    };
  }

  /** @throws DiagnosticError E0103 */
  #steps(): number {
    const asked = this.#options.timing?.steps;
    if (asked !== undefined) return asked;
    const simulation = this.#file.get('simulation');
    const found = simulation?.kind === 'group' ? simulation.get('tSample') : undefined;
    const [steps = NaN] = found?.kind === 'dataset' && found.shape.length === 0 ? found.numbers() : [];
    if (!(Number.isInteger(steps) && steps >= 1 && steps <= MOST_STEPS))
      fail(
        'E0103',
        'the .net file does not say how many steps an inference has',
        {},
        `say it with ${option('window')}`,
      );
    this.#assume(
      `an inference has the ${steps} steps that the .net file names (simulation/tSample)`,
      `say others with ${option('window')}`,
    );
    return steps;
  }

  #layers(): TypedGroup[] {
    const group = this.#file.get('layer');
    if (group?.kind !== 'group') return fail('E0202', '"layer" is no group');
    const { length } = group.names;
    if (length > MOST_LAYERS) fail('E0209', `the network has ${length} layers; the limit is ${MOST_LAYERS}`);
    return Array.from({ length }, (_, k) => {
      const path = `layer/${k}`;
      const layer = group.get(String(k));
      return layer?.kind === 'group' ? new TypedGroup(path, layer) : fail('E0202', 'a layer is expected', { path });
    });
  }

  #add(layer: TypedGroup, isLast: boolean): void {
    switch (layer.type) {
      case 'input':
        this.#addInput(layer);
        return;
      case 'flatten':
        // Dense layers hear whatever shape channel by channel and row by row.
        return;
      case 'dense':
      case 'dense_rec':
      case 'conv':
        this.#addLayer(layer, isLast);
        return;
      default:
        layer.fail('E0203', `layers of type ${layer.type.slice(0, 40)} are not read`, LAYERS_READ);
    }
  }

  /** Its neurons get weight·x + bias in every step. */
  #addInput(layer: TypedGroup): void {
    if (this.#input !== undefined) layer.fail('E0207', 'an input layer stands behind others', 'put it first');
    const shape = layerShape(layer);
    [this.#input, this.#shape] = [shape, shape];
    const neuron = layer.nested('neuron');
    if (neuron === undefined) return;
    const { rule } = cubaNeuron(neuron);
    // What lava takes where nothing is written.
    const weight = layer.find('weight') === undefined ? LOIHI_SCALE : single(layer, 'weight');
    const whole = Math.trunc(weight);
    if (whole === 0 || Math.abs(whole) > LARGEST_INPUT_WEIGHT)
      layer.fail('E0208', `its weight is ${weight}; 1 to ${LARGEST_INPUT_WEIGHT}, or less than 0, is expected`);
    this.#inputWeight = Math.abs(whole);
    const bias = layer.find('bias') === undefined ? 0 : Math.trunc(single(layer, 'bias'));
    const values = new Float64Array(shape[0]).fill(whole);
    this.#join(
      layer,
      { ...rule, bias: bias === 0 ? undefined : Float64Array.of(bias) },
      {
        ...{ pooled: shape, shape },
        connections: [{ operator: { kind: 'diagonal', weight: values }, delay: 0 }],
      },
    );
  }

  #addLayer(layer: TypedGroup, isLast: boolean): void {
    const neuron = layer.nested('neuron');
    const cuba = neuron === undefined ? undefined : cubaNeuron(neuron);
    const gain = cuba?.gain ?? 1;
    const heard = this.#heard(layer, gain);
    this.#input ??= heard.pooled;
    const bias = this.#biasOf(layer, heard.shape);
    // Without neurons: what arrives is added up, on top of the bias.
    const rule = cuba?.rule ?? {
      ...{ leak: undefined, current: undefined, firing: undefined, floor: undefined },
      initial: bias ?? Float64Array.of(0),
    };
    if (rule.firing === undefined && !isLast)
      layer.fail('E0207', 'its neurons never fire, and layers stand behind it', 'give them a threshold below 131,071');
    const back = layer.type === 'dense_rec' ? heardItself(layer, heard.shape, gain, this.#tools) : undefined;
    this.#join(layer, { ...rule, bias: cuba === undefined ? undefined : bias }, heard, back);
    this.#shape = heard.shape;
  }

  #heard(layer: TypedGroup, gain: number): Heard {
    if (layer.type !== 'conv') return heardDense(layer, this.#shape, gain, this.#tools);
    const source =
      this.#shape ??
      layer.fail(
        'E0205',
        'nothing says the shape of its input',
        'export the network with an input layer, which says it',
      );
    return heardConvolution(layer, source, gain, this.#tools);
  }

  #join(layer: TypedGroup, rule: NeuronRule, heard: Heard, back?: Heard): void {
    const { program, parameters, fed } = programOf(rule);
    const own = this.#populations.length;
    const from = (source: number, { pooled, connections }: Heard): Omit<Joined, 'to'>[] =>
      connections.map(({ operator, delay }) => {
        this.#weights += operator.weight.length;
        return { connection: { source, pool: [1, 1], pooled, operator, delay, plane: fed }, bias: undefined };
      });
    const joined = [...from(own === 0 ? INPUT : own - 1, heard), ...(back === undefined ? [] : from(own, back))];
    const name = `${layer.type}${layer.name.slice('layer/'.length)}`;
    this.#populations.push(
      populationOf(name, { shape: heard.shape, program, parameters, scale: LOIHI_SCALE, rule }, joined),
    );
  }

  #biasOf(layer: TypedGroup, [channels, rows, columns]: Shape): Float64Array | undefined {
    if (layer.find('bias') === undefined) return undefined;
    const { values } = this.#wholeOf(layer, 'bias');
    if (values.length !== 1 && values.length !== channels)
      layer.fail('E0205', `it has ${values.length} biases for ${[channels, rows, columns].join('×')} neurons`);
    return values.every((value) => value === 0) ? undefined : values;
  }

  /** Weights and biases are whole numbers on the chip; lava cuts off what is behind the point. */
  #wholeOf(layer: TypedGroup, name: string): Field {
    const { shape, values } = layer.numbers(name);
    const cut = values.map(Math.trunc);
    const count = cut.reduce((sum, value, k) => sum + Number(value !== values[k]), 0);
    if (count > 0)
      this.#assume(
        `${count} of ${values.length} values of ${name} of "${layer.name}" are no whole numbers: they are cut off, as in lava`,
      );
    return { shape, values: cut };
  }

  #assume(message: string, remedy?: string): void {
    this.#options.warn?.(diagnostic('W0308', message, { file: this.#options.fileName }, remedy));
  }
}
