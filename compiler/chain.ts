/** Passes one after the other, each of which finds what it needs: anything else does not compile. */
import type { Pass, PassTitle, PassTools } from './pass.ts';

/** A level after a pass: its fields are added, those of equal names replaced. */
export type With<Level, Gives> = {
  readonly [Key in keyof Level | keyof Gives]: Key extends keyof Gives
    ? Gives[Key]
    : Key extends keyof Level
      ? Level[Key]
      : never;
};

/** A pass whose types were checked where it joined the chain. */
export interface AnyPass<Name extends string = string> extends PassTitle<Name> {
  readonly when?: (level: never) => boolean;
  readonly run: (level: never, tools: PassTools) => object | Promise<object>;
  readonly print: (made: never, level: never) => string;
  readonly verify: (made: never, level: never) => void;
}

/** What was found beside a chain. */
export interface Found<Gives> {
  readonly made: Gives;
  /** What the passes started from, for their printers and verifiers. */
  readonly level: object;
  /** Of the passes that ran. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** Work that goes on beside a chain, if the caller has a place for it, and is waited for at its end. */
export interface Running<Gives> {
  readonly finish: () => Promise<Found<Gives>>;
  /** Ends what is still going on; nothing where nothing is. */
  readonly stop: () => void;
}

/** What work beside a chain is told and tells. */
export interface BesideHooks {
  readonly now: () => number;
  readonly onProgress?: (pass: string, done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Passes that need nothing of a chain beside which they can therefore run; reported after it, in this order. */
export interface Beside<in Needs, Gives extends object, Name extends string> {
  readonly passes: readonly AnyPass<Name>[];
  readonly start: (level: Needs, hooks: BesideHooks) => Running<Gives>;
}

export type Step =
  | { readonly kind: 'pass'; readonly pass: AnyPass }
  | { readonly kind: 'beside'; readonly beside: Beside<never, object, string>; readonly main: readonly Step[] };

/**
 * A typed list of passes. `Start` is the level that it starts from, `Level` that which it ends with, `Name` the names of
 * its passes.
 */
export class Chain<in Start, Level, Name extends string> {
  readonly steps: readonly Step[];
  /** In the order in which they are reported. */
  readonly passes: readonly AnyPass<Name>[];
  /** Only for the types: what a chain starts from and ends with. */
  declare readonly types: { readonly start: (level: Start) => void; readonly end: Level };

  constructor(steps: readonly Step[], passes: readonly AnyPass<Name>[]) {
    this.steps = steps;
    this.passes = passes;
  }

  /** A chain without passes. */
  static from<Start>(): Chain<Start, Start, never> {
    return new Chain<Start, Start, never>([], []);
  }

  next<Gives extends object, Next extends string>(
    pass: Pass<Level, Gives, Next>,
  ): Chain<Start, With<Level, Gives>, Name | Next> {
    return new Chain<Start, With<Level, Gives>, Name | Next>(
      [...this.steps, { kind: 'pass', pass }],
      [...this.passes, pass],
    );
  }

  /** Goes on with `main`, and with `beside` beside it. */
  beside<Gives extends object, End, Next extends string, Aside extends string>(
    beside: Beside<Level, Gives, Aside>,
    main: Chain<Level, End, Next>,
  ): Chain<Start, With<End, Gives>, Name | Next | Aside> {
    const step: Step = { kind: 'beside', beside, main: main.steps };
    const passes = [...this.passes, ...main.passes, ...beside.passes];
    return new Chain<Start, With<End, Gives>, Name | Next | Aside>([...this.steps, step], passes);
  }
}

/** The level that a chain ends with. */
export type LevelAfter<C extends { readonly types: { readonly end: unknown } }> = C['types']['end'];
