/** Asks the worker, and hears of its progress. */
import type { WatchedPhase } from '../../library/index.ts';
import type { Answers, Fault, FromWorker, RequestKind, Requests } from '../messages.ts';

/** What the work was refused with. */
export class WorkFault extends Error {
  override readonly name = 'WorkFault';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(({ text }) => text).join('\n'));
    this.faults = faults;
  }

  get isStopped(): boolean {
    return this.faults.every(({ code }) => code === 'stopped');
  }
}

export interface Hearing {
  readonly onProgress?: (what: string, done: number, total: number | undefined) => void;
  readonly onPhase?: (phase: WatchedPhase) => void;
  readonly signal?: AbortSignal;
}

interface Waiting extends Hearing {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

export class Client {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;

  /** @param source program of the worker */
  constructor(source: string) {
    const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    this.#worker = new Worker(address);
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>): void => {
      this.#hear(data);
    };
    this.#worker.onerror = ({ message }): void => {
      this.#failAll(message);
    };
  }

  /** @throws WorkFault where it is refused or stopped */
  ask<K extends RequestKind>(kind: K, request: Requests[K], hearing: Hearing = {}): Promise<Answers[K]> {
    const id = this.#next++;
    hearing.signal?.addEventListener('abort', () => {
      this.#worker.postMessage({ kind: 'cancel', id });
    });
    return new Promise<Answers[K]>((resolve, reject) => {
      this.#waiting.set(id, { ...hearing, resolve, reject });
      this.#worker.postMessage({ id, kind, request });
    });
  }

  #hear(message: FromWorker): void {
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) return;
    switch (message.kind) {
      case 'progress':
        waiting.onProgress?.(message.what, message.done, message.total);
        return;
      case 'phase':
        waiting.onPhase?.(message.phase);
        return;
      case 'done':
        this.#waiting.delete(message.id);
        waiting.resolve(message.answer as never);
        return;
      case 'failed':
        this.#waiting.delete(message.id);
        waiting.reject(new WorkFault(message.faults));
    }
  }

  #failAll(message: string): void {
    for (const { reject } of this.#waiting.values()) reject(new WorkFault([{ code: 'fault', text: message }]));
    this.#waiting.clear();
  }
}
