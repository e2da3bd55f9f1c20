/**
 * EventData of NIR: idx and time, [samples, events] each, filled up with −1 and infinity; with the number of neurons as an
 * attribute. They stand at nodes/<node>/observables/<name>, which is called node/name here.
 */
import { readFile } from 'node:fs/promises';
import type { Hdf5Dataset, Hdf5Group } from '../../compiler/read/hdf5/file.ts';
import { DiagnosticError, fail } from '../../isa/index.ts';
import { fileSize } from '../data/bytes.ts';
import { LARGEST_TIME_US, US_PER_SECOND } from './columns.ts';
import { EventBlock, type EventBlocks, type Recording } from './event-block.ts';
import { EventSource, type OpenRecording } from './event-source.ts';

/** The file is read whole. */
const MOST_BYTES = 2 ** 28;
const MOST_NODES = 2000;
const LARGEST_NEURON = 2 ** 26;
const DEEPEST = 16;
/** Groups around nodes and around what was seen of one. */
const FRAMES = ['nodes', 'observables'];
const NAMES_SHOWN = 10;
/** Times are kept to the nanosecond, so that multiples of a step are none just below. */
const NS_PER_SECOND = 1e9;
const NS_PER_US = 1e3;

export interface NirEvents {
  readonly samples: number;
  /** Places of events of a sample. */
  readonly width: number;
  readonly neurons: number;
  /** [samples, width]; −1: no event. */
  readonly indices: Float64Array;
  readonly seconds: Float64Array;
  /** What was chosen and taken, for people. */
  readonly said: readonly string[];
}

/** What a node or an observable of one is called, and what it holds. */
interface Observable {
  readonly path: string;
  readonly group: Hdf5Group;
}

/**
 * @param wanted path of the observable; undefined: the only one, or the only one of a node called input
 * @throws DiagnosticError E0101; E0602 for a damaged file, E0606 for one that holds other data or is too large
 */
export async function readNirEvents(file: string, wanted: string | undefined): Promise<NirEvents> {
  const size = await fileSize(file);
  if (size > MOST_BYTES)
    fail('E0606', `HDF5 files above ${MOST_BYTES} bytes are not read`, { file }, 'write fewer samples');
  const { openHdf5 } = await import('../../compiler/read/hdf5/file.ts');
  const bytes = new Uint8Array(await readFile(file));
  try {
    return eventsOf(openHdf5(bytes), wanted);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const [fault] = error.diagnostics;
    const code = fault?.code === 'E0202' ? 'E0602' : 'E0606';
    return fail(code, fault!.message, { ...fault!.place, file }, fault!.remedy);
  }
}

function eventsOf(root: Hdf5Group, wanted: string | undefined): NirEvents {
  const found = observablesOf(root);
  const chosen = choose(found, wanted);
  const { path, group } = chosen.observable;
  const place = { path };
  if (datasetOf(group, 'value') !== undefined)
    fail('E0606', 'its events carry values', place, 'store their sums per step as .npy: [samples, steps, elements]');
  const [idx, time] = [datasetOf(group, 'idx'), datasetOf(group, 'time')];
  if (idx === undefined || time === undefined)
    return fail(
      'E0606',
      'it holds no events but values in steps',
      place,
      'store them as .npy: [samples, steps, elements]',
    );
  const [samples, width] = idx.shape;
  if (
    idx.shape.length !== 2 ||
    samples === undefined ||
    width === undefined ||
    String(idx.shape) !== String(time.shape)
  )
    return fail(
      'E0602',
      `idx is [${idx.shape.join(', ')}], time [${time.shape.join(', ')}]; both are [samples, events]`,
      place,
    );
  const [neurons = NaN] = group.attribute('n_neurons')?.numbers() ?? [];
  if (!(Number.isInteger(neurons) && neurons >= 1 && neurons <= LARGEST_NEURON))
    fail('E0602', `n_neurons is ${neurons}`, place, 'write the file with nir.write_data');
  const [indices, seconds] = [idx.numbers(), time.numbers()];
  indices.forEach((index, k) => {
    if (!(Number.isInteger(index) && index >= -1 && index < neurons))
      fail('E0602', `event ${k} is of neuron ${index}; there are ${neurons}`, place);
    const isTime = Math.abs(seconds[k]! * US_PER_SECOND) <= LARGEST_TIME_US;
    if (index >= 0 && !isTime) fail('E0602', `event ${k} has the time ${seconds[k]!}`, place);
  });
  return { samples, width, neurons, indices, seconds, said: [...chosen.said, 'times are taken as seconds'] };
}

/** What can be data of nodes, in the order of the file. */
function observablesOf(root: Hdf5Group): Observable[] {
  const found: Observable[] = [];
  let groups = 0;
  const visit = (group: Hdf5Group, path: string, depth: number): void => {
    if (++groups > MOST_NODES || depth > DEEPEST)
      fail('E0606', `more than ${MOST_NODES} groups, or more than ${DEEPEST} levels of them, are not read`);
    if (datasetOf(group, 'idx') !== undefined || datasetOf(group, 'data') !== undefined) found.push({ path, group });
    else
      for (const name of group.names) {
        const member = group.get(name);
        if (member?.kind === 'group')
          visit(member, FRAMES.includes(name) ? path : path === '' ? name : `${path}/${name}`, depth + 1);
      }
  };
  visit(root, '', 0);
  return found;
}

function choose(
  found: readonly Observable[],
  wanted: string | undefined,
): { readonly observable: Observable; readonly said: readonly string[] } {
  if (found.length === 0)
    fail(
      'E0606',
      'the HDF5 file holds no data of nodes',
      {},
      'write events with nir.write_data; a graph is built: `snnc build`',
    );
  const named = found.filter(({ path }) => path === wanted);
  const events = found.filter(({ group }) => datasetOf(group, 'idx') !== undefined);
  const ofInput = events.filter(({ path }) => path.split('/').at(-2) === 'input');
  const candidates = wanted !== undefined ? named : events.length === 1 ? events : found.length === 1 ? found : ofInput;
  const [observable] = candidates;
  if (observable === undefined || candidates.length > 1)
    return fail(
      'E0606',
      `the file holds ${found.length} observables, and none is the one to take: ${found
        .slice(0, NAMES_SHOWN)
        .map(({ path }) => path)
        .join(', ')}`,
      {},
      'name one behind the file: file.h5:node/observable',
    );
  const isChosen = wanted === undefined && found.length > 1;
  return {
    observable,
    said: isChosen ? [`of ${found.length} observables of the file, ${observable.path} is taken`] : [],
  };
}

function datasetOf(group: Hdf5Group, name: string): Hdf5Dataset | undefined {
  const found = group.names.includes(name) ? group.get(name) : undefined;
  return found?.kind === 'dataset' ? found : undefined;
}

/** A sample, its events in the order of their times. */
export function recordingOf({ width, neurons, indices, seconds, said }: NirEvents, sample: number): Recording {
  const order = Uint32Array.from({ length: width }, (_, k) => sample * width + k)
    .filter((k) => indices[k]! >= 0)
    .sort((a, b) => seconds[a]! - seconds[b]! || a - b);
  return { neurons, startUs: 0, assumed: said, blocks: blocks(order, indices, seconds) };
}

// eslint-disable-next-line @typescript-eslint/require-await -- the interface is asynchronous, the events are at hand
async function* blocks(order: Uint32Array, indices: Float64Array, seconds: Float64Array): EventBlocks {
  const block = new EventBlock();
  for (const k of order) {
    block.add(Math.round(seconds[k]! * NS_PER_SECOND) / NS_PER_US, indices[k]!, 0, 1);
    if (block.hasRoom()) continue;
    yield block;
    block.count = 0;
  }
  yield block;
}

/** Reads files of samples; the last one stays at hand, so that it is not read again for each of its samples. */
export class NirDataFiles {
  readonly #wanted: string | undefined;
  #last: { readonly file: string; readonly events: Promise<NirEvents> } | undefined;

  /** @param wanted as of {@link readNirEvents} */
  constructor(wanted: string | undefined) {
    this.#wanted = wanted;
  }

  /** @throws DiagnosticError as {@link readNirEvents} */
  read(file: string): Promise<NirEvents> {
    if (this.#last?.file !== file) this.#last = { file, events: readNirEvents(file, this.#wanted) };
    return this.#last.events;
  }

  async open(file: string, sample: number): Promise<OpenRecording> {
    return { ...recordingOf(await this.read(file), sample), source: new EventSource(file) };
  }
}
