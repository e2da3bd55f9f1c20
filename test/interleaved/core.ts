/**
 * A core of spec/isa.md and its sequencer. What it does in a phase is a generator that yields the cycles for which the
 * sequencer is busy with what it has just done; `advance` lets one cycle pass.
 */
import { NO_AXON, NO_TREE, PORT, type CoreImage, type SinkRow } from '../../isa/chip.ts';
import type { EventMnemonic, FieldsOf, Mnemonic, Operation, OperationOf } from '../../isa/ops.ts';
import type { Target } from '../../isa/target.ts';
import { decodeOperation, operationLength } from '../../isa/words.ts';
import type { Counters } from './counters.ts';
import type { Mesh, Packet } from './network.ts';
import { bitsOfVisit, visitedRows } from './synapses.ts';

export type Work = Generator<number, void>;
type Activity = 'integrate' | 'update' | 'stall';

/** Something that works through a phase cycle by cycle and injects at a port: a core, or the host. */
export class Sequencer {
  readonly tile: number;
  readonly port: number;
  /** Cycles of the phase by what they were spent on. */
  spent: Record<Activity, number> = { integrate: 0, update: 0, stall: 0 };
  /** The same without stalls, by the neuron for whose layer they were spent. */
  readonly spentFor = new Map<number, { integrate: number; update: number }>();
  protected activity: Activity = 'update';
  protected workFor = 0;
  readonly #mesh: Mesh;
  #work: Work | undefined;
  #busy = 0;

  constructor(mesh: Mesh, tile: number, port: number) {
    this.#mesh = mesh;
    this.tile = tile;
    this.port = port;
  }

  start(work: Work): void {
    this.#work = work;
    this.#busy = 0;
    this.spent = { integrate: 0, update: 0, stall: 0 };
    this.spentFor.clear();
  }

  /** Lets a cycle pass; false where there is nothing left to do in it. */
  advance(): boolean {
    while (this.#busy === 0) {
      if (this.#work === undefined) return false;
      const { done, value } = this.#work.next();
      if (done === true) this.#work = undefined;
      else this.#busy = value;
    }
    this.#busy--;
    this.spent[this.activity]++;
    if (this.activity === 'stall') return true;
    const share = this.spentFor.get(this.workFor) ?? { integrate: 0, update: 0 };
    share[this.activity]++;
    this.spentFor.set(this.workFor, share);
    return true;
  }

  /** Sends packets in order, one per cycle. */
  *sendAll(packets: readonly Packet[]): Work {
    for (const packet of packets) {
      yield* this.send(packet);
      yield 1;
    }
  }

  /** Stands still until the buffer takes the packet, and injects it. */
  protected *send(packet: Packet): Work {
    const before = this.activity;
    while (!this.#mesh.canInject(this.tile, this.port)) {
      this.activity = 'stall';
      yield 1;
    }
    this.activity = before;
    this.#mesh.inject(this.tile, this.port, packet);
  }
}

/** Axon of the row's group that a source index means; undefined where the packet is dropped. */
function axonOf(row: SinkRow, lists: Uint32Array, i: number): number | undefined {
  if (row.kind === 'list') return lists[row.list + i] === NO_AXON ? undefined : lists[row.list + i];
  const y = Math.floor(i / (row.sourceWidth * row.sourceChannels));
  const x = Math.floor(i / row.sourceChannels) % row.sourceWidth;
  const c = i % row.sourceChannels;
  const ay = Math.floor((y + row.offsetY) / row.divisorY);
  const ax = Math.floor((x + row.offsetX) / row.divisorX);
  const ac = c + row.offsetC;
  const inside = (value: number, size: number): boolean => 0 <= value && value < size;
  if (!inside(ay, row.sizeY) || !inside(ax, row.sizeX) || !inside(ac, row.sizeC)) return undefined;
  return row.base + (ay * row.sizeX + ax) * row.sizeC + ac;
}

/** What a handler executes; WINDOW and END only say what that is. */
type Executed = OperationOf<Exclude<Mnemonic, 'WINDOW' | 'END'>>;

const isSynaptic = (operation: Executed): operation is OperationOf<EventMnemonic> => 'destination' in operation.fields;

export class Core extends Sequencer {
  readonly image: CoreImage;
  /** Neurons that fired in the tick, in the order in which they did. */
  fired: number[] = [];
  /** By first neuron of the instruction: synapses visited by events of payload 1 and of others, and the bits read for both. */
  readonly visits: Readonly<Record<'synops' | 'macs' | 'synapseBitsRead', Uint32Array>>;
  /** Packets heard more than one tick after they were sent. */
  delayed = 0;
  readonly #timing: Target['timing'];
  readonly #counters: Counters;
  readonly #v: Int32Array;
  readonly #i: Int32Array;
  /** V at the end of the last update, or after the reset. */
  readonly #settled: Int32Array;
  /** Payload counters by slot and axon. */
  readonly #slots: readonly Int32Array[];
  readonly #readouts: Packet[] = [];
  /** Instructions by word address, as they were decoded when they were first met. */
  readonly #decoded = new Map<number, Operation>();

  constructor(image: CoreImage, target: Target, mesh: Mesh, counters: Counters) {
    super(mesh, Math.floor(image.core / target.coresPerTile), PORT.LOCAL + (image.core % target.coresPerTile));
    this.image = image;
    this.#timing = target.timing;
    this.#counters = counters;
    const ofNeurons = (): Uint32Array => new Uint32Array(image.neuronCount);
    this.visits = { synops: ofNeurons(), macs: ofNeurons(), synapseBitsRead: ofNeurons() };
    this.#v = new Int32Array(image.neuronCount);
    this.#i = new Int32Array(image.neuronCount);
    this.#settled = new Int32Array(image.neuronCount);
    this.#slots = Array.from({ length: image.delaySlots }, () => new Int32Array(image.axonCount));
  }

  /** A packet that was sent in `tick` is delivered. */
  receive({ tree, index, payload }: Packet, tick: number): void {
    for (const row of this.image.sinks) {
      if (row.tree !== tree) continue;
      const axon = axonOf(row, this.image.sinkLists, index);
      if (axon === undefined) continue;
      this.#slots[(tick + row.delay) % this.#slots.length]![this.image.groups[row.group]!.firstAxon + axon]! += payload;
      if (row.delay > 1) this.delayed++;
    }
  }

  *reset(): Work {
    this.#readouts.length = 0;
    for (const slot of this.#slots) slot.fill(0);
    for (const operation of this.#handler(this.image.resetHandler)) yield* this.#execute(operation);
  }

  *tick(tick: number): Work {
    this.fired = [];
    this.activity = 'integrate';
    const counters = this.#slots[tick % this.#slots.length]!;
    for (let axon = 0; axon < counters.length; axon++) {
      const payload = counters[axon]!;
      if (payload === 0) continue;
      counters[axon] = 0;
      const group = this.image.groups.findLast(({ firstAxon }) => firstAxon <= axon)!;
      const operations = [...this.#handler(group.handler)];
      this.workFor = operations[0]?.fields.first ?? 0;
      yield this.#timing.eventCycles.value;
      for (const operation of operations) {
        if (!isSynaptic(operation)) throw new Error(`${operation.op} in an event handler`);
        yield* this.#integrate(operation, axon - group.firstAxon, payload);
      }
    }
    this.activity = 'update';
    for (const operation of this.#handler(this.image.tickHandler, tick)) yield* this.#execute(operation);
  }

  /** Membrane potential of a neuron. */
  potential(neuron: number): number {
    return this.#v[neuron]!;
  }

  /** Input current of a neuron. */
  current(neuron: number): number {
    return this.#i[neuron]!;
  }

  /** The packets of the READ instructions. */
  readOut(): Work {
    this.#counters.packets += this.#readouts.length;
    return this.sendAll([...this.#readouts]);
  }

  /** Instructions from an address up to END, without those whose window does not hold the tick. */
  *#handler(address: number, tick = 0): Generator<Executed> {
    for (let at = address; ; ) {
      const operation = this.#decode(at);
      if (operation.op === 'END') return;
      at += operationLength(operation.op);
      if (operation.op !== 'WINDOW') yield operation;
      else if (tick < operation.fields.start || tick >= operation.fields.start + operation.fields.length)
        at += operation.fields.skip;
    }
  }

  #decode(at: number): Operation {
    const known = this.#decoded.get(at);
    if (known !== undefined) return known;
    const operation = decodeOperation(this.image.program, at);
    if ('fault' in operation) throw new Error(operation.fault);
    this.#decoded.set(at, operation);
    return operation;
  }

  *#integrate(operation: OperationOf<EventMnemonic>, i: number, payload: number): Work {
    const { lanes, laneCycles } = this.#timing;
    this.workFor = operation.fields.first;
    const into = operation.fields.destination === 0 ? this.#v : this.#i;
    for (const row of visitedRows(this.image, operation, i))
      for (let from = 0; from < row.length; from += lanes) {
        const step = row.slice(from, from + lanes);
        const event = payload === 1 ? 'synops' : 'macs';
        for (const { neuron, weight } of step)
          into[neuron] = into[neuron]! + Math.imul(payload, weight << operation.fields.shift);
        this.visits[event][operation.fields.first]! += step.length;
        this.#counters[event] += step.length;
        const bits = step.length * bitsOfVisit(operation);
        this.visits.synapseBitsRead[operation.fields.first]! += bits;
        this.#counters.synapseBitsRead += bits;
        yield laneCycles.value;
      }
  }

  *#execute(operation: Executed): Work {
    this.workFor = operation.fields.first;
    switch (operation.op) {
      case 'FIRE':
        return yield* this.#fire(operation.fields);
      case 'READ': {
        const { first, count, tree } = operation.fields;
        for (let k = 0; k < count; k++) this.#readouts.push({ tree, index: k, payload: this.#v[first + k]! });
        this.#counters.neuronUpdatesActive += count;
        return;
      }
      case 'BIAS':
        return yield* this.#vector(operation.fields, (neuron, bias) => (this.#v[neuron]! += bias));
      case 'CURRENT':
        return yield* this.#vector(operation.fields, (neuron) => (this.#v[neuron]! += this.#i[neuron]!));
      case 'RESET':
        return yield* this.#vector(operation.fields, (neuron, initial) => {
          this.#v[neuron] = this.#settled[neuron] = initial;
          this.#i[neuron] = 0;
          this.#counters.resets++;
        });
      default:
        throw new Error(`${operation.op} in a tick or reset handler`);
    }
  }

  /** Value of neuron k of a run in the parameters of the instruction. */
  #parameter({ address, period }: { readonly address: number; readonly period: number }, k: number): number {
    return this.image.parameters[address + (k % period)]!;
  }

  *#vector(fields: FieldsOf<'BIAS' | 'CURRENT' | 'RESET'>, change: (neuron: number, parameter: number) => void): Work {
    const { first, count } = fields;
    for (let k = 0; k < count; k++) {
      change(first + k, 'period' in fields ? this.#parameter(fields, k) : 0);
      if ((k + 1) % this.#timing.lanes === 0 || k + 1 === count) yield this.#timing.vectorCycles.value;
    }
  }

  *#fire(fields: FieldsOf<'FIRE'>): Work {
    const { updateLanes, updateActiveCycles, updateIdleCycles } = this.#timing;
    const { first, count, compare, reset, tree, resetValue } = fields;
    for (let from = 0; from < count; from += updateLanes) {
      let spikes = 0;
      let active = false;
      for (let k = from; k < Math.min(count, from + updateLanes); k++) {
        const neuron = first + k;
        const v = this.#v[neuron]!;
        const threshold = this.#parameter(fields, k);
        const fires = compare === 0 ? v >= threshold : v > threshold;
        const changed = fires || v !== this.#settled[neuron];
        this.#counters[changed ? 'neuronUpdatesActive' : 'neuronUpdatesIdle']++;
        active ||= changed;
        if (fires) this.#v[neuron] = reset === 0 ? v - threshold : resetValue;
        this.#settled[neuron] = this.#v[neuron]!;
        if (!fires) continue;
        spikes++;
        this.#counters.spikes++;
        this.fired.push(neuron);
        if (tree !== NO_TREE) {
          yield* this.send({ tree, index: k, payload: 1 });
          this.#counters.packets++;
        }
        yield 1;
      }
      yield Math.max(0, (active ? updateActiveCycles : updateIdleCycles).value - spikes);
    }
  }
}
