/** A progress bar on stderr, where that is a terminal; nothing elsewhere. */
import type { Io } from './io.ts';

export interface Progress {
  /** @param total undefined where it is not known */
  update(done: number, total: number | undefined): void;
  /** Removes the bar. Can be called more than once. */
  stop(): void;
}

const SILENT: Progress = { update: () => undefined, stop: () => undefined };

export async function startProgress(io: Io, title: string, unit: string): Promise<Progress> {
  const { stream, isTTY } = io.stderr;
  if (!isTTY || stream === undefined) return SILENT;
  const { SingleBar } = (await import('cli-progress')).default;
  const bar = new SingleBar({
    stream,
    format: `${title} {bar} {value}/{total} ${unit}, {eta_formatted} left`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    // A program that is ended in the middle must leave the terminal as it was.
    hideCursor: null,
    linewrap: true,
    clearOnComplete: true,
    gracefulExit: false,
  });
  let running = false;
  return {
    update(done, total) {
      const end = total ?? done;
      if (!running) bar.start(end, done);
      else bar.setTotal(end);
      running = true;
      bar.update(done);
    },
    stop() {
      if (running) bar.stop();
      running = false;
    },
  };
}
