/** Reads an ONNX model: walks its operators in order and makes the nodes of the graph. */
import { diagnostic, DiagnosticError, fail } from '../../../isa/index.ts';
import type { AnnGraph } from '../../ann/ann.ts';
import { LARGEST_NETWORK } from '../../ann/infer-shape.ts';
import { FaultCollector } from '../faults.ts';
import { GraphBuilder, networkName } from '../graph-builder.ts';
import type { ReadOptions } from '../options.ts';
import { SideFiles } from '../side-files.ts';
import { Attributes } from './attributes.ts';
import { decodeModel, findEnds, inputShape, isOnnxDomain } from './decode.ts';
import type { GraphProto, NodeProto, TensorProto, ValueInfoProto } from './generated/onnx_pb.js';
import { settleLevels } from './levels.ts';
import { ONNX_OPERATORS } from './operators/generated/index.ts';
import { type Call, type OnnxOperators, requirePlain } from './operator.ts';
import { readTensor } from './tensors.ts';
import { REMEDIES } from './unsupported.ts';
import { type Activation, activation, type Levels, UNKNOWN, type Value } from './values.ts';

/** The operators that are read, by ONNX type. Every other one is refused. */
const READ = new Map(Object.values<OnnxOperators>(ONNX_OPERATORS).flatMap((operators) => Object.entries(operators)));

/** Every exporter stays far below; the work per tensor is proportional to it. */
const MOST_DIMENSIONS = 16;

/**
 * Reads an ONNX model (operator set 7 or later) in evaluation form. Operators that do not reach the output are left out.
 *
 * @throws DiagnosticError with all faults: E0201 and E0203 … E0209
 */
export function readOnnx(bytes: Uint8Array, options: ReadOptions): AnnGraph {
  const { graph, opset } = decodeModel(bytes, options.fileName);
  return new OnnxReader(graph, opset, options).read();
}

class OnnxReader {
  readonly #opset: number;
  readonly #fileName: string;
  readonly #faults: FaultCollector;
  readonly #builder = new GraphBuilder();
  readonly #files: SideFiles;
  readonly #input: ValueInfoProto;
  readonly #output: string;
  /** The operators that the output depends on, in order. */
  readonly #operators: readonly NodeProto[];
  /** How often each value is taken, by operators or as the output. */
  readonly #uses = new Map<string, number>();
  readonly #values = new Map<string, Value>();
  readonly #initialisers = new Map<string, TensorProto>();
  /** Per node of the graph: the value that it was made for. */
  readonly #madeFor = new Map<string, string>();
  #constantElements = 0;

  constructor(graph: GraphProto, opset: number, options: ReadOptions) {
    this.#opset = opset;
    this.#fileName = options.fileName;
    this.#faults = new FaultCollector(options.fileName);
    this.#files = new SideFiles(options.readSideFile, 'E0206');
    const { input, output } = findEnds(graph, { file: options.fileName });
    this.#input = input;
    this.#output = output;
    this.#operators = neededOperators(graph.node, output);
    for (const tensor of graph.initializer) this.#initialisers.set(tensor.name, tensor);
    for (const name of [...this.#operators.flatMap((node) => node.input), output]) {
      this.#uses.set(name, (this.#uses.get(name) ?? 0) + 1);
    }
  }

  read(): AnnGraph {
    this.#readInput();
    for (const node of this.#operators) {
      // What is too large once would be tried at every further operator.
      if (this.#faults.has('E0209')) break;
      this.#readOperator(node);
    }
    this.#faults.throwIfAny();
    const graph = this.#faults.attempt({}, () => {
      const found = this.#values.get(this.#output);
      const output = found?.kind === 'levels' ? this.#settle(found, this.#output) : found;
      if (output === undefined) fail('E0206', `nothing computes the output "${this.#output}"`);
      if (output.kind !== 'activation') fail('E0207', `the output "${this.#output}" does not depend on the input`);
      if (output.rank !== 2) requirePlain({ type: 'The output' }, output);
      return this.#builder.finish({ name: networkName(this.#fileName), output: output.node });
    });
    this.#faults.throwIfAny();
    return graph ?? fail('E0901', 'the reader gave neither a network nor a fault');
  }

  #readInput(): void {
    const value = this.#faults.attempt({}, () => {
      const { shape, rank } = inputShape(this.#input);
      const name = readable(this.#input.name) || 'input';
      this.#builder.add({ op: 'input', name, inputs: [], shape });
      return activation(name, rank);
    });
    this.#values.set(this.#input.name, value ?? UNKNOWN);
  }

  #readOperator(node: NodeProto): void {
    const label = readable(node.name) || readable(node.output[0] ?? '') || node.opType;
    const value = this.#faults.attempt({ layer: label }, () => this.#evaluate(node, label));
    for (const [index, name] of node.output.entries()) {
      if (name === '') continue;
      const isRepeated = this.#values.has(name) || this.#initialisers.has(name);
      if (isRepeated)
        this.#faults.report(diagnostic('E0206', `the value "${name}" is computed twice`), { layer: label });
      this.#values.set(name, index === 0 && value !== undefined ? value : UNKNOWN);
    }
  }

  /** The value of the first output; undefined where an input is unknown, so that one fault is reported once. */
  #evaluate(node: NodeProto, label: string): Value | undefined {
    const operator = isOnnxDomain(node.domain) ? READ.get(node.opType) : undefined;
    if (operator === undefined) refuse(node, label);
    const inputs = node.input.map((name) => (name === '' ? undefined : this.#valueOf(name)));
    const attributes = new Attributes(node, operator.attributes);
    const extra = node.output.slice(1).find((name) => name !== '' && this.#uses.has(name));
    if (extra !== undefined) fail('E0204', `the output "${extra}" of ${node.opType} is not read`);
    if (inputs.some((input) => input?.kind === 'unknown')) return undefined;
    if (operator.takesLevels?.(inputs) !== true) {
      for (const [index, input] of inputs.entries())
        if (input?.kind === 'levels') inputs[index] = this.#settle(input, node.input[index]!);
    }
    const [output = ''] = node.output;
    const call: Call = {
      type: node.opType,
      name: this.#builder.uniqueName(label),
      opset: this.#opset,
      attributes,
      inputs,
      builder: this.#builder,
      files: this.#files,
      isOnlyUse: (index) => this.#isOnlyUse(node, index),
      isLast: output === this.#output && this.#uses.get(output) === 1,
    };
    const value = operator.read(call);
    if (value.kind === 'activation' && !this.#madeFor.has(value.node)) this.#madeFor.set(value.node, output);
    if (value.kind === 'constant' && !inputs.some((input) => input === value))
      this.#account(value.dims, value.data.length);
    return value;
  }

  /** Makes nodes of a staircase that is complete, once for all who take it. */
  #settle(levels: Levels, name: string): Activation {
    const known = this.#values.get(name);
    if (known?.kind === 'activation') return known;
    const settled = settleLevels(this.#builder, levels);
    this.#values.set(name, settled);
    return settled;
  }

  #isOnlyUse(node: NodeProto, index: number): boolean {
    const name = node.input[index]!;
    const value = this.#values.get(name);
    return value?.kind === 'activation' && this.#uses.get(name) === 1 && this.#madeFor.get(value.node) === name;
  }

  /** The value of a name; initialisers are decoded at their first use. */
  #valueOf(name: string): Value {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const tensor = this.#initialisers.get(name);
    if (tensor === undefined) fail('E0206', `the value "${name}" is taken before anything computes it`);
    // Noted first, so that a tensor that cannot be read is reported once.
    this.#values.set(name, UNKNOWN);
    const constant = readTensor(tensor, name, this.#files);
    this.#account(constant.dims, constant.data.length);
    this.#values.set(name, constant);
    return constant;
  }

  /** Bounds the memory for constants: a small file can ask for the same large one again and again. */
  #account(dims: readonly number[], elements: number): void {
    if (dims.length > MOST_DIMENSIONS) fail('E0204', `a tensor of ${dims.length} dimensions is not read`);
    this.#constantElements += elements;
    if (this.#constantElements > 2 * LARGEST_NETWORK) {
      const message = `the constants of the model have more than ${2 * LARGEST_NETWORK} elements`;
      throw new DiagnosticError([diagnostic('E0209', message)]);
    }
  }
}

function refuse(node: NodeProto, label: string): never {
  const type = isOnnxDomain(node.domain) ? node.opType : `${node.domain}.${node.opType}`;
  fail('E0203', `${type} ("${label}") is not supported`, {}, REMEDIES[type]);
}

/** The operators that the value depends on, in their order. A model is sorted, so one pass backwards finds them. */
function neededOperators(nodes: readonly NodeProto[], output: string): NodeProto[] {
  const needed = new Set([output]);
  const found: NodeProto[] = [];
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index]!;
    if (!node.output.some((name) => name !== '' && needed.has(name))) continue;
    for (const name of node.input) needed.add(name);
    found.push(node);
  }
  return found.reverse();
}

/** `/0/Conv` → `0/Conv`; control characters, which would garble messages, become `_`. */
function readable(name: string): string {
  return name
    .replace(/^\/+/, '')
    .replace(/\p{Cc}/gu, '_')
    .slice(0, 200);
}
