/** Messages of an object of HDF5: what it is, where its data lie, what its links are. */
import { damaged, type Hdf5Bytes, unread } from './bytes.ts';

/** Kinds of messages that are looked at. */
export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
} as const;

export interface Message {
  readonly kind: number;
  readonly offset: number;
  readonly size: number;
}

interface Block {
  readonly start: number;
  readonly end: number;
}

const SHARED = 2;

/** All messages of the object at an address, those of its continuations too. @throws DiagnosticError E0202, E0209 */
export function messagesAt(file: Hdf5Bytes, address: number): Message[] {
  const isNew = file.has('OHDR', address);
  const { first, head, prefix } = isNew ? newHeader(file, address) : oldHeader(file, address);
  const blocks: Block[] = [first];
  const messages: Message[] = [];
  // Blocks are appended while they are gone through.
  for (const { start, end } of blocks) {
    for (let at = start; at + head <= end;) {
      file.spend(1);
      const message = {
        kind: isNew ? file.u8(at) : file.u16(at),
        offset: at + head,
        size: file.u16(at + (isNew ? 1 : 2)),
      };
      const flags = file.u8(at + (isNew ? 3 : 4));
      at = message.offset + message.size;
      if (at > end) damaged('a message is longer than its object', message.offset);
      if (message.kind === MESSAGE.continuation) blocks.push(continuation(file, message.offset, prefix));
      else if ((flags & SHARED) !== 0 && message.kind === MESSAGE.datatype) unread('types that objects share');
      else messages.push(message);
    }
  }
  return messages;
}

interface Header {
  readonly first: Block;
  /** Bytes before the contents of a message. */
  readonly head: number;
  /** Whether blocks that continue it have letters before and a check sum behind. */
  readonly prefix: boolean;
}

function oldHeader(file: Hdf5Bytes, address: number): Header {
  if (file.u8(address) !== 1) damaged('an object is expected', address);
  const start = address + 16;
  return { first: { start, end: start + file.u32(address + 8) }, head: 8, prefix: false };
}

function newHeader(file: Hdf5Bytes, address: number): Header {
  const flags = file.u8(address + 5);
  let at = address + 6;
  if ((flags & 0x20) !== 0) at += 16;
  if ((flags & 0x10) !== 0) at += 4;
  const width = 2 ** (flags & 3);
  const start = at + width;
  return {
    first: { start, end: start + file.uint(at, width) },
    head: (flags & 0x04) === 0 ? 4 : 6,
    prefix: true,
  };
}

function continuation(file: Hdf5Bytes, offset: number, prefix: boolean): Block {
  file.spend(1);
  const [start, length] = [file.u64(offset), file.u64(offset + 8)];
  if (!prefix) return { start, end: start + length };
  file.expect('OCHK', start);
  return { start: start + 4, end: start + length - 4 };
}
