/** The attributes of an ONNX node, read by name and type. */
import { fail } from '../../../isa/index.ts';
import type { AttributeProto, NodeProto, TensorProto } from './generated/onnx_pb.js';

/** AttributeProto.AttributeType */
const TYPES = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7 } as const;

export class Attributes {
  readonly #attributes = new Map<string, AttributeProto>();

  /** @throws E0204 for an attribute that is not among `known`, since ignoring it could change the result */
  constructor(node: NodeProto, known: readonly string[]) {
    for (const attribute of node.attribute) {
      if (!known.includes(attribute.name))
        fail('E0204', `${node.opType} with the attribute "${attribute.name}" is not read`);
      this.#attributes.set(attribute.name, attribute);
    }
  }

  has(name: string): boolean {
    return this.#attributes.has(name);
  }

  int(name: string, absent: number): number {
    const value = this.#get(name, 'int')?.i;
    return value === undefined ? absent : Number(value);
  }

  ints(name: string): number[] | undefined {
    return this.#get(name, 'ints')?.ints.map(Number);
  }

  float(name: string, absent: number): number {
    return this.#get(name, 'float')?.f ?? absent;
  }

  floats(name: string): number[] | undefined {
    return this.#get(name, 'floats')?.floats;
  }

  string(name: string, absent: string): string {
    const bytes = this.#get(name, 'string')?.s;
    return bytes === undefined ? absent : new TextDecoder().decode(bytes);
  }

  tensor(name: string): TensorProto | undefined {
    return this.#get(name, 'tensor')?.t;
  }

  #get(name: string, type: keyof typeof TYPES): AttributeProto | undefined {
    const attribute = this.#attributes.get(name);
    // Type 0: models of the first format versions do not state it.
    if (attribute !== undefined && attribute.type !== TYPES[type] && attribute.type !== 0) {
      fail('E0206', `the attribute "${name}" is not of type ${type}`);
    }
    return attribute;
  }
}
