/** The race as it is run: parts are computed on threads, kept in the store, and told to the judge. */
import { type FailedPoint, sha256Of, tunePart, type TunePart, type TunePartOutcome } from '../../isa/index.ts';
import { workerEntry } from '../../emulator/index.ts';
import type { Plan } from '../sweep/plan.ts';
import type { Point } from '../sweep/points.ts';
import { Crew } from '../sweep/crew.ts';
import type { Store, StoreKind } from '../sweep/store.ts';
import type { Io } from '../ui/io.ts';
import type { Progress } from '../ui/progress.ts';
import type { PartJob } from './part.ts';
import type { RacePoint, Wanted } from './race.ts';

export const PARTS: StoreKind<TunePart> = { file: 'parts.ndjson', schema: tunePart.schema };

/** Samples of a part: so that several threads can measure one point. */
const PART_SAMPLES = 128;

type Done = Extract<TunePartOutcome, { status: 'done' }>;

export interface HeatOptions {
  readonly plan: Plan;
  readonly store: Store<TunePart>;
  /** Path of the store. */
  readonly folder: string;
  readonly workers: number;
  readonly seed: number;
  readonly skipped: number;
}

/** What is known of the points, as far as it was asked for. */
export class Heat {
  /** Samples of the data; known with the first part. */
  available: number | undefined;
  /** Parts that were computed, not found. */
  computedParts = 0;
  readonly #points: readonly Point[];
  readonly #options: HeatOptions;
  readonly #io: Io;
  readonly #progress: Progress;
  readonly #crew: Crew<PartJob, Done>;
  /** Of each point, in their order. */
  readonly #parts: Done[][];
  readonly #failures = new Map<number, FailedPoint>();
  #done = 0;

  constructor(points: readonly Point[], options: HeatOptions, progress: Progress, io: Io) {
    this.#points = points;
    this.#options = options;
    this.#progress = progress;
    this.#io = io;
    this.#parts = points.map(() => []);
    const entry = workerEntry('tune-worker');
    this.#crew = new Crew({ entry, workers: options.workers, signal: io.signal });
  }

  /** Measures what is wanted, as far as the store does not have it. */
  async run(wanted: readonly Wanted[]): Promise<void> {
    const parts = wanted.flatMap(({ point, until }) => this.#cut(point, until));
    const outcomes = parts.map((part) => this.#options.store.outcome(part.key));
    const missing = parts.flatMap((_, k) => (outcomes[k] === undefined ? [k] : []));
    this.#done += parts.length - missing.length;
    const end = this.#done + missing.length;
    this.#progress.update(this.#done, end);
    const { store } = this.#options;
    const jobs = missing.map((k) => this.#jobOf(parts[k]!));
    await this.#crew.compute(jobs, async (index, { outcome, isLasting }) => {
      const k = missing[index]!;
      const { point, key, first, end: behind } = parts[k]!;
      const { tool, options, inputs } = this.#points[point]!.record;
      const record: TunePart = {
        ...{ format: 'snn-tune-part/1', tool, key, options, inputs: [...inputs], first, end: behind, outcome },
      };
      if (isLasting) await store.add(record);
      outcomes[k] = outcome;
      this.computedParts++;
      this.#progress.update(++this.#done, end);
    });
    for (const [k, { point }] of parts.entries()) this.#take(point, outcomes[k]!);
  }

  /** Then no thread is left. */
  async end(): Promise<void> {
    await this.#crew.end();
  }

  /** What the judge is told. */
  measured(): RacePoint[] {
    return this.#parts.map((parts, k) => {
      if (this.#failures.has(k)) return 'failed';
      const [first] = parts;
      if (first === undefined) return undefined;
      return {
        cores: first.cores,
        losses: parts.flatMap(({ losses }) => [...losses].map((sign) => (sign === '+' ? 1 : sign === '-' ? -1 : 0))),
        energyJ: parts.flatMap(({ energyJ }) => energyJ),
        latencySeconds: parts.flatMap(({ latencyCycles, clockHz }) => latencyCycles.map((cycles) => cycles / clockHz)),
      };
    });
  }

  /** What a point has beside its samples. */
  about(point: number): Done | FailedPoint | undefined {
    return this.#failures.get(point) ?? this.#parts[point]![0];
  }

  isPartial(point: number): boolean {
    return this.#parts[point]!.some(({ energyPartial }) => energyPartial);
  }

  #take(point: number, outcome: TunePartOutcome): void {
    if (outcome.status === 'failed') {
      if (!this.#failures.has(point)) this.#failures.set(point, outcome);
      return;
    }
    this.available ??= outcome.available;
    this.#parts[point]!.push(outcome);
  }

  /** The parts from where a point is to where it shall be; their ends do not depend on the way there. */
  #cut(point: number, until: number): Part[] {
    const parts: Part[] = [];
    const own = this.#parts[point]!;
    let first = own.reduce((sum, { losses }) => sum + losses.length, 0);
    while (first < until) {
      const end = Math.min(until, (Math.floor(first / PART_SAMPLES) + 1) * PART_SAMPLES);
      const { seed, skipped } = this.#options;
      const text = [this.#points[point]!.record.key, seed, skipped, first, end].join('\n');
      parts.push({ point, first, end, key: sha256Of(text) });
      first = end;
    }
    return parts;
  }

  #jobOf({ point, first, end }: Part): PartJob {
    const { plan, folder, seed, skipped } = this.#options;
    const { record, buildKey } = this.#points[point]!;
    return {
      ...{ network: plan.network, folder: plan.folder, options: record.options, version: this.#io.version },
      ...{ store: folder, buildKey, keepsBuild: true, seed, skipped, first, end },
    };
  }
}

interface Part {
  readonly point: number;
  readonly first: number;
  readonly end: number;
  readonly key: string;
}
