/** Chips without an end, fed as events come. */
import { platform } from '#platform';
import type { EmulatorOptions } from '../emulator/emulator.ts';
import { ChipStream, type StreamEvent } from '../emulator/stream.ts';
import { ENDLESS_TICKS, fail, type StreamRecord } from '../isa/index.ts';
import type { OpenChip } from './open.ts';
import { PATIENCE_SECONDS } from './interruptible.ts';
import { streamRecordOf } from './stream-record.ts';

/** All events of a tick; without any it says that the tick has come, so that what is under way is run up to it. */
export interface TickEvents {
  /** Counted from the begin of the stream; each one is later than the one before. */
  readonly tick: number;
  readonly events: readonly StreamEvent[];
}

/** A tick in which the output fired. */
export interface TickSpikes {
  readonly tick: number;
  /** Elements of the output, NCHW, ascending. */
  readonly spikes: readonly number[];
}

/** How a stream is run; all may be left out. */
export interface StreamSettings {
  /** `cycle` (if absent): the record has cycles, and their energy; `none` is several times as fast. */
  readonly timing?: 'cycle' | 'none' | undefined;
  /** `wasm` if absent; `ts` is slower and gives the same. */
  readonly kernels?: EmulatorOptions['kernels'];
  /** Ticks that are run, with events or without; if absent, up to the last one that is named. */
  readonly ticks?: number | undefined;
  /** Ends the stream at once, also while it waits for events. */
  readonly signal?: AbortSignal | undefined;
  /** Gets the record that `snnemu stream --json` writes, once the stream has ended by itself. */
  readonly onEnd?: ((record: StreamRecord) => void) | undefined;
  /** Seconds that only grow; `performance.now` if absent. */
  readonly now?: (() => number) | undefined;
}

/**
 * Runs a chip without an end on events as they come. A tick is run as soon as its events are there, and its spikes are given
 * before more events are asked for. Memory does not grow with the stream.
 *
 * @param source ticks that ascend; those between them are run without events
 * @throws DiagnosticError E0707 where the chip has an end, E0708 where ticks do not ascend or an element is none or comes
 *   twice, E0701 for payloads that the chip does not take, E0709 after 2^31 ticks; whatever `signal` was aborted with
 */
export async function* stream(
  file: OpenChip,
  source: Iterable<TickEvents> | AsyncIterable<TickEvents>,
  settings: StreamSettings = {},
): AsyncGenerator<TickSpikes, void> {
  const { timing = 'cycle', kernels, signal, onEnd, now = () => performance.now() / 1000 } = settings;
  const most = settings.ticks ?? Infinity;
  const running = new ChipStream(file.chip, { timing, ...(kernels && { kernels }) });
  const session = new Session(running, signal, now);
  for await (const { tick, events } of untilAborted(source, signal)) {
    if (tick >= most) break;
    requireLater(tick, running.tick);
    yield* session.advance(tick);
    if (events.length > 0) yield* session.step(events);
  }
  if (most < Infinity) yield* session.advance(most);
  const { events, spikes, seconds } = session;
  const host = { seconds, peakRssBytes: 0 };
  const end = running.reset();
  onEnd?.(streamRecordOf(file, running, end, { tool: 'snnc library', events, spikes, host }, timing));
}

/** A stream that runs, and what has come and gone. */
class Session {
  readonly #running: ChipStream;
  readonly #signal: AbortSignal | undefined;
  readonly #now: () => number;
  #last: number;
  events = 0;
  spikes = 0;
  /** Of the ticks, without what the source and the caller took. */
  seconds = 0;

  constructor(running: ChipStream, signal: AbortSignal | undefined, now: () => number) {
    this.#running = running;
    this.#signal = signal;
    this.#now = now;
    this.#last = now();
  }

  /** Runs ticks without events until it is this one's turn. */
  async *advance(tick: number): AsyncGenerator<TickSpikes, void> {
    while (this.#running.tick < tick) {
      yield* this.step([]);
      if (this.#now() - this.#last < PATIENCE_SECONDS) continue;
      await platform.nextTurn();
      this.#signal?.throwIfAborted();
      this.#last = this.#now();
    }
  }

  *step(events: readonly StreamEvent[]): Generator<TickSpikes, void> {
    const { tick } = this.#running;
    const begin = this.#now();
    const fired = this.#running.step(events);
    this.seconds += this.#now() - begin;
    this.events += events.length;
    this.spikes += fired.length;
    if (fired.length > 0) yield { tick, spikes: [...fired] };
  }
}

function requireLater(tick: number, next: number): void {
  if (tick >= ENDLESS_TICKS)
    fail(
      'E0709',
      `tick ${tick}; ticks are counted from the reset up to ${ENDLESS_TICKS - 1}`,
      undefined,
      'end the stream before, and begin another one',
    );
  if (!Number.isInteger(tick) || tick < next)
    fail(
      'E0708',
      `tick ${tick} cannot follow: the stream is at tick ${next}`,
      undefined,
      'give ticks as ascending whole numbers, and all events of a tick together',
    );
}

/** What a source gives, until the signal ends the waiting for it. */
async function* untilAborted<T>(source: Iterable<T> | AsyncIterable<T>, signal?: AbortSignal): AsyncGenerator<T> {
  signal?.throwIfAborted();
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = (): void => reject(signal!.reason as Error);
    signal?.addEventListener('abort', abort, { once: true });
  });
  // Who is aborted between two waits hears of it at the next one.
  aborted.catch(() => undefined);
  const values = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  let isWaiting = false;
  try {
    for (;;) {
      isWaiting = true;
      const next = await Promise.race([aborted, values.next()]);
      isWaiting = false;
      if (next.done === true) return;
      signal?.throwIfAborted();
      yield next.value;
    }
  } finally {
    signal?.removeEventListener('abort', abort!);
    // A source that is asked for the next value ends when it has it; waiting for that could be for ever.
    const closed = values.return?.();
    if (!isWaiting) await closed;
    else Promise.resolve(closed).catch(() => undefined);
  }
}
