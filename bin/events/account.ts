/** What becomes of the events of recordings. */
import { type Diagnostic, diagnostic, type RunRecord } from '../../isa/index.ts';
import type { Polarity } from './options.ts';
import type { EventSource } from './event-source.ts';
import { OTHER_POLARITY, OUTSIDE } from './grid.ts';

export type EventRecord = NonNullable<RunRecord['events']>;

/** Share of the events that may miss the input without a word. */
const MAY_MISS = 0.05;
const MOST_ASSUMED = 10;

/** Adds up events, one recording after the other. */
export class EventAccount {
  readonly #dtUs: number;
  /** Whether the time of the recordings begins at 0, so that the first step does. */
  readonly beginsAtZero: boolean;
  /** Of a sample, or of a stream up to now. */
  steps: number;
  recordings = 0;
  /** That were decoded. */
  events = 0;
  /** That became input. */
  used = 0;
  outsideTime = 0;
  outsideFrame = 0;
  otherPolarity = 0;
  /** Beyond the first of an element in a step, where values are spikes. */
  merged = 0;
  longestUs = 0;
  /** Steps of samples that end with the last event of their recording; undefined where they all have as many. */
  #ended: { readonly least: number; readonly sum: number; readonly most: number } | undefined;
  /** What was left open and was taken, for people. */
  readonly #assumed = new Set<string>();
  #incomplete = 0;
  #invalid = 0;
  #cutShort = 0;
  #firstCut: Diagnostic | undefined;

  /** @param steps of a sample */
  constructor(dtUs: number, steps: number, beginsAtZero = false) {
    this.#dtUs = dtUs;
    this.beginsAtZero = beginsAtZero;
    this.steps = steps;
  }

  /** Takes what the reader of a recording found out, behind its last event. */
  close({ incomplete, invalid, cutShort }: EventSource): void {
    this.recordings++;
    this.#incomplete += incomplete;
    this.#invalid += invalid;
    if (cutShort === undefined) return;
    this.#cutShort++;
    this.#firstCut ??= cutShort;
  }

  /** Takes the steps of a sample that ends with its last event. */
  end(steps: number): void {
    const { least = steps, sum = 0, most = steps } = this.#ended ?? {};
    this.#ended = { least: Math.min(least, steps), sum: sum + steps, most: Math.max(most, steps) };
  }

  /** Takes what {@link EventPlaces.elementOf} said of an event; returns whether it becomes input. */
  place(element: number): boolean {
    if (element === OUTSIDE) this.outsideFrame++;
    else if (element === OTHER_POLARITY) this.otherPolarity++;
    else {
      this.used++;
      return true;
    }
    return false;
  }

  /** Each thing once, and not more than a person reads. */
  assume(said: readonly string[]): void {
    for (const text of said) if (this.#assumed.size < MOST_ASSUMED) this.#assumed.add(text);
  }

  /** @param asked undefined where what was taken was not asked for */
  assumePolarity(asked: Polarity | undefined, taken: Polarity | undefined): void {
    if (asked === undefined && taken !== undefined)
      this.assume([
        taken === 'merge'
          ? 'events of both polarities are added up (--polarity)'
          : 'events that became darker are channel 0, brighter ones channel 1 (--polarity)',
      ]);
  }

  get assumed(): readonly string[] {
    return [...this.#assumed];
  }

  record(): EventRecord {
    const { recordings, events, used, outsideTime, outsideFrame, otherPolarity, merged, longestUs } = this;
    return {
      recordings,
      dtUs: this.#dtUs,
      steps: this.steps,
      longestUs,
      events,
      used,
      outsideTime,
      outsideFrame,
      otherPolarity,
      merged,
      incomplete: this.#incomplete,
      invalid: this.#invalid,
      cutShort: this.#cutShort,
      ...(this.#ended && { ended: this.#ended }),
    };
  }

  /** What is to be warned of. */
  faults(): Diagnostic[] {
    const { events, outsideTime, outsideFrame } = this;
    const found: Diagnostic[] = [];
    if (this.#firstCut !== undefined)
      found.push(
        this.#cutShort === 1
          ? this.#firstCut
          : { ...this.#firstCut, message: `${this.#firstCut.message}; so it is with ${this.#cutShort} recordings` },
      );
    if (outsideTime + outsideFrame > MAY_MISS * events) {
      const percent = (part: number): string => `${((100 * part) / events).toFixed(1)} %`;
      found.push(
        diagnostic(
          'W0705',
          `of ${events} events, ${percent(outsideTime)} lie outside of the time of the steps (${this.steps} of ${this.#dtUs} µs; the longest recording lasts ${Math.round(this.longestUs)} µs), and ${percent(outsideFrame)} outside of the pixels of the input`,
          undefined,
          'read them as the network was trained: --dt and --from for the time, --crop, --downsample and --axes for the pixels',
        ),
      );
    }
    return found;
  }
}
