/** Changes that break one part of a valid chip. */
import {
  type AffineSink,
  type AxonGroup,
  type Chip,
  type CoreImage,
  decodeProgram,
  encodeOperation,
  type Operation,
  type SinkRow,
} from '../../isa/index.ts';
import { type TargetChanges, tinyTarget } from './chips.ts';
import { programWords } from './program.ts';

export type Change = (chip: Chip) => Chip;

/** Changes one core of the chip, by position. */
export const inCore =
  (index: number, change: (core: CoreImage) => Partial<CoreImage>): Change =>
  (chip) => ({ ...chip, cores: chip.cores.map((core, k) => (k === index ? { ...core, ...change(core) } : core)) });

export const inGroup = (core: number, index: number, change: Partial<AxonGroup>): Change =>
  inCore(core, ({ groups }) => ({ groups: groups.map((group, g) => (g === index ? { ...group, ...change } : group)) }));

export const inSink = (core: number, index: number, change: Partial<AffineSink> & { list?: number }): Change =>
  inCore(core, ({ sinks }) => ({
    sinks: sinks.map((row, k) => (k === index ? ({ ...row, ...change } as SinkRow) : row)),
  }));

/** Changes fields of the n-th instruction of a kind in a core's program. */
export const inOperation = (core: number, op: Operation['op'], fields: Record<string, number>, nth = 0): Change =>
  inCore(core, (image) => {
    const decoded = decodeProgram(image);
    if ('fault' in decoded) throw new Error(decoded.fault);
    const found = [...decoded.handlers.values()]
      .flatMap((handler) => handler.operations)
      .filter((placed) => placed.operation.op === op)[nth]!;
    const program = image.program.slice();
    program.set(
      encodeOperation({ op, fields: { ...found.operation.fields, ...fields } } as unknown as Operation),
      found.at,
    );
    return { program };
  });

/** Replaces the tick handler, which is followed by the reset handler alone, by lines of assembly (END is added). */
export const withTick = (core: number, ...lines: readonly string[]): Change =>
  inCore(core, ({ program, tickHandler, resetHandler }) => {
    const tick = programWords([...lines, 'END']);
    const words = [...program.subarray(0, tickHandler), ...tick, ...program.subarray(resetHandler)];
    return { program: Uint32Array.from(words), resetHandler: tickHandler + tick.length };
  });

export const withTarget =
  (change: Parameters<typeof tinyTarget>[0]): Change =>
  (chip) => ({ ...chip, target: tinyTarget(change) });
export const limit = (limits: NonNullable<TargetChanges['limits']>): Change => withTarget({ limits });

export const withBytes = (core: number, at: number, ...bytes: readonly number[]): Change =>
  inCore(core, ({ synapses }) => {
    const changed = synapses.slice();
    changed.set(bytes, at);
    return { synapses: changed };
  });
export const withParameter = (core: number, at: number, value: number): Change =>
  inCore(core, ({ parameters }) => ({ parameters: parameters.with(at, value) }));
export const withRoute =
  (tree: number, router: number, ports: number): Change =>
  (chip) => ({
    ...chip,
    routes: chip.routes.map((route) => (route.tree === tree && route.router === router ? { ...route, ports } : route)),
  });
export const input =
  (change: Partial<Chip['input']>): Change =>
  (chip) => ({ ...chip, input: { ...chip.input, ...change } });
export const output =
  (change: Partial<Chip['output']>): Change =>
  (chip) => ({ ...chip, output: { ...chip.output, ...change } });
export const layer =
  (index: number, change: Partial<Chip['layers'][number]>): Change =>
  (chip) => ({
    ...chip,
    layers: chip.layers.map((old, k) => (k === index ? { ...old, ...change } : old)),
  });
export const placement =
  (index: number, change: Partial<Chip['placements'][number]>): Change =>
  (chip) => ({
    ...chip,
    placements: chip.placements.map((old, k) => (k === index ? { ...old, ...change } : old)),
  });
export const both =
  (...changes: readonly Change[]): Change =>
  (chip) =>
    changes.reduce((changed, change) => change(changed), chip);

/** The chip with the n-th number in it (modulo their count) replaced, wherever it stands. */
export function withNumber(chip: Chip, n: number, value: number): Chip {
  const copy = structuredClone(chip);
  const slots: [object: Record<string, unknown>, key: string][] = [];
  const collect = (object: object): void => {
    for (const [key, member] of Object.entries(object)) {
      if (typeof member === 'number') slots.push([object as Record<string, unknown>, key]);
      else if (typeof member === 'object' && member !== null && key !== 'energy') collect(member as object);
    }
  };
  collect(copy);
  const [object, key] = slots[n % slots.length]!;
  object[key] = value;
  return copy;
}
