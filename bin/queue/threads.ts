/** Threads of a worker, each of which computes one point at a time. */
import type { SweepOutcome } from '../../isa/index.ts';
import type { PointJob } from '../sweep/compute.ts';
import type { Computed } from '../sweep/point-thread.ts';
import { PointThread } from '../sweep/point-thread.ts';

export class Threads {
  readonly #free: PointThread<PointJob, SweepOutcome>[];
  readonly #all: readonly PointThread<PointJob, SweepOutcome>[];
  /** Builds that are being made, and what waits for them. */
  readonly #making = new Map<string, Promise<unknown>>();
  /** Builds that are kept in the store. */
  readonly #made = new Set<string>();

  constructor(entry: URL, count: number) {
    this.#all = Array.from({ length: count }, () => new PointThread(entry));
    this.#free = [...this.#all];
  }

  /** Computes a point; where another one is making the same build, when that has been made. At most as many at once as there are threads. */
  async compute(job: PointJob): Promise<Computed<SweepOutcome>> {
    const { buildKey, keepsBuild } = job;
    for (let other = this.#making.get(buildKey); other !== undefined; other = this.#making.get(buildKey)) await other;
    const computed = this.#onThread(job);
    if (!keepsBuild || this.#made.has(buildKey)) return computed;
    this.#making.set(buildKey, computed);
    try {
      return await computed;
    } finally {
      this.#made.add(buildKey);
      this.#making.delete(buildKey);
    }
  }

  async #onThread(job: PointJob): Promise<Computed<SweepOutcome>> {
    const thread = this.#free.pop();
    if (thread === undefined) throw new Error('more points than threads');
    try {
      return await thread.compute(job);
    } finally {
      this.#free.push(thread);
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.#all.map((thread) => thread.end()));
  }
}
