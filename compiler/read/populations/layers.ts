/**
 * Conventional layers beside populations: a front, which the input reaches and connections hear, and a head, which reads the
 * spike counts of a population and gives the outputs. Anything else is refused with what would do.
 */
import { fail, type Shape } from '../../../isa/index.ts';
import type { ConventionalParts } from '../../ann/network.ts';
import type { LayerIndex } from '../../ir/layers.ts';
import type { FaultCollector } from '../faults.ts';
import { GraphBuilder } from '../graph-builder.ts';
import { readLayer } from '../net-layers.ts';
import type { NetTensors } from '../net-tensors.ts';
import type { PopulationsDocument } from './schema.ts';

type Part = 'front' | 'head';
type MixedLayer = NonNullable<PopulationsDocument['layers']>[number];

/** What layers can take beside each other. */
interface Surroundings {
  readonly input: { readonly name: string; readonly shape: Shape };
  /** By name; undefined where one has faults. */
  readonly populations: ReadonlyMap<string, { readonly index: LayerIndex; readonly shape: Shape } | undefined>;
  readonly tensors: NetTensors;
  readonly faults: FaultCollector;
}

export class ConventionalLayers {
  readonly #surroundings: Surroundings;
  readonly #builders: Readonly<Record<Part, GraphBuilder>> = { front: new GraphBuilder(), head: new GraphBuilder() };
  /** Of the layers so far; undefined where one has faults. */
  readonly #parts = new Map<string, Part | undefined>();
  /** The population that the head reads. */
  #read: string | undefined;
  /** The layer of the front that connections hear, behind which nothing but a flattening lies. */
  #heard: string | undefined;

  /** Reads them all; faults are noted. @param layers whose names are unique */
  constructor(layers: readonly MixedLayer[], surroundings: Surroundings) {
    this.#surroundings = surroundings;
    const { input, tensors, faults } = surroundings;
    if (layers.length > 0) this.#builders.front.add({ op: 'input', name: input.name, inputs: [], shape: input.shape });
    for (const [k, layer] of layers.entries()) {
      if (faults.has('E0209')) return;
      const path = `layers[${k}]`;
      this.#parts.set(layer.name, undefined);
      faults.attempt({ path, layer: layer.name }, () => {
        const inputs = layer.inputs ?? [layers[k - 1]?.name ?? input.name];
        const part = this.#partReading(inputs, path);
        if (part === undefined) return;
        const builder = this.#builders[part];
        builder.add(readLayer(layer, { name: layer.name, inputs, input: builder.shape(inputs[0]!), path, tensors }));
        this.#parts.set(layer.name, part);
      });
    }
  }

  /** Whether there is a layer of this name, with faults or without. */
  has(name: string): boolean {
    return this.#parts.has(name);
  }

  /**
   * The shape of a layer of the front that a connection hears; undefined where it has faults.
   *
   * @throws DiagnosticError E0207 for a layer of the head, and for another than connections hear already
   */
  hear(name: string): Shape | undefined {
    const part = this.#parts.get(name);
    if (part === undefined) return undefined;
    if (part === 'head')
      fail(
        'E0207',
        `"${name}" reads the spikes of a whole inference, so that no population can hear it within one`,
        {},
        'connect the population that it reads directly, or let the layers behind it be populations',
      );
    const { front } = this.#builders;
    let node = front.node(name);
    while (node.op === 'flatten' && String(node.order) === '0,1,2') node = front.node(node.inputs[0]!);
    this.#heard ??= node.name;
    if (this.#heard !== node.name)
      fail(
        'E0207',
        `populations hear the layers "${this.#heard}" and "${name}"; it must be one`,
        {},
        'put what they hear together with a layer "concat" or "add"',
      );
    return node.shape;
  }

  /**
   * The two parts, as far as there are layers.
   *
   * @param output layer that the outputs are of; undefined: of a population
   * @throws DiagnosticError E0202, E0207 where a part is not heard, or the output is none of the head
   */
  finish(name: string, output: string | undefined): ConventionalParts | undefined {
    const has = (part: Part): boolean => [...this.#parts.values()].includes(part);
    if (output !== undefined) this.#checkOutput(output);
    else if (has('head'))
      fail(
        'E0207',
        `layers read the spikes of "${this.#read!}", and the output is not theirs`,
        { path: 'output' },
        'name the last of them: "output": { "layer": … }, or leave them out',
      );
    if (has('front') && this.#heard === undefined)
      fail(
        'E0207',
        'no connection hears the layers behind the input',
        { path: 'layers' },
        'let a connection come "from" the last of them, or leave them out',
      );
    if (this.#heard === undefined && output === undefined) return undefined;
    const { front, head } = this.#builders;
    return {
      ...(this.#heard !== undefined && { front: front.finish({ name, output: this.#heard }) }),
      ...(output !== undefined && {
        head: {
          ann: head.finish({ name, output }),
          reads: this.#surroundings.populations.get(this.#read!)!.index,
        },
      }),
    };
  }

  #checkOutput(output: string): void {
    const place = { path: 'output.layer' };
    if (!this.#parts.has(output)) fail('E0202', `no layer is called "${output}"`, place);
    if (this.#parts.get(output) === 'front')
      fail(
        'E0207',
        `"${output}" hears no population: the output would not depend on them`,
        place,
        'leave the populations out, or let a layer read one of them: "inputs": ["name of the population"]',
      );
  }

  /** undefined where one that is taken has faults. */
  #partReading(inputs: readonly string[], path: string): Part | undefined {
    const { input, populations } = this.#surroundings;
    const parts = inputs.map((name, k): Part | undefined => {
      if (name === input.name) return 'front';
      if (populations.has(name)) return populations.get(name) && 'head';
      if (!this.#parts.has(name))
        fail('E0202', `no earlier layer and no population is called "${name}"`, { path: `${path}.inputs[${k}]` });
      return this.#parts.get(name);
    });
    if (parts.includes(undefined)) return undefined;
    if (parts.includes('front') && parts.includes('head'))
      fail(
        'E0207',
        'it takes what is computed in every step, and spikes of a whole inference',
        { path: `${path}.inputs` },
        'let a population hear the layers of every step, and read that one',
      );
    for (const name of inputs) if (populations.has(name)) this.#readSpikes(name, path);
    return parts[0];
  }

  #readSpikes(name: string, path: string): void {
    const { shape } = this.#surroundings.populations.get(name)!;
    if (this.#read === undefined) this.#builders.head.add({ op: 'input', name, inputs: [], shape });
    this.#read ??= name;
    if (this.#read !== name)
      fail(
        'E0207',
        `layers read the spikes of "${this.#read}" and of "${name}"; it must be one population`,
        { path: `${path}.inputs` },
        'join them in one population, with connections from both',
      );
  }
}
