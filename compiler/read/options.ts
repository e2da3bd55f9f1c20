import type { Diagnostic } from '../../isa/index.ts';
import type { NirOptions } from './nir/rules.ts';

/** What a network in continuous time does not say itself. */
export interface Timing {
  /** Steps in which input comes; undefined where none were asked for. */
  readonly steps: number | undefined;
  /** Length of a step in the unit of the file, which is seconds as a rule; undefined where none was asked for. */
  readonly dt: number | undefined;
  /** How its neurons compute, as far as it was asked for. */
  readonly rules?: NirOptions | undefined;
}

/** What every reader needs beside the bytes. */
export interface ReadOptions {
  /** Name of the file that the bytes come from, for messages and as the name of a network that has none. */
  readonly fileName: string;
  /**
   * The bytes of a tensor file beside the network, by the name that the network gives: relative, with `/`, without `..`.
   * Throws E0101 where there is none.
   */
  readonly readSideFile: (name: string) => Uint8Array;
  /** Of networks in continuous time (NIR) only. */
  readonly timing?: Timing | undefined;
  /** The output to read, of a network that has several (ONNX). */
  readonly outputName?: string | undefined;
  /** Whether smooth activations may be approximated by straight pieces (ONNX). */
  readonly approximate?: boolean | undefined;
  /** Hears what was assumed where the file says nothing; absent: nobody does. */
  readonly warn?: ((warning: Diagnostic) => void) | undefined;
}
