/**
 * The float engine: what the conventional network itself computes. It calibrates thresholds and is the accuracy that the
 * spiking network is compared with, so its sums have a fixed order and its results are the same on every machine: IEEE
 * doubles, only additions, products and divisions, no library functions.
 */
import { fail, type Shape } from '../../isa/index.ts';
import { type AnnGraph, operatorOf } from '../ann/ann.ts';
import { annMacs } from '../ann/work.ts';
import type { BindStep, Step } from '../operators/shared/operator.ts';
import { sizeOf } from '../operators/shared/shapes.ts';
import { type KernelArray, KernelMemory } from './kernels/memory.ts';

/** Evaluates one sample after the other; all memory is allocated in the constructor. */
export class AnnEvaluator {
  /** Multiply-accumulates of one run. */
  readonly macs: number;
  readonly #input: Float64Array;
  readonly #outputs = new Map<string, Float64Array>();
  readonly #steps: Step[] = [];

  /**
   * @param graph a graph that passes `verifyAnn`
   * @throws DiagnosticError E0209 where its memory cannot be had
   */
  constructor(graph: AnnGraph) {
    this.macs = annMacs(graph);
    const memory = new KernelMemory();
    const shapes = new Map<string, Shape>();
    const planned = new Map<string, KernelArray<Float64Array>>();
    const binds = new Map<string, BindStep>();
    for (const node of graph.nodes) {
      const inputs = node.inputs.map((name) => shapes.get(name)!);
      const bind = operatorOf(node).evaluate(node, inputs, memory);
      planned.set(node.name, bind === undefined ? planned.get(node.inputs[0]!)! : memory.f64(sizeOf(node.shape)));
      if (bind !== undefined) binds.set(node.name, bind);
      shapes.set(node.name, node.shape);
    }
    memory.build();
    let input: Float64Array | undefined;
    for (const node of graph.nodes) {
      const output = planned.get(node.name)!.array;
      const sources = node.inputs.map((name) => this.output(name));
      this.#outputs.set(node.name, output);
      const bind = binds.get(node.name);
      if (node.op === 'input') input ??= output;
      else if (bind !== undefined) this.#steps.push(bind(sources, output));
    }
    if (input === undefined) fail('E0901', `the network "${graph.name}" has no input node`);
    this.#input = input;
  }

  /** @param x the input tensor after preprocessing, NCHW. @throws E0302 where its length differs from the input's */
  run(x: Float64Array): void {
    if (x.length !== this.#input.length) {
      fail('E0302', `a sample of ${x.length} values was given to an input of ${this.#input.length}`);
    }
    this.#input.set(x);
    for (const step of this.#steps) step();
  }

  /** The output of a node, NCHW: a view that the next run overwrites. @throws E0901 where no node has the name */
  output(name: string): Float64Array {
    return this.#outputs.get(name) ?? fail('E0901', `no node is called "${name}"`);
  }
}
