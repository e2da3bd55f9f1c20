/** Recordings of events as what a stream is fed with. */
import { stat } from 'node:fs/promises';
import type { Chunks } from '../../library/data/bytes.ts';
import { pipeChunks } from '../data/bytes.ts';
import type { EventFormatName } from '../events/formats/index.ts';
import { eventFormatOf } from '../events/index.ts';
import type { EventOptions } from '../events/options.ts';
import { eventOptions, type EventValues, noteDefaults, refuseEventOptions } from './events.ts';
import { pathOf } from './files.ts';
import type { Io } from './io.ts';

/** A recording that is streamed. */
export interface StreamRecording {
  readonly path: string;
  readonly options: EventOptions;
  readonly format: EventFormatName;
  /** Where it is no regular file. */
  readonly pipe: (() => Chunks) | undefined;
}

/**
 * What is streamed, where that is a recording. Lines of text are those of the stream, unless the name of the file or the
 * option says that they are events of a camera.
 */
export async function streamRecording(
  io: Io,
  events: string,
  values: EventValues,
): Promise<StreamRecording | undefined> {
  const path = pathOf(io, events);
  const asked = values['event-format'];
  const isFile = (await stat(path).catch(() => undefined))?.isFile() === true;
  if (asked === undefined && !isFile) return refuseEventOptions(values, 'lines of the stream');
  const format = asked ?? (await eventFormatOf(path));
  if (format === undefined || (format === 'text' && asked === undefined && !events.toLowerCase().endsWith('.csv')))
    return refuseEventOptions(values, 'lines of the stream');
  noteDefaults(values, format === 'nir', io);
  return { path, options: eventOptions(values), format, pipe: isFile ? undefined : () => pipeChunks(path, io.signal) };
}
