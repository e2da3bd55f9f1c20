/** SIGINT and SIGTERM: when the system may end the process, and when the process ends itself. */
import { Interruption } from './io.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * A process that listens for a signal hears it between two turns of its loop, so never in the middle of a long computation;
 * one that does not listen is ended by the system within no time. So signals are listened to only while there is something
 * to tidy up, and only for the first of them: the second one means now.
 */
export class Signals {
  readonly #controller = new AbortController();
  #holds = 0;
  #received: NodeJS.Signals | undefined;
  readonly #listener = (signal: NodeJS.Signals): void => {
    this.#received = signal;
    this.#stopListening();
    this.#controller.abort(new Interruption());
  };

  constructor() {
    // The system does not end the first process of a container for a signal that it does not listen to.
    if (process.pid === 1) this.hold();
  }

  /** Aborted by the first signal that comes while signals are held. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  hold(): () => void {
    if (this.#holds++ === 0 && this.#received === undefined)
      for (const name of SIGNALS) process.on(name, this.#listener);
    let held = true;
    return () => {
      if (held && --this.#holds === 0) this.#stopListening();
      held = false;
    };
  }

  /** Ends the process as a signal does that was not held, if there was one: whoever started it sees one and the same end. */
  end(): void {
    if (this.#received !== undefined && process.pid !== 1) process.kill(process.pid, this.#received);
  }

  #stopListening(): void {
    for (const name of SIGNALS) process.off(name, this.#listener);
  }
}
