/** Where the text of a trace goes, and how far it got. */

/** Takes the text in order, chunk by chunk. */
export type TextSink = (chunk: string) => void;

/** Characters that are gathered before they are handed on. */
export const CHUNK_CHARACTERS = 1 << 16;

/** Gathers small pieces of text into chunks. */
export class ChunkedText {
  readonly #sink: TextSink;
  #text = '';

  constructor(sink: TextSink) {
    this.#sink = sink;
  }

  write(text: string): void {
    this.#text += text;
    if (this.#text.length >= CHUNK_CHARACTERS) this.flush();
  }

  flush(): void {
    if (this.#text === '') return;
    this.#sink(this.#text);
    this.#text = '';
  }
}

/** What a trace holds, and what its limit kept out of it. */
export interface TraceSummary {
  /** Events of a Perfetto trace, value changes of a VCD. */
  readonly events: number;
  /** Phases that were chosen: reset, input, ticks and read-out of all inferences. */
  readonly phases: number;
  /** How many of them are not, or not wholly, in the trace. */
  readonly phasesLeftOut: number;
  /** Where the limit was reached; absent where it was not. */
  readonly cut?: { readonly inference: number; readonly phase: string };
}

/** Keeps the account of a trace: its place in time, its events and its limit. Inferences follow each other without a gap. */
export class TraceProgress {
  /** Cycle of the run at which the phase at hand begins. */
  now = 0;
  /** Inferences so far, minus one. */
  inference = -1;
  events = 0;
  readonly #limit: number;
  #phase = 'reset';
  #inPhase = false;
  #phases = 0;
  #phasesLeftOut = 0;
  #cut: TraceSummary['cut'];

  /** @param limit of events, 1 or more */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A chosen phase begins. */
  enter(phase: string): void {
    this.#phase = phase;
    this.#inPhase = true;
    this.#phases++;
    if (this.isCut) this.#phasesLeftOut++;
  }

  /** What belongs to the phase has been told. */
  leave(): void {
    this.#inPhase = false;
  }

  /** @returns whether there is room for so many more events */
  hasRoom(events = 1): boolean {
    return !this.isCut && this.events + events <= this.#limit;
  }

  /** The limit is reached in the phase at hand. */
  cut(): void {
    if (this.isCut) return;
    this.#cut = { inference: Math.max(0, this.inference), phase: this.#phase };
    if (this.#inPhase) this.#phasesLeftOut++;
  }

  get isCut(): boolean {
    return this.#cut !== undefined;
  }

  summary(): TraceSummary {
    const { events } = this;
    const cut = this.#cut;
    return { events, phases: this.#phases, phasesLeftOut: this.#phasesLeftOut, ...(cut && { cut }) };
  }
}
