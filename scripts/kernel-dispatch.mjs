// The dispatch of the AssemblyScript kernels: which file of emulator/wasm/assembly/ops executes which instruction. It is made
// from emulator/wasm/ops, so that a new instruction needs no number of its own and no entry in a list.
import { existsSync } from 'node:fs';

/** One file per instruction; its functions under names of their own. */
const imported = ({ name, takesBits }) =>
  `import { execute as ${name}${takesBits ? `, executeBits as ${name}Bits, takesBits as ${name}TakesBits` : ''} } from '../ops/${name}';`;

/** A function that hands on to the kernel of an opcode. */
const chosen = ({ says, head, call, of, otherwise }) => [
  '',
  `/** ${says} */`,
  head,
  ...of.map((op) => `  if (opcode == ${op.opcode}) return ${call(op)};`),
  `  ${otherwise};`,
  '}',
];

/**
 * The module of the dispatch.
 *
 * @throws where an instruction has no kernel
 */
export function dispatchOf(ops) {
  const missing = ops
    .map(({ name }) => `emulator/wasm/assembly/ops/${name}.ts`)
    .filter((path) => !existsSync(new URL(`../${path}`, import.meta.url)));
  if (missing.length > 0) throw new Error(`an instruction of emulator/wasm/ops has no kernel: ${missing.join(', ')}`);
  const events = ops.filter(({ trigger }) => trigger === 'event');
  const withBits = events.filter(({ takesBits }) => takesBits);
  const ticks = ops.filter(({ trigger }) => trigger === 'tick');
  return [
    '/** Which kernel executes which instruction; made by scripts/records.mjs from emulator/wasm/ops. */',
    ...ops.map(imported),
    ...chosen({
      says: 'For all events of a group that have been listed; returns the units of cycles.',
      head: 'export function executeEvents(opcode: u32, op: usize, spikes: u32, graded: u32, repeats: bool, lanes: u32): u64 {',
      call: ({ name }) => `${name}(op, spikes, graded, repeats, lanes)`,
      of: events,
      otherwise: 'return unreachable()',
    }),
    ...chosen({
      says: 'Whether the kernel can take the bits of the axons as they are, and should for so many spikes.',
      head: 'export function takesBits(opcode: u32, op: usize, spikes: u32): bool {',
      call: ({ name }) => `${name}TakesBits(op, spikes)`,
      of: withBits,
      otherwise: 'return false',
    }),
    ...chosen({
      says: 'For the events that bits of axons are; returns the units of cycles.',
      head: 'export function executeBits(opcode: u32, op: usize, bits: usize): u64 {',
      call: ({ name }) => `${name}Bits(op, bits)`,
      of: withBits,
      otherwise: 'return unreachable()',
    }),
    ...chosen({
      says: 'In a tick of the tick handler.',
      head: 'export function executeTick(opcode: u32, core: usize, op: usize, tick: u32): void {',
      call: ({ name }) => `${name}(core, op, tick)`,
      of: ticks,
      otherwise: 'unreachable()',
    }),
    '',
  ].join('\n');
}
