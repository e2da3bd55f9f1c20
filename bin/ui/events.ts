/** Recordings of events as the commands take them: what was asked for, and what is said of it. */
import { type Chip, fail, leastSteps, type RunRecord, type Sample } from '../../isa/index.ts';
import type { Dataset, EventRequest, Layout } from '../data/index.ts';
import type { EventAccount } from '../events/account.ts';
import { US_PER_SECOND } from '../events/columns.ts';
import type { AxisChange, Crop, End, EventOptions, EventValue, Polarity } from '../events/options.ts';
import type { EventFormatName } from '../events/formats/index.ts';
import type { Sensor } from '../events/event-block.ts';
import { dataOf, openData, readSamples } from './data.ts';
import { codingFor, encoded, type EncodeValues } from './encoding.ts';
import type { Io } from './io.ts';
import { printDiagnostics, printNote } from './messages.ts';

/** Values of the options on events. */
export interface EventValues {
  readonly 'event-format': EventFormatName | undefined;
  readonly dt: number | undefined;
  readonly from: number | undefined;
  readonly polarity: Polarity | undefined;
  readonly bins: EventValue | undefined;
  readonly axes: readonly AxisChange[] | undefined;
  readonly sensor: Sensor | undefined;
  readonly crop: Crop | undefined;
  readonly downsample: number;
  /** Of commands that run inferences. */
  readonly until?: End | undefined;
}

/** A build has steps of the network too, which are --dt there. */
type StepOption = 'dt' | 'event-dt';

const STANDARD_DT_SECONDS = 0.001;

export function eventOptions(values: EventValues): EventOptions {
  const { dt = STANDARD_DT_SECONDS, from, polarity, bins = 'count', axes = [], sensor, crop, downsample } = values;
  return {
    format: values['event-format'],
    // What has so many decimal digits of a second shall be whole microseconds.
    dtUs: Number((dt * US_PER_SECOND).toPrecision(15)),
    fromUs: from === undefined ? 'first event' : Number((from * US_PER_SECOND).toPrecision(15)),
    polarity,
    values: bins,
    ...{ axes, sensor, crop, downsample },
  };
}

/** What opens recordings of events. @param chip that runs them, if one does */
const eventRequest = (values: EventValues, { signal }: Io, chip?: Chip): EventRequest => ({
  options: {
    ...eventOptions(values),
    ...(chip && values.until === 'last-event' && { leastSteps: leastSteps(chip) }),
  },
  signal,
});

const EVENT_NAMES = ['dt', 'from', 'polarity', 'bins', 'axes', 'crop', 'sensor', 'event-format', 'until'] as const;

const LEAVE_OUT = 'leave the option out';

const eventOptionIn = (values: EventValues): string | undefined =>
  EVENT_NAMES.find((name) => values[name] !== undefined) ?? (values.downsample > 1 ? 'downsample' : undefined);

/**
 * Refuses what would be accepted and do nothing.
 *
 * @param dt what the length of a step is asked for with
 * @throws DiagnosticError E0107
 */
export function refuseEventOptions(values: EventValues, data: string, dt: StepOption = 'dt'): undefined {
  const asked = eventOptionIn(values);
  if (asked !== undefined)
    fail(
      'E0107',
      `--${asked === 'dt' ? dt : asked} is about recordings of events; the data are ${data}`,
      undefined,
      LEAVE_OUT,
    );
}

interface DataValues extends EventValues, EncodeValues {
  readonly layout: Layout | undefined;
}

/**
 * Opens data for a chip, recordings of events among them, and says what is assumed.
 *
 * @param spec as the user gave it, without `#i`
 * @throws DiagnosticError E0107 for options that would do nothing; E0101, E06xx
 */
export async function openChipData(
  io: Io,
  spec: string,
  chip: Chip,
  values: DataValues & {
    readonly labels?: string | undefined;
    readonly targets?: string | undefined;
    /** Numbers that targets have for a sample; those of the chip if absent. */
    readonly outputs?: number;
  },
): Promise<Dataset> {
  const { labels, targets, layout, outputs } = values;
  const coding = codingFor(chip, values);
  const asked = {
    ...dataOf(chip),
    ...(outputs !== undefined && { outputs }),
    ...{ labels, targets, layout },
  };
  if (coding !== undefined) {
    const data = await openData(io, spec, { ...asked, shape: chip.input.shape });
    checkDataOptions(values, data);
    return encoded(data, coding, chip, values, io);
  }
  const data = await openData(io, spec, { ...asked, events: eventRequest(values, io, chip) });
  checkDataOptions(values, data);
  if (data.events !== undefined) noteDefaults(values, data.events.beginsAtZero, io);
  return data;
}

/** Values of the options on calibration data. */
export interface CalibrationValues extends Omit<DataValues, 'dt' | keyof EncodeValues> {
  readonly 'event-dt': number | undefined;
}

/**
 * Samples for a build, recordings of events among them where the network takes input in steps.
 *
 * @param shape of a sample: [channels, height, width], with the steps before them
 * @throws DiagnosticError E0107 for options that would do nothing; E0101, E06xx
 */
export async function* calibrationSamples(
  io: Io,
  spec: string,
  shape: readonly number[],
  values: CalibrationValues,
): AsyncGenerator<Sample> {
  const { layout, 'event-dt': dt } = values;
  const asked = { ...values, dt };
  const events = shape.length > 3 ? eventRequest(asked, io) : undefined;
  const data = await openData(io, spec, { shape, layout, ...(events && { events }) });
  if (data.events === undefined) refuseEventOptions(asked, 'none', 'event-dt');
  else {
    checkDataOptions(asked, data);
    noteDefaults(asked, data.events.beginsAtZero, io, 'event-dt');
  }
  try {
    yield* readSamples(io, data);
  } finally {
    tellEvents(data.events, io);
  }
}

/** What is refused where nothing is calibrated. @throws DiagnosticError E0107 */
export function refuseCalibrationOptions(values: CalibrationValues): void {
  const asked = eventOptionIn({ ...values, dt: values['event-dt'] }) ?? (values.layout && 'layout');
  if (asked !== undefined)
    fail(
      'E0107',
      `--${asked === 'dt' ? 'event-dt' : asked} has no meaning without --calibrate`,
      undefined,
      'add --calibrate',
    );
}

/** The same of all options on data. @throws DiagnosticError E0107 */
function checkDataOptions(values: Omit<DataValues, keyof EncodeValues>, { events }: Pick<Dataset, 'events'>): void {
  if (events === undefined) refuseEventOptions(values, 'none');
  else if (values.layout !== undefined)
    fail('E0107', '--layout is about stored arrays; the data are recordings of events', undefined, LEAVE_OUT);
}

/** Refuses what is told of inferences that all have as many steps. @throws DiagnosticError E0107 */
export function refuseEqualSteps(values: {
  readonly until?: End | undefined;
  readonly curve?: boolean;
  readonly neurobench?: string | undefined;
  readonly probe?: readonly unknown[] | undefined;
}): void {
  const { until, curve, neurobench, probe } = values;
  const asked = { curve: curve === true, neurobench: neurobench !== undefined, probe: (probe?.length ?? 0) > 0 };
  const [name] = Object.entries(asked).find(([, isAsked]) => isAsked) ?? [];
  if (until === 'last-event' && name !== undefined)
    fail(
      'E0107',
      `--${name} tells of inferences that all have the steps of the chip, and with --until last-event they have fewer`,
      undefined,
      'leave one of the two out',
    );
}

/** The same where no data are read. @throws DiagnosticError E0107 */
export function refuseDataOptions(values: DataValues & { readonly labels: string | undefined }): void {
  const asked =
    eventOptionIn(values) ??
    (['layout', 'labels', 'encode', 'encode-max', 'encode-seed'] as const).find((name) => values[name] !== undefined);
  if (asked !== undefined)
    fail('E0107', `--${asked} has no meaning without --input`, undefined, 'name the data with --input');
}

/** Says what was not asked for and was taken, before a run. */
export function noteDefaults(
  { dt, from, bins }: EventValues,
  beginsAtZero: boolean,
  io: Io,
  stepOption: StepOption = 'dt',
): void {
  const taken = [
    ...(dt === undefined ? [`steps last 1 ms (--${stepOption})`] : []),
    ...(from === undefined ? [`the first one begins at ${beginsAtZero ? '0' : 'the first event'} (--from)`] : []),
    ...(bins === undefined ? ['each has the number of its events (--bins)'] : []),
  ];
  if (taken.length > 0) printNote(`of recordings of events is assumed: ${taken.join(', ')}`, io);
}

type DataRecord = Pick<RunRecord, 'events' | 'encoding'>;

/** What a run record says of how the data became input. */
export const recordOfData = ({ events, encoding }: Dataset): DataRecord => ({
  ...(events && { events: events.record() }),
  ...(encoding && { encoding: encoding.record() }),
});

/** The record with it; rates are those of the steps that were run. */
export function withData(record: RunRecord, data: DataRecord, { window, input }: Chip): RunRecord {
  const { ended } = data.events ?? {};
  if (ended === undefined) return { ...record, ...data };
  const steps = ended.sum + (window - (input.ticks ?? 1)) * record.inferences;
  const perLayer = record.perLayer.map((layer) => ({ ...layer, rate: layer.spikes / (layer.neurons * steps) }));
  return { ...record, perLayer, ...data };
}

/** Warns of what became of data, behind a run. */
export function tellData({ events, encoding }: Pick<Dataset, 'events' | 'encoding'>, io: Io): void {
  tellEvents(events, io);
  if (encoding !== undefined) printDiagnostics(encoding.faults(), io);
}

/** Says what recordings left open, and warns of what misses the input, behind a run. */
export function tellEvents(events: EventAccount | undefined, io: Io): void {
  if (events === undefined) return;
  for (const text of events.assumed) printNote(text, io);
  printDiagnostics(events.faults(), io);
}
