/** Runs the passes of a build: times them, tells the caller about them, checks what they made, stops between them. */
import { diagnostic, DiagnosticError, type Diagnostic } from '../isa/index.ts';
import type { AnyPass, BesideHooks, Chain, Step } from './chain.ts';
import { letInterrupt, type PassTitle, type PassTools } from './pass.ts';

/** What a build tells its caller on the way, and what it is told. */
export interface BuildHooks extends BesideHooks {
  /** After every pass; `text` prints what it made. */
  readonly onPass?: (pass: string, text: () => string) => void;
  /** Whether what a pass made is checked before the next one starts. */
  readonly verify?: boolean;
}

/** One run of a build, over one chain or several. */
export class PassRunner {
  /** Of the passes that ran. */
  readonly seconds: Record<string, number> = {};
  readonly warnings: Diagnostic[] = [];
  readonly #hooks: BuildHooks;

  constructor(hooks: BuildHooks) {
    this.#hooks = hooks;
  }

  /**
   * Runs the passes of a chain that are wanted.
   *
   * @throws DiagnosticError as the passes do; E0901 where a verifier finds fault; whatever the signal was aborted with
   */
  async through<Start extends object, Level>(chain: Chain<Start, Level, string>, start: Start): Promise<Level> {
    // The chain has checked that every pass finds what it needs; here that is taken on trust.
    return (await this.#run(chain.steps, start)) as Level;
  }

  /** Checks what a pass made, where that is wanted. @throws DiagnosticError E0901 where the check finds fault */
  check({ name }: PassTitle, verify: () => void): void {
    if (this.#hooks.verify !== true) return;
    try {
      verify();
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      // What breaks a rule here is no fault of a file, whatever code the verifier has for such files.
      throw new DiagnosticError(
        error.diagnostics.map(({ message, place }) =>
          diagnostic('E0901', `${name} made what breaks a rule: ${message}`, place),
        ),
      );
    }
  }

  async #run(steps: readonly Step[], start: object): Promise<object> {
    let level = start;
    for (const step of steps)
      level = step.kind === 'pass' ? await this.#pass(step.pass, level) : await this.#beside(step, level);
    return level;
  }

  async #pass(pass: AnyPass, level: object): Promise<object> {
    if (pass.when?.(level as never) === false) return level;
    const { now, signal } = this.#hooks;
    await letInterrupt({ signal });
    const start = now();
    const made = await pass.run(level as never, this.#tools(pass));
    this.#report(pass, now() - start, made, level);
    return { ...level, ...made };
  }

  async #beside({ beside, main }: Step & { kind: 'beside' }, level: object): Promise<object> {
    const running = beside.start(level as never, this.#hooks);
    try {
      const end = await this.#run(main, level);
      const found = await running.finish();
      for (const pass of beside.passes) {
        const seconds = found.seconds[pass.name];
        if (seconds === undefined) continue;
        this.#hooks.signal?.throwIfAborted();
        this.#report(pass, seconds, found.made, found.level);
      }
      return { ...end, ...found.made };
    } finally {
      running.stop();
    }
  }

  #tools({ name }: AnyPass): PassTools {
    const { now, onProgress, signal } = this.#hooks;
    return {
      now,
      warn: (warning) => this.warnings.push(warning),
      seconds: this.seconds,
      onProgress: (done, total) => onProgress?.(name, done, total),
      signal,
    };
  }

  #report(pass: AnyPass, seconds: number, made: object, level: object): void {
    this.seconds[pass.name] = seconds;
    this.#hooks.onPass?.(pass.name, () => pass.print(made as never, level as never));
    this.check(pass, () => {
      pass.verify(made as never, level as never);
    });
  }
}
