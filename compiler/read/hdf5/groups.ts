/** Links of a group of HDF5, as symbol table or as messages. */
import { damaged, type Hdf5Bytes, NOWHERE, textOf, unread } from './bytes.ts';
import { MESSAGE, type Message } from './messages.ts';

const SYMBOL_BYTES = 40;
const SOFT_LINK = 2;
const GROUP_NODE = 0;

/** Addresses of what a group holds, by name; undefined where the object is no group. @throws DiagnosticError E0202, E0209 */
export function linksOf(file: Hdf5Bytes, messages: readonly Message[]): ReadonlyMap<string, number> | undefined {
  const table = messages.find(({ kind }) => kind === MESSAGE.symbolTable);
  if (table !== undefined) return symbolsOf(file, table);
  const info = messages.find(({ kind }) => kind === MESSAGE.linkInfo);
  if (info === undefined) return undefined;
  const heap = info.offset + ((file.u8(info.offset + 1) & 1) === 0 ? 2 : 10);
  if (file.address(heap) !== NOWHERE) unread('groups with links in a heap');
  const links = messages.filter(({ kind }) => kind === MESSAGE.link);
  return new Map(links.map(({ offset }) => linkAt(file, offset)));
}

function linkAt(file: Hdf5Bytes, offset: number): [string, number] {
  const flags = file.u8(offset + 1);
  let at = offset + 2;
  if ((flags & 0x08) !== 0 && file.u8(at++) !== 0) unread('links that are not hard ones');
  if ((flags & 0x04) !== 0) at += 8;
  if ((flags & 0x10) !== 0) at += 1;
  const width = 2 ** (flags & 3);
  const length = file.uint(at, width);
  const name = textOf(file.part(at + width, length));
  return [name, file.u64(at + width + length)];
}

function symbolsOf(file: Hdf5Bytes, { offset }: Message): Map<string, number> {
  const [tree, heap] = [file.u64(offset), file.u64(offset + 8)];
  file.expect('HEAP', heap);
  const names = file.part(file.u64(heap + 24), file.u64(heap + 8));
  const links = new Map<string, number>();
  for (const leaf of leavesOf(file, tree)) {
    file.expect('SNOD', leaf);
    const count = file.u16(leaf + 6);
    file.spend(count);
    for (let k = 0; k < count; k++) {
      const at = leaf + 8 + k * SYMBOL_BYTES;
      const name = file.u64(at);
      if (name >= names.length) damaged('a name lies beyond the names of its group', at);
      if (file.u32(at + 16) === SOFT_LINK) unread('links that are not hard ones');
      links.set(textOf(names.subarray(name)), file.u64(at + 8));
    }
  }
  return links;
}

/** Addresses of the leaves below a node. Every node lies a level below its parent, so there is an end. */
function leavesOf(file: Hdf5Bytes, node: number, above = Infinity): number[] {
  file.expect('TREE', node);
  const level = file.u8(node + 5);
  if (file.u8(node + 4) !== GROUP_NODE || level >= above) damaged('a node of a group is expected', node);
  const count = file.u16(node + 6);
  file.spend(count + 1);
  const children = Array.from({ length: count }, (_, k) => file.u64(node + 32 + 16 * k));
  return level === 0 ? children : children.flatMap((child) => leavesOf(file, child, level));
}
