/** A progress bar on stderr, where that is a terminal; nothing elsewhere. */
import { formatCount, plural } from '../../report/format.ts';
import { type Io, styleOf } from './io.ts';

export interface Progress {
  /** @param total undefined where it is not known */
  update(done: number, total: number | undefined): void;
  /** Removes the bar. Can be called more than once. */
  stop(): void;
}

const SILENT: Progress = { update: () => undefined, stop: () => undefined };

const WIDEST_BAR = 30;
const NARROWEST_BAR = 5;
/** Before so many seconds have passed, a rate says little. */
const SETTLED_SECONDS = 1;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * @param title what is done
 * @param unit of what is counted, in the plural
 */
export async function startProgress(io: Io, title: string, unit: string): Promise<Progress> {
  const { stream, isTTY } = io.stderr;
  if (!isTTY || stream === undefined) return SILENT;
  const { SingleBar } = (await import('cli-progress')).default;
  let began: { readonly at: number; readonly done: number } | undefined;
  let total: number | undefined;
  const bar = new SingleBar({
    stream,
    format: (_options, _params, { done, seconds }: { done: number; seconds: number }) =>
      progressLine({ title, unit, done, total, seconds, since: began?.done ?? 0 }, styleOf(io.stderr, io).width),
    // A program that is ended in the middle must leave the terminal as it was.
    hideCursor: null,
    linewrap: true,
    clearOnComplete: true,
    gracefulExit: false,
  });
  return {
    update(done, of) {
      total = of;
      const isFirst = began === undefined;
      began ??= { at: io.now(), done };
      const payload = { done, seconds: io.now() - began.at };
      if (isFirst) bar.start(of ?? done, done, payload);
      else bar.setTotal(of ?? done);
      bar.update(done, payload);
    },
    stop() {
      if (began !== undefined) bar.stop();
      began = undefined;
    },
  };
}

interface Position {
  readonly title: string;
  readonly unit: string;
  readonly done: number;
  readonly total: number | undefined;
  /** Since the bar was first shown. */
  readonly seconds: number;
  /** What was done then. */
  readonly since: number;
}

/**
 * The line of a bar: how much is done, how many a second, and how long what is left takes at this rate. What is not known yet is
 * not said.
 *
 * @param width columns that the line may take
 */
export function progressLine({ title, unit, done, total, seconds, since }: Position, width: number): string {
  const rate = seconds >= SETTLED_SECONDS && done > since ? (done - since) / seconds : undefined;
  const left = rate === undefined || total === undefined || total < done ? undefined : (total - done) / rate;
  const parts = [
    `${formatCount(done)}${total === undefined ? '' : `/${formatCount(total)}`} ${unit}`,
    ...(rate === undefined ? [] : [rateText(rate)]),
    ...(left === undefined ? [] : [`${durationText(left)} left`]),
  ];
  const text = parts.join(', ');
  // The last column stays free: a character there makes some terminals go on to the next line.
  const room = Math.min(WIDEST_BAR, width - 1 - title.length - text.length - 2);
  if (total === undefined || room < NARROWEST_BAR) return `${title} ${text}`.slice(0, width - 1);
  const full = total === 0 ? room : Math.min(room, Math.floor((room * done) / total));
  return `${title} ${'█'.repeat(full)}${'░'.repeat(room - full)} ${text}`;
}

/** What is slower than one a second is said by the minute or hour. */
export function rateText(perSecond: number): string {
  if (perSecond >= 1) return `${perSecond >= 100 ? formatCount(Math.round(perSecond)) : perSecond.toPrecision(2)}/s`;
  const [each, name] = perSecond * MINUTE >= 1 ? [MINUTE, 'min'] : [HOUR, 'h'];
  return `${(perSecond * each).toPrecision(2)}/${name}`;
}

function durationText(seconds: number): string {
  if (seconds < MINUTE) return `${Math.ceil(seconds)} s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min ${Math.floor(seconds % MINUTE)} s`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h ${Math.floor((seconds % HOUR) / MINUTE)} min`;
  return plural(Math.round(seconds / DAY), 'day');
}
