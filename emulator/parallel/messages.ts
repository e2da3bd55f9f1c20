/** What the caller's thread and the workers say to each other, and the memory through which samples and spikes go. */
import { type Chip, type Counts, type Diagnostic, inputSize, SpikeSet, spikeWords } from '../../isa/machine.ts';
import type { EmulatorOptions } from '../emulator.ts';
import type { ChipActivity, LayerActivity } from '../machine/activity.ts';
import type { InferenceTiming } from '../timing/timing.ts';
import type { MemoryPart } from '../wasm/memory.ts';

/** What a worker is started with. */
export interface WorkerData {
  readonly chip: Chip;
  readonly options: EmulatorOptions;
  readonly curve: boolean;
  /** Absent for the TypeScript kernels. */
  readonly part: MemoryPart | undefined;
  /** {@link SlotMemory} of the worker. */
  readonly slots: readonly SharedArrayBuffer[];
}

/** A sample of so many values waits in a slot; or all have been run, and the account is wanted. */
export type Request = { readonly slot: number; readonly values: number; readonly beside: boolean } | 'account';

export type Reply =
  | { readonly kind: 'done'; readonly slot: number; readonly result: SlotResult }
  | { readonly kind: 'failed'; readonly slot: number; readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly kind: 'account';
      readonly counts: Counts;
      readonly layers: LayerActivity[];
      readonly activity: ChipActivity;
    };

/** What is small enough to be sent; the spikes are in the slot. */
export interface SlotResult {
  readonly readout: Int32Array;
  readonly predicted: number;
  readonly timing: InferenceTiming | undefined;
  readonly predictedByT: Uint32Array | undefined;
  readonly beside: Float64Array | undefined;
}

/** A sample on its way to a worker, and its spikes on their way back; both threads see the same bytes. */
export interface SlotMemory {
  readonly payloads: Int16Array;
  /** Preprocessed values, for what runs beside the emulator. */
  readonly x: Float64Array;
  readonly spikes: SpikeSet;
}

/** Bytes of a {@link SlotMemory}. */
export function slotBytes({ input, layers, ticks }: Chip): number {
  const values = inputSize(input);
  const words = layers.reduce((sum, layer) => sum + spikeWords(layer, ticks), 0);
  return 8 * values + 4 * words + 2 * values;
}

/** The parts of a slot, the widest numbers first, so that all are aligned. */
export function slotMemory(buffer: SharedArrayBuffer, { input, layers, ticks }: Chip): SlotMemory {
  const values = inputSize(input);
  let at = 8 * values;
  const bits = layers.map((layer) => {
    const words = new Uint32Array(buffer, at, spikeWords(layer, ticks));
    at += words.byteLength;
    return words;
  });
  return {
    x: new Float64Array(buffer, 0, values),
    spikes: new SpikeSet(layers, ticks, bits),
    payloads: new Int16Array(buffer, at, values),
  };
}
