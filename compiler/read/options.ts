/** What every reader needs beside the bytes. */
export interface ReadOptions {
  /** Name of the file that the bytes come from, for messages and as the name of a network that has none. */
  readonly fileName: string;
  /**
   * The bytes of a tensor file beside the network, by the name that the network gives: relative, with `/`, without `..`.
   * Throws E0101 where there is none.
   */
  readonly readSideFile: (name: string) => Uint8Array;
}
