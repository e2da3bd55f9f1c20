/** `snnemu stream` */
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ChipStream, type KernelKind, type StreamEnd, type StreamEvent } from '../../emulator/index.ts';
import { DiagnosticError, ENDLESS_TICKS, fail, type StreamRecord } from '../../isa/index.ts';
import { PATIENCE_SECONDS } from '../../library/interruptible.ts';
import { streamRecordOf } from '../../library/stream-record.ts';
import { plural, renderStreamText, wrapText } from '../../report/index.ts';
import { EventAccount } from '../events/account.ts';
import { openRecording } from '../events/index.ts';
import { type PayloadLoss, tickEvents } from '../events/steps.ts';
import { type ChipFile, readChipFile } from '../ui/chip-file.ts';
import { type EventValues, refuseEventOptions, tellEvents } from '../ui/events.ts';
import { type EventLine, readEventLines } from '../ui/event-lines.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import { checkOutputs } from '../ui/files.ts';
import { type Io, styleOf } from '../ui/io.ts';
import { printNote } from '../ui/messages.ts';
import { isJsonOnStdout, outputPaths, publish } from '../ui/results.ts';
import { StagedFile } from '../ui/staged-file.ts';
import { streamRecording, type StreamRecording } from '../ui/stream-recording.ts';

export interface StreamValues extends EventValues {
  readonly chip: string;
  readonly events: string | undefined;
  readonly ticks: number | undefined;
  readonly output: string | undefined;
  readonly json: string | undefined;
  readonly timing: 'cycle' | 'none';
  readonly kernel: KernelKind;
}

/** Text is handed on in pieces of about so many characters. */
const PIECE = 2 ** 16;

export async function stream(values: StreamValues, io: Io): Promise<ExitCode> {
  const { chip: path, events, ticks, output, json, timing, kernel } = values;
  if (events === undefined && ticks === undefined)
    fail('E0103', 'neither --events nor --ticks says how long to run', undefined, 'add one of them');
  if (output === undefined && isJsonOnStdout(json))
    fail(
      'E0103',
      '--json: spikes and record would both go to stdout',
      undefined,
      'add -o for the spikes, or a file for the record',
    );
  const outputs = outputPaths(json, ...(output === undefined ? [] : [output]));
  await checkOutputs(io, outputs, [path, ...(events === undefined ? [] : [events])]);
  const chipFile = await readChipFile(io, path);
  const running = new ChipStream(chipFile.chip, { timing, kernels: kernel });
  const file = output === undefined ? undefined : await StagedFile.open(io, output);
  try {
    const recording =
      events === undefined ? refuseEventOptions(values, 'none') : await streamRecording(io, events, values);
    const session = new Session(io, running, { source: events, recording }, file);
    await session.run(ticks);
    const record = recordOf(session, chipFile, values, io);
    const files = file === undefined ? [] : [await file.finish()];
    const text = renderStreamText(record);
    // Spikes have stdout for themselves.
    await publish(io, { json, record: () => record, text: () => (file === undefined ? '' : text), files });
    if (file === undefined) io.stderr.write(wrapText(text, styleOf(io.stderr, io)));
    tellEvents(session.account, io);
    return EXIT.done;
  } finally {
    await file?.discard();
  }
}

/** A stream that runs: events come in line by line, spikes go out. */
class Session {
  readonly stream: ChipStream;
  readonly #io: Io;
  readonly #source: string | undefined;
  readonly #recording: StreamRecording | undefined;
  /** Only of a recording. */
  readonly account: EventAccount | undefined;
  readonly loss: PayloadLoss = { limited: 0, roundedToZero: 0 };
  readonly #file: StagedFile | undefined;
  /** Of the next tick. */
  #events: StreamEvent[] = [];
  #text = '';
  #last: number;
  events = 0;
  spikes = 0;
  seconds = 0;
  end: StreamEnd | undefined;

  constructor(
    io: Io,
    running: ChipStream,
    { source, recording }: { readonly source: string | undefined; readonly recording: StreamRecording | undefined },
    file: StagedFile | undefined,
  ) {
    this.#io = io;
    this.stream = running;
    this.#source = source;
    this.#recording = recording;
    this.account = recording && new EventAccount(recording.options.dtUs, 0);
    this.#file = file;
    this.#last = io.now();
  }

  /** @param most ticks; undefined: up to the last one with an event */
  async run(most: number | undefined): Promise<void> {
    const start = this.#io.now();
    if (this.#recording !== undefined && this.account !== undefined)
      await this.#followRecording(this.#recording, this.account, most ?? Infinity);
    else if (this.#source !== undefined) await this.#follow(this.#source, most ?? Infinity);
    await this.#advance(most ?? this.stream.tick + Number(this.#events.length > 0));
    await this.#flush();
    this.seconds = this.#io.now() - start;
    this.end = this.stream.reset();
  }

  /** Takes all lines, or those of the ticks that are run. */
  async #follow(source: string, most: number): Promise<void> {
    for await (const lines of readEventLines(this.#io, source)) {
      for (const line of lines) {
        if (line.tick >= most) {
          printNote(
            `line ${line.line} names tick ${line.tick}: what follows is not read, since ${plural(most, 'tick')} are run`,
            this.#io,
          );
          return;
        }
        if (line.tick >= ENDLESS_TICKS)
          fail(
            'E0709',
            `tick ${line.tick}; ticks are counted from the reset up to ${ENDLESS_TICKS - 1}`,
            { file: source, line: line.line },
            'end the stream before, and begin another one',
          );
        if (line.tick > this.stream.tick) await this.#advance(line.tick);
        this.#take(line);
      }
      // Whoever feeds the stream may wait for the answer before going on.
      await this.#flush();
    }
  }

  /** Takes the whole recording, or what comes in the ticks that are run. */
  async #followRecording(
    { path, options, format, pipe }: StreamRecording,
    account: EventAccount,
    most: number,
  ): Promise<void> {
    const { chip } = this.stream;
    const recording = await openRecording(path, format, pipe);
    const told = { account, loss: this.loss, signal: this.#io.signal };
    try {
      for await (const { tick, events } of tickEvents(recording, chip, options, told)) {
        if (tick >= most) {
          printNote(`the recording goes on: what follows is not read, since ${plural(most, 'tick')} are run`, this.#io);
          return;
        }
        if (tick >= ENDLESS_TICKS)
          fail('E0709', `tick ${tick}; ticks are counted from the reset up to ${ENDLESS_TICKS - 1}`, { file: path });
        await this.#advance(tick);
        this.#events = [...events];
        this.events += events.length;
        // Whoever feeds a pipe may wait for the answer before going on.
        if (pipe !== undefined) await this.#flush();
      }
    } finally {
      await recording.source.close();
    }
  }

  #take({ line, element, payload }: EventLine): void {
    if (element === undefined) return;
    const { shape } = this.stream.chip.input;
    const most = shape[0] * shape[1] * shape[2];
    if (this.#events.length === most)
      fail(
        'E0708',
        `more than ${most} events in tick ${this.stream.tick}, for an input of ${most}`,
        { ...(this.#source !== undefined && { file: this.#source }), line },
        'an element has one event in a tick',
      );
    this.#events.push({ element, payload, line });
    this.events++;
  }

  /** Runs ticks until it is this one's turn. */
  async #advance(tick: number): Promise<void> {
    while (this.stream.tick < tick) {
      this.#step();
      if (this.#text.length >= PIECE) await this.#flush();
      if (this.#io.now() - this.#last < PATIENCE_SECONDS) continue;
      await nextTurn();
      this.#io.signal.throwIfAborted();
      this.#last = this.#io.now();
    }
  }

  #step(): void {
    const { tick } = this.stream;
    for (const element of this.#stepped()) {
      this.#text += `${tick} ${element}\n`;
      this.spikes++;
    }
    if (this.#events.length > 0) this.#events = [];
  }

  #stepped(): readonly number[] {
    try {
      return this.stream.step(this.#events);
    } catch (error) {
      if (!(error instanceof DiagnosticError) || this.#source === undefined) throw error;
      const file = this.#source;
      throw new DiagnosticError(error.diagnostics.map((found) => ({ ...found, place: { file, ...found.place } })));
    }
  }

  async #flush(): Promise<void> {
    if (this.#text === '') return;
    const text = this.#text;
    this.#text = '';
    if (this.#file !== undefined) {
      this.#file.append(text);
      return;
    }
    const { stdout } = this.#io;
    stdout.write(text);
    // A reader that is slower than the chip holds it up, so that nothing piles up.
    if (stdout.stream?.writableNeedDrain === true) await once(stdout.stream, 'drain', { signal: this.#io.signal });
  }
}

/** The account of a stream that has ended. */
function recordOf(session: Session, chip: ChipFile, { chip: file, timing }: StreamValues, io: Io): StreamRecord {
  const { stream: running, end, events, spikes, seconds, account, loss } = session;
  if (account !== undefined) account.steps = Math.ceil((end?.ticks ?? 0) / (running.chip.input.stepTicks ?? 1));
  return streamRecordOf(
    { ...chip, name: file },
    running,
    end,
    {
      tool: `snnemu ${io.version}`,
      ...{ events, spikes },
      ...(account && { recording: { ...account.record(), ...loss } }),
      host: { seconds, peakRssBytes: io.peakRssBytes() },
    },
    timing,
  );
}
