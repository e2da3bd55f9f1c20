/** What a numbered message is. */
export interface MessageRow {
  readonly title: string;
  readonly explanation: string;
  /** The network does not fit the target: another target, or other options, may do. */
  readonly misfit?: true;
}
