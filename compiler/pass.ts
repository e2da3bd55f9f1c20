/** What a pass is: one step of a build, which says what it does, does it, prints what it made and checks it. */
import { platform } from '#platform';
import type { Diagnostic } from '../isa/index.ts';

/** What a pass over samples tells, and when it must stop. */
export interface SampleHooks {
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** Lets a signal in, and stops where it asks to. @throws whatever it was aborted with */
export async function letInterrupt({ signal }: Pick<SampleHooks, 'signal'>): Promise<void> {
  await platform.nextTurn();
  signal?.throwIfAborted();
}

/** What a pass gets beside the level that it starts from. */
export interface PassTools extends SampleHooks {
  /** Seconds of a monotonic clock. */
  readonly now: () => number;
  readonly warn: (warning: Diagnostic) => void;
  /** Seconds that each of the passes before it took. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** What does not depend on the levels between which a pass stands. */
export interface PassTitle<Name extends string = string> {
  readonly name: Name;
  /** What it does, in one line of `snnc passes`. */
  readonly says: string;
}

/** A pass from the fields that it needs of a level to the fields that it adds or replaces. */
export interface Pass<in Needs, Gives extends object, Name extends string = string> extends PassTitle<Name> {
  /** Whether it is wanted; absent: always. */
  readonly when?: (level: Needs) => boolean;
  readonly run: (level: Needs, tools: PassTools) => Gives | Promise<Gives>;
  /** What it made, for `--dump-after`. */
  readonly print: (made: Gives, level: Needs) => string;
  /** @throws DiagnosticError where what it made breaks a rule that the passes after it rely on */
  readonly verify: (made: Gives, level: Needs) => void;
}

/** A pass of every build. */
export const pass = <Needs, Gives extends object, const Name extends string>(
  definition: Omit<Pass<Needs, Gives, Name>, 'when'>,
): Pass<Needs, Gives, Name> => definition;

/** A pass that some builds do without: so it may only replace what is there already. */
export const optionalPass = <Needs extends Gives, Gives extends object, const Name extends string>(
  definition: Pass<Needs, Gives, Name> & { readonly when: (level: Needs) => boolean },
): Pass<Needs, Gives, Name> => definition;

/** The same step of a build, done from other things: it goes by the same name. */
export const insteadOf = <Needs, Gives extends object, const Name extends string>(
  { name, says }: PassTitle<Name>,
  definition: Omit<Pass<Needs, Gives, Name>, 'when' | 'name' | 'says'>,
): Pass<Needs, Gives, Name> => ({ name, says, ...definition });
