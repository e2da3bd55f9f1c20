/** What a format of event recordings is. */
import type { Recording } from './event-block.ts';
import type { EventSource } from './event-source.ts';

export interface EventFormat {
  /** For people. */
  readonly title: string;
  /** Of files that have it, as a rule; without a dot, in small letters. */
  readonly extensions: readonly string[];
  /**
   * Whether a file has it.
   *
   * @param head the first bytes, at most {@link HEAD_BYTES}
   * @param extension of its name, without a dot, in small letters
   */
  readonly recognises: (head: Uint8Array, extension: string) => boolean;
  /**
   * Reads the header. The events follow as they are asked for, in memory that does not grow with their number.
   *
   * @throws DiagnosticError E0602 where the file is damaged, E0606 where it holds what is not read; from the blocks, too
   */
  readonly open: (source: EventSource) => Promise<Recording>;
}

/** Headers of Prophesee's formats say what they are within so many bytes. */
export const HEAD_BYTES = 4096;

/** Whether the bytes begin with a text. */
export const beginsWith = (head: Uint8Array, text: string): boolean =>
  head.length >= text.length && Buffer.from(head.subarray(0, text.length)).toString('latin1') === text;
