/** What the formats of Prophesee have in common: a header of lines that begin with a percent sign. */
import type { ByteStream } from '../../../library/data/bytes.ts';
import type { Sensor } from '../event-block.ts';
import type { EventSource } from '../event-source.ts';
import { readHeaderLines } from '../text-header.ts';

/** A line is a mark, a blank and text; without the blank it could be an event. */
const MARK = '% ';

/** The lines before the events. */
export const readPercentLines = (source: EventSource, stream: ByteStream): Promise<string[]> =>
  readHeaderLines(source, stream, MARK, (line) => line === '% end');

/** The lines of the header among the first bytes of a file. */
export function percentLines(head: Uint8Array): string[] {
  const lines = Buffer.from(head).toString('latin1').split('\n');
  const end = lines.findIndex((line) => !line.startsWith(MARK));
  return end < 0 ? lines : lines.slice(0, end);
}

/** Whether lines say that words of an encoding follow: `% evt 3.0` or `% format EVT3;…`. */
export const saysEvt = (lines: readonly string[], version: number): boolean =>
  lines.some((line) => new RegExp(`^% (evt ${version}\\.\\d|format EVT${version}(;|\\s|$))`).test(line));

/** Size of the sensor, where the header tells: `% geometry 640x480`, `;width=640;height=480`, `% Width 640`. */
export function sensorOf(lines: readonly string[]): Sensor | undefined {
  const text = lines.join('\n');
  const pair = /^% geometry (\d{1,5})x(\d{1,5})/m.exec(text);
  const width = pair?.[1] ?? /(?:^% Width |;width=)(\d{1,5})/m.exec(text)?.[1];
  const height = pair?.[2] ?? /(?:^% Height |;height=)(\d{1,5})/m.exec(text)?.[1];
  if (width === undefined || height === undefined || Number(width) < 1 || Number(height) < 1) return undefined;
  return { width: Number(width), height: Number(height) };
}
