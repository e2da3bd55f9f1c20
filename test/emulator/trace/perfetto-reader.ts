/** Checks a document against the Trace Event Format (JSON object form) and hands out its events. */

export interface Slice {
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Nanoseconds, as a viewer reads them: microseconds times 1000, cut off. */
  readonly start: number;
  readonly end: number;
}

export interface TraceDocument {
  readonly slices: readonly Slice[];
  readonly counters: readonly { readonly name: string; readonly ts: number; readonly flits: number }[];
  /** By process and thread. */
  readonly names: ReadonlyMap<string, string>;
  readonly events: number;
}

type Event = Readonly<Record<string, unknown>>;

export function readTrace(text: string): TraceDocument {
  const document = JSON.parse(text) as { displayTimeUnit: string; traceEvents: Event[] };
  if (document.displayTimeUnit !== 'ns') throw new Error('displayTimeUnit');
  const slices: Slice[] = [];
  const counters: { name: string; ts: number; flits: number }[] = [];
  const names = new Map<string, string>();
  for (const event of document.traceEvents) {
    const { ph, pid, tid, ts, name } = event;
    const args = event.args as Readonly<Record<string, unknown>>;
    if (![pid, tid, ts].every((value) => typeof value === 'number' && value >= 0) || typeof name !== 'string')
      throw new Error(`incomplete: ${JSON.stringify(event)}`);
    const [process, thread] = [pid as number, tid as number];
    if (ph === 'X') slices.push({ pid: process, tid: thread, name, args, ...spanOf(event) });
    else if (ph === 'C') {
      if (!Object.values(args).every((value) => Number.isFinite(value))) throw new Error('a counter is no number');
      counters.push({ name, ts: ts as number, flits: args.flits as number });
    } else if (ph === 'M') {
      if (name === 'thread_name') names.set(`${process}/${thread}`, args.name as string);
      if (name === 'process_name') names.set(`${process}`, args.name as string);
    } else throw new Error(`phase ${String(ph)}`);
  }
  return { slices, counters, names, events: document.traceEvents.length };
}

function spanOf({ ts, dur }: Event): { start: number; end: number } {
  if (typeof dur !== 'number' || !(dur >= 0)) throw new Error('a slice without duration');
  const start = Math.trunc((ts as number) * 1000);
  return { start, end: start + Math.trunc(dur * 1000) };
}

/** Slices that overlap another one of their thread without lying in it. */
export function misnested(slices: readonly Slice[]): Slice[] {
  const faults: Slice[] = [];
  const threads = new Map<string, Slice[]>();
  for (const slice of slices) {
    const key = `${slice.pid}/${slice.tid}`;
    threads.set(key, [...(threads.get(key) ?? []), slice]);
  }
  for (const thread of threads.values()) {
    const open: Slice[] = [];
    for (const slice of thread.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
      while (open.length > 0 && open.at(-1)!.end <= slice.start) open.pop();
      if (open.length > 0 && slice.end > open.at(-1)!.end) faults.push(slice);
      open.push(slice);
    }
  }
  return faults;
}
