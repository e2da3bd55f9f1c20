/** Reads an ONNX model: walks its operators in order and makes the nodes of the graph. */
import { type Diagnostic, diagnostic, type DiagnosticCode, DiagnosticError, fail } from '../../../isa/index.ts';
import type { AnnGraph } from '../../ann/ann.ts';
import { formatShape } from '../../operators/shared/shapes.ts';
import { FaultCollector } from '../faults.ts';
import { GraphBuilder, networkName } from '../graph-builder.ts';
import type { ReadOptions } from '../options.ts';
import { SideFiles } from '../side-files.ts';
import { Attributes } from './attributes.ts';
import { ConstantBudget } from './constants/budget.ts';
import { FOLDS } from './constants/folds.ts';
import { type DecodedModel, decodeModel, findEnds, inputShape } from './decode.ts';
import { isOnnxDomain } from './domain.ts';
import { Elements } from './elements.ts';
import type { Operator } from './functions.ts';
import type { NodeProto, TensorProto, ValueInfoProto } from './generated/onnx_pb.js';
import { channelsLast } from './input-layout.ts';
import { settleLevels } from './levels.ts';
import { type Call, type OnnxOperator, requireBatchFirst } from './operator.ts';
import { finishingOf } from './operators/tail.ts';
import { isRectified, tailOf } from './order.ts';
import { readable } from './readable.ts';
import { headsOf } from './heads.ts';
import { isTail, operatorsOf, rowOf } from './rows.ts';
import { readTensor } from './tensors.ts';
import { refuse, refuseInside } from './unsupported.ts';
import { activation, type Activation, type Constant, type Levels, UNKNOWN, type Value, wholeOf } from './values.ts';

/**
 * Reads an ONNX model (operator set 7 or later) in evaluation form. Operators that do not reach the output are left out.
 *
 * @throws DiagnosticError with all faults: E0201 and E0203 … E0209
 */
export function readOnnx(bytes: Uint8Array, options: ReadOptions): AnnGraph {
  const model = decodeModel(bytes, options.fileName);
  const reader = new OnnxReader(model, options, true);
  try {
    return reader.read();
  } catch (error) {
    // A first dimension above 1 is a batch as a rule, but models for one sample have none.
    const whole = reader.isBatchOfSeveral ? attemptWhole(model, options) : undefined;
    if (whole === undefined) throw error;
    return whole;
  }
}

function attemptWhole(model: DecodedModel, options: ReadOptions): AnnGraph | undefined {
  try {
    return new OnnxReader(model, options, false).read();
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return undefined;
  }
}

class OnnxReader {
  readonly #fileName: string;
  readonly #faults: FaultCollector;
  readonly #builder = new GraphBuilder();
  readonly #elements = new Elements(this.#builder);
  readonly #files: SideFiles;
  readonly #model: DecodedModel;
  readonly #options: ReadOptions;
  readonly #isBatched: boolean;
  /** What the user is told, once nothing is at fault. */
  readonly #notes: Diagnostic[] = [];
  #operators: readonly Operator[] = [];
  /** Operators behind which there is nothing but others of their kind, up to the output. */
  readonly #tail = new Set<NodeProto>();
  /** Those of them that were left out. */
  readonly #dropped: string[] = [];
  /** Values behind them, up to the outputs: scores that are to become something else. */
  readonly #behind = new Set<string>();
  /** How often each value is taken, by operators or as the output. */
  readonly #uses = new Map<string, number>();
  readonly #values = new Map<string, Value>();
  readonly #initialisers = new Map<string, TensorProto>();
  /** Per node of the graph: the value that it was made for. */
  readonly #madeFor = new Map<string, string>();
  readonly #budget = new ConstantBudget();
  #batch = 1;

  constructor(model: DecodedModel, options: ReadOptions, isBatched: boolean) {
    this.#model = model;
    this.#options = options;
    this.#isBatched = isBatched;
    this.#fileName = options.fileName;
    this.#faults = new FaultCollector(options.fileName);
    this.#files = new SideFiles(options.readSideFile, 'E0206');
  }

  /** Whether the first dimension of the input was taken as a batch of several samples. */
  get isBatchOfSeveral(): boolean {
    return this.#batch > 1;
  }

  read(): AnnGraph {
    const outputs = this.#faults.attempt({}, () => this.#prepare());
    if (outputs === undefined) this.#faults.throwIfAny();
    for (const operator of this.#operators) {
      // What is too large once would be tried at every further operator.
      if (this.#faults.has('E0209')) break;
      this.#readOperator(operator);
    }
    this.#faults.throwIfAny();
    const graph = this.#faults.attempt({}, () => this.#finish(outputs!));
    this.#faults.throwIfAny();
    if (this.#dropped.length > 0)
      this.#note(
        `left out at the end: ${this.#dropped.join(', ')}; the outputs are the scores before it, in the same order`,
      );
    for (const note of this.#notes) this.#options.warn?.(note);
    return graph ?? fail('E0901', 'the reader gave neither a network nor a fault');
  }

  /** Finds the ends and the operators between them, and reads the input. */
  #prepare(): readonly string[] {
    const { graph } = this.#model;
    for (const tensor of graph.initializer) {
      if (this.#initialisers.has(tensor.name))
        this.#faults.report(diagnostic('E0206', `the initialiser "${tensor.name}" is there twice`));
      this.#initialisers.set(tensor.name, tensor);
    }
    const { input, outputs } = findEnds(graph, this.#options.outputName, this.#faults);
    this.#operators = operatorsOf(this.#model, outputs);
    for (const name of [...this.#operators.flatMap(({ node }) => node.input), ...outputs])
      this.#uses.set(name, (this.#uses.get(name) ?? 0) + 1);
    const isOnlyTaken = (name: string): boolean => this.#uses.get(name) === 1;
    for (const output of outputs)
      for (const node of tailOf(this.#operators, output, { isTail, isOnlyTaken })) this.#tail.add(node);
    this.#readInput(input);
    return outputs;
  }

  #finish(names: readonly string[]): AnnGraph {
    const outputs = names.map((name) => this.#outputOf(name));
    const isOne = outputs.length === 1;
    const heads = isOne ? undefined : headsOf(this.#builder, this.#elements, outputs, names);
    if (heads !== undefined) this.#note(heads.text);
    const node = heads?.node ?? this.#outputNode(outputs[0]!);
    // What several heads are to become is not one thing for all scores.
    const after = isOne ? finishingOf(this.#dropped) : undefined;
    return this.#builder.finish({ name: networkName(this.#fileName), output: node, ...(after && { after }) });
  }

  #outputOf(name: string): Activation {
    const found = this.#values.get(name);
    const output = found?.kind === 'levels' ? this.#settle(found, name) : found;
    if (output === undefined) fail('E0206', `nothing computes the output "${name}"`);
    if (output.kind !== 'activation') fail('E0207', `the output "${name}" does not depend on the input`);
    return output;
  }

  /** The node whose elements are the outputs, in their order: an image as it is rather than flattened. */
  #outputNode(output: Activation): string {
    const settled = this.#elements.isInOrder(output) ? output.node : this.#elements.settled(output, 'output').node;
    return this.#builder.asOutput(settled);
  }

  #readInput(input: ValueInfoProto): void {
    const value = this.#faults.attempt({}, (): Activation => {
      const own = inputShape(input, this.#isBatched);
      const { dims, isBatched } = own;
      const name = readable(input.name) || 'input';
      this.#batch = isBatched ? dims[0]! : 1;
      if (this.#batch > 1) this.#note(`the model is for batches of ${this.#batch}; each sample is read by itself`);
      const last = channelsLast(this.#operators, input.name, own);
      this.#builder.add({ op: 'input', name, inputs: [], shape: last?.shape ?? own.shape });
      if (last === undefined) return isBatched ? activation(name, dims) : wholeOf(name, dims);
      const { shape, ...view } = last;
      if (shape[0] > 1)
        this.#note(
          `the input "${name}" has its channels last; the chip takes them first, ${formatShape(shape)}: arrays of the model's own shape ${formatShape(dims.slice(1))} are turned when they are read`,
        );
      return { kind: 'activation', node: name, ...view };
    });
    this.#values.set(input.name, value ?? UNKNOWN);
  }

  #readOperator({ node, opset }: Operator): void {
    const label = readable(node.name) || readable(node.output[0] ?? '') || node.opType;
    const values = this.#faults.attempt({ layer: label }, () => this.#evaluate(node, opset, label)) ?? [];
    for (const [index, name] of node.output.entries()) {
      if (name === '') continue;
      const isRepeated = this.#values.has(name) || this.#initialisers.has(name);
      if (isRepeated)
        this.#faults.report(diagnostic('E0206', `the value "${name}" is computed twice`), { layer: label });
      this.#values.set(name, values[index] ?? UNKNOWN);
    }
  }

  /** The values of the outputs; none where an input is unknown, so that one fault is reported once. */
  #evaluate(node: NodeProto, opset: number, label: string): readonly Value[] {
    const isOwn = isOnnxDomain(node.domain);
    const operator = rowOf(node, this.#options.approximate === true && !this.#tail.has(node));
    const folding = isOwn && Object.hasOwn(FOLDS, node.opType) ? FOLDS[node.opType] : undefined;
    // Inputs that cannot be read are faults of their own, each of them.
    const inputs = node.input.map((name) =>
      name === '' ? undefined : (this.#faults.attempt({ layer: label }, () => this.#valueOf(name)) ?? UNKNOWN),
    );
    const isKnown = inputs.length > 0 && inputs.every((input) => input === undefined || input.kind === 'constant');
    const folded = isKnown ? folding : undefined;
    if (operator === undefined && folded === undefined) refuse(node, label);
    const attributes = new Attributes(node, (folded ?? operator!).attributes);
    if (folded === undefined && operator!.isTail === true && !this.#tail.has(node)) refuseInside(node.opType);
    if (inputs.some((input) => input?.kind === 'unknown')) return [];
    const isBehind = this.#tail.has(node) && this.#behind.has(node.input[0] ?? '');
    if (isBehind || (this.#tail.has(node) && operator?.isTail === true))
      for (const name of node.output) this.#behind.add(name);
    if (isBehind && operator?.isTail !== true) return [inputs[0]!];
    if (folded === undefined && operator!.takesLevels?.(inputs) !== true) {
      for (const [index, input] of inputs.entries())
        if (input?.kind === 'levels') inputs[index] = this.#settle(input, node.input[index]!);
    }
    const call: Call = {
      type: node.opType,
      name: this.#builder.uniqueName(label),
      opset,
      attributes,
      inputs,
      builder: this.#builder,
      elements: this.#elements,
      files: this.#files,
      isOnlyUse: (index) => this.#isOnlyUse(node, index),
      isRectifiedNext: () =>
        this.#uses.get(node.output[0] ?? '') === 1 && isRectified(this.#operators, node.output[0]!),
      note: (message, code) => {
        this.#note(message, code);
      },
      outputs: node.output.length,
    };
    if (folded !== undefined)
      return [this.#counted(folded.fold(call, inputs as readonly (Constant | undefined)[]), inputs)];
    const read = this.#readBy(operator!, call, isBehind);
    const values = 'kind' in read ? [read] : read;
    this.#requireOutputs(node, values.length);
    const [first] = values;
    if (first?.kind === 'activation' && !this.#madeFor.has(first.node)) this.#madeFor.set(first.node, node.output[0]!);
    for (const value of values) {
      this.#counted(value, inputs);
      if (value.kind === 'activation') requireBatchFirst(node.opType, value);
    }
    return values;
  }

  #note(message: string, code: DiagnosticCode = 'W0309'): void {
    this.#notes.push(diagnostic(code, message, { file: this.#fileName }));
  }

  #readBy(operator: OnnxOperator, call: Call, isBehind: boolean): Value | readonly Value[] {
    if (operator.isTail !== true) return operator.read(call);
    // Behind the first of them there are no scores any more, whose axes could be looked at.
    const value = isBehind ? call.inputs[0]! : operator.read(call);
    this.#dropped.push(call.type);
    return value;
  }

  #requireOutputs({ opType, output }: NodeProto, count: number): void {
    const extra = output.slice(count).find((name) => name !== '' && this.#uses.has(name));
    if (extra !== undefined) fail('E0204', `the output "${extra}" of ${opType} is not read`);
  }

  #counted(value: Value, inputs: readonly (Value | undefined)[]): Value {
    if (value.kind === 'constant' && !inputs.some((input) => input === value))
      this.#budget.take(value.dims, value.data.length);
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
    this.#budget.take(constant.dims, constant.data.length);
    this.#values.set(name, constant);
    return constant;
  }
}
