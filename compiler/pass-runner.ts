/** Runs the passes of a build and tells the caller about them. */
import { setImmediate } from 'node:timers/promises';
import type { PassName } from './pipeline.ts';

/** What a build tells its caller on the way. */
export interface BuildHooks {
  readonly onProgress?: (pass: PassName, done: number, total: number) => void;
  /** After every pass; `text` prints what it made. */
  readonly onPass?: (pass: PassName, text: () => string) => void;
  /** Seconds of a monotonic clock. */
  readonly now: () => number;
  /** Aborts between passes and between calibration samples. */
  readonly signal?: AbortSignal;
}

/** What a pass over samples tells, and when it must stop. */
export interface SampleHooks {
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** Between two samples of a pass: lets a signal in, and stops where it asks to. @throws whatever it was aborted with */
export async function letInterrupt({ signal }: Pick<SampleHooks, 'signal'>): Promise<void> {
  await setImmediate();
  signal?.throwIfAborted();
}

/** Runs passes one after the other: times them, reports them, stops between them when aborted. */
export class PassRunner {
  readonly seconds: Record<string, number> = {};
  readonly hooks: BuildHooks;

  constructor(hooks: BuildHooks) {
    this.hooks = hooks;
  }

  pass<R>(name: PassName, work: () => R, print: (result: R) => string): R {
    this.hooks.signal?.throwIfAborted();
    const start = this.hooks.now();
    const result = work();
    this.#report(name, this.hooks.now() - start, () => print(result));
    return result;
  }

  async passAsync<R>(name: PassName, work: () => Promise<R>, print: (result: R) => string): Promise<R> {
    this.hooks.signal?.throwIfAborted();
    const start = this.hooks.now();
    const result = await work();
    this.#report(name, this.hooks.now() - start, () => print(result));
    return result;
  }

  /** A pass that was run beside the others. */
  took(name: PassName, seconds: number, print: () => string): void {
    this.hooks.signal?.throwIfAborted();
    this.#report(name, seconds, print);
  }

  /** What a pass over samples needs to report its progress and to be stopped. */
  sampleHooks(name: PassName): SampleHooks {
    const { onProgress, signal } = this.hooks;
    return { onProgress: (done, total) => onProgress?.(name, done, total), signal };
  }

  #report(name: PassName, seconds: number, print: () => string): void {
    this.seconds[name] = seconds;
    this.hooks.onPass?.(name, print);
  }
}
