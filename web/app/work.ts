/** Work that takes a while: how far it is, a way to stop it, and what it was refused with. */
import { type Hearing, WorkFault } from './client.ts';
import { byId } from './elements.ts';

export const value = (id: string): HTMLInputElement => byId(id, HTMLInputElement);
export const button = (id: string): HTMLButtonElement => byId(id, HTMLButtonElement);

/** Puts words into an element. */
export const tell = (id: string, words: string): void => {
  byId(id, HTMLElement).textContent = words;
};

/** Buttons that begin work: one at a time. */
const STARTERS = ['build', 'several'];

export class Work {
  #stop: AbortController | undefined;
  /** What is being done. */
  #running: Promise<void> = Promise.resolve();
  /** What waits for that to stop. */
  #next: (() => Promise<void>) | undefined;

  constructor() {
    button('cancel').addEventListener('click', () => this.#stop?.abort());
  }

  showFaults(text: string): void {
    const box = byId('faults', HTMLElement);
    box.textContent = text;
    box.hidden = text === '';
  }

  /** Long work: progress, and a way to stop it. @throws WorkFault where it is refused or stopped */
  async long<T>(name: string, work: (hearing: Hearing) => Promise<T>): Promise<T> {
    const stop = new AbortController();
    this.#stop = stop;
    const bar = byId('progress', HTMLProgressElement);
    bar.hidden = false;
    bar.removeAttribute('value');
    button('cancel').hidden = false;
    tell('status', `${name} …`);
    try {
      return await work({
        signal: stop.signal,
        onProgress: (what, done, total) => {
          tell('status', `${name}: ${what}, ${done}${total === undefined ? '' : ` of ${total}`}`);
          if (total !== undefined) Object.assign(bar, { max: total, value: Math.min(done, total) });
        },
      });
    } finally {
      bar.hidden = true;
      button('cancel').hidden = true;
    }
  }

  /** Stops what is being done and begins this in its place; of several that wait, the newest alone. */
  async supersede(work: () => Promise<void>): Promise<void> {
    this.#next = work;
    this.#stop?.abort();
    await this.#running;
    if (this.#next !== work) return;
    this.#next = undefined;
    await this.attempt(work);
  }

  /** What goes wrong is shown; what is ours goes on. */
  attempt(work: () => Promise<void> | void): Promise<void> {
    const done = this.#attempt(work);
    this.#running = done;
    return done;
  }

  async #attempt(work: () => Promise<void> | void): Promise<void> {
    this.showFaults('');
    for (const id of STARTERS) button(id).disabled = true;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof WorkFault)) throw error;
      if (error.isStopped) tell('status', 'Stopped.');
      else {
        this.showFaults(error.message);
        tell('status', 'Refused; the reason is below.');
      }
    } finally {
      for (const id of STARTERS) button(id).disabled = false;
    }
  }
}
