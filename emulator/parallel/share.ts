/** A chip whose bulk lies in memory that threads share. */
import type { Chip } from '../../isa/machine.ts';

type Words = Int32Array | Uint32Array;

/**
 * The same chip; what is sent of it to a worker is a view of the same bytes, not a copy. The self-test is left out.
 */
export function shareChip({ selfTest: _, ...chip }: Chip): Chip {
  const bulk = chip.cores.flatMap(({ program, parameters, sinkLists, synapses }) => [
    program,
    parameters,
    sinkLists,
    synapses,
  ]);
  const { graph } = chip;
  const bytes = [...bulk, ...(graph ? [graph] : [])].reduce((sum, { byteLength }) => sum + wholeWords(byteLength), 0);
  const buffer = new SharedArrayBuffer(bytes);
  let end = 0;
  const place = (size: number): number => {
    const at = end;
    end += wholeWords(size);
    return at;
  };
  const sharedBytes = (from: Uint8Array): Uint8Array => {
    const shared = new Uint8Array(buffer, place(from.length), from.length);
    shared.set(from);
    return shared;
  };
  const sharedWords = <A extends Words>(
    type: new (buffer: SharedArrayBuffer, at: number, length: number) => A,
    from: A,
  ): A => {
    const shared = new type(buffer, place(from.byteLength), from.length);
    shared.set(from);
    return shared;
  };
  return {
    ...chip,
    cores: chip.cores.map((core) => ({
      ...core,
      program: sharedWords(Uint32Array, core.program),
      parameters: sharedWords(Int32Array, core.parameters),
      sinkLists: sharedWords(Uint32Array, core.sinkLists),
      synapses: sharedBytes(core.synapses),
    })),
    ...(graph && { graph: sharedBytes(graph) }),
  };
}

const wholeWords = (bytes: number): number => 4 * Math.ceil(bytes / 4);
