/** What a command may touch of the world. Injected, so that tests run commands without a process. */

/** A place where text is printed. */
export interface Terminal {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Width in characters where it is a terminal. */
  readonly columns: number | undefined;
  /** `--wide`: nothing is left out or broken for the width. */
  readonly wide?: boolean;
  /** The stream itself, for what moves the cursor; absent where nothing may. */
  readonly stream?: NodeJS.WriteStream;
}

export interface Io {
  /** Version of the package. */
  readonly version: string;
  /** Folder that relative paths start from. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  /** Program and arguments of the command that runs, for records; absent where it was not started by any. */
  readonly commandLine?: readonly string[];
  /** The command and what the parser made of its arguments, by the names of its operands and options. */
  readonly given?: { readonly command: string; readonly values: Readonly<Record<string, unknown>> };
  /** Seconds of a monotonic clock. */
  readonly now: () => number;
  readonly peakRssBytes: () => number;
  /** Processor cores that the program may use. */
  readonly processors: number;
  /** Aborted, with an {@link Interruption}, when the user wants the program to stop while signals are held. */
  readonly signal: AbortSignal;
  /**
   * From here on something has to be tidied up before the program may stop, so the wish to comes by `signal`. Otherwise the
   * system ends the program, at once and whatever it is busy with.
   *
   * @returns ends that; may be called more than once
   */
  readonly holdSignals: () => () => void;
}

/** The user asked the program to stop. */
export class Interruption extends Error {
  override readonly name = 'Interruption';

  constructor() {
    super('interrupted');
  }
}

/** Width of drawings that go to a file or a pipe. */
const PLAIN_WIDTH = 110;
/** Columns of a terminal that does not say them. */
export const STANDARD_WIDTH = 80;
const NARROWEST = 40;

/**
 * Columns that text is to fit: those of the terminal, else what the environment says of them. Undefined in a pipe or file of
 * which it says nothing: whoever searches there finds whole lines.
 */
export function columnsOf({ isTTY, columns }: Terminal, { env }: Pick<Io, 'env'>): number | undefined {
  const stated = /^[1-9]\d{0,4}$/.test(env.COLUMNS ?? '') ? Number(env.COLUMNS) : undefined;
  const found = isTTY ? (columns ?? stated ?? STANDARD_WIDTH) : stated;
  return found === undefined ? undefined : Math.max(NARROWEST, found);
}

/** How text for a terminal is to look: https://no-color.org is honoured. */
export function styleOf(terminal: Terminal, io: Io): { color: boolean; width: number; fits: boolean | undefined } {
  const plain = (io.env.NO_COLOR ?? '') !== '' || io.env.TERM === 'dumb';
  const columns = columnsOf(terminal, io);
  return {
    color: terminal.isTTY && !plain,
    width: columns ?? PLAIN_WIDTH,
    fits: terminal.wide === true ? false : columns === undefined ? undefined : true,
  };
}

/** The same world, in which nothing is left out or broken for the width of the terminal. */
export const inFullWidth = (io: Io): Io => ({
  ...io,
  stdout: { ...io.stdout, wide: true },
  stderr: { ...io.stderr, wide: true },
});
