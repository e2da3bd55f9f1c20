/** A term that summaries show. */
export interface Term {
  readonly term: string;
  /** Other forms under which it is looked up. */
  readonly also?: readonly string[];
  /** Three lines. */
  readonly lines: readonly [string, string, string];
  /** A document of the package, with the heading in it. */
  readonly page: string;
}
