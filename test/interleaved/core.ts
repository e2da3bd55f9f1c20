/** A core of spec/isa.md and its sequencer. */
import { type AxonGroup, NO_TREE, PORT, type CoreImage } from '../../isa/chip.ts';
import type { EventMnemonic, Mnemonic, Operation, OperationOf } from '../../isa/ops.ts';
import type { Target } from '../../isa/target.ts';
import { decodeOperation, operationLength } from '../../isa/words.ts';
import type { Counters } from './counters.ts';
import type { TouchExecution } from './inference.ts';
import type { Mesh, Packet } from './network.ts';
import { Planes } from './planes.ts';
import { Sequencer, type Work } from './sequencer.ts';
import { axonOf } from './sinks.ts';
import { bitsOfVisit, visitedRows } from './synapses.ts';
import { decide, type UpdateMnemonic } from './update.ts';
import { act, type VectorMnemonic } from './vector.ts';

const V = 0;
const I = 1;

/** What a handler executes; WINDOW, EVERY and END only say what that is. */
type Executed = OperationOf<Exclude<Mnemonic, 'WINDOW' | 'EVERY' | 'END'>>;

const isSynaptic = (operation: Executed): operation is OperationOf<EventMnemonic> => 'destination' in operation.fields;

/** Whether a gate lets the instructions behind it be executed in a tick. */
function isOpen({ op, fields }: OperationOf<'WINDOW' | 'EVERY'>, tick: number): boolean {
  const since = tick - fields.start;
  if (since < 0) return false;
  if (op === 'WINDOW') return since < fields.length;
  const phase = since % fields.period;
  return phase < fields.length && (fields.times === 0 || (since - phase) / fields.period < fields.times);
}

export class Core extends Sequencer {
  readonly image: CoreImage;
  /** Neurons that fired in the tick, in the order in which they did. */
  fired: number[] = [];
  /** Of each neuron, the sum of the magnitudes of the payloads that it sent since construction. */
  readonly payloads: number[] = [];
  /** By first neuron of the instruction: synapses visited by events of payload 1 and of others, and the bits read for both. */
  readonly visits: Readonly<Record<'synops' | 'macs' | 'synapseBitsRead', Uint32Array>>;
  /** Packets heard more than one tick after they were sent. */
  delayed = 0;
  readonly #timing: Target['timing'];
  readonly #counters: Counters;
  readonly #planes: Planes;
  /** V at the end of the last update, or after the reset. */
  readonly #settled: Int32Array;
  /** Payload counters by slot and axon. */
  readonly #slots: readonly Float64Array[];
  /** In event mode the neurons that the event at hand reached; undefined where all are worked on. */
  touched: Set<number> | undefined;
  /** What the touch handler has executed since the reset. */
  readonly touchExecutions: TouchExecution[] = [];
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
    this.#planes = new Planes(image, target.widths.vBits);
    this.#settled = new Int32Array(image.neuronCount);
    this.#slots = Array.from({ length: image.delaySlots }, () => new Float64Array(image.axonCount));
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
    this.touchExecutions.length = 0;
    for (const slot of this.#slots) slot.fill(0);
    for (const operation of this.#handler(this.image.resetHandler)) yield* this.#execute(operation, 0);
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
      if (this.image.touchHandler !== undefined) {
        yield* this.#eventByEvent(group, axon - group.firstAxon, payload, tick);
        continue;
      }
      if (payload < group.payloadMin || payload > group.payloadMax)
        throw new Error(`axon ${axon} of core ${this.image.core} holds ${payload}, which its group does not declare`);
      const operations = [...this.#handler(group.handler)];
      this.workFor = operations[0]?.fields.first ?? 0;
      yield this.#timing.eventCycles.value;
      for (const operation of operations) {
        if (!isSynaptic(operation)) throw new Error(`${operation.op} in an event handler`);
        yield* this.#integrate(operation, axon - group.firstAxon, payload);
      }
    }
    this.touched = undefined;
    this.activity = 'update';
    this.#planes.clearFlags();
    for (const operation of this.#handler(this.image.tickHandler, tick)) yield* this.#execute(operation, tick);
  }

  /** The events of an axon in event mode, each with what it makes of the neurons that it reaches. */
  *#eventByEvent({ handler, payloadMax }: AxonGroup, i: number, payload: number, tick: number): Work {
    const operations = [...this.#handler(handler)];
    this.#counters.lostEvents += Math.max(0, payload - payloadMax);
    for (let event = 0; event < Math.min(payload, payloadMax); event++) {
      this.workFor = operations[0]?.fields.first ?? 0;
      yield this.#timing.eventCycles.value;
      this.touched = new Set();
      for (const operation of operations) {
        if (!isSynaptic(operation)) throw new Error(`${operation.op} in an event handler`);
        yield* this.#integrate(operation, i, 1);
      }
      for (const neuron of this.touched) for (const flag of [0, 1]) this.#planes.setFlag(flag, neuron, false);
      for (const operation of this.#handler(this.image.touchHandler!, tick)) {
        const { op, fields } = operation;
        if (op !== 'ALU' && op !== 'ALUP' && op !== 'COMPARE' && op !== 'COMPAREP' && op !== 'EMIT')
          throw new Error(`${op} in a touch handler`);
        const neurons = this.#positions(fields).map((k) => fields.first + k);
        if (neurons.length === 0) continue;
        this.touchExecutions.push({ image: this.image, operation, neurons });
        yield* this.#execute(operation, tick);
      }
    }
  }

  /** Positions of a run that an instruction works on, ascending: all of them, or those that the event at hand reached. */
  #positions({ first, count }: { readonly first: number; readonly count: number }): number[] {
    const all = Array.from({ length: count }, (_, k) => k);
    const { touched } = this;
    return touched === undefined ? all : all.filter((k) => touched.has(first + k));
  }

  /** Membrane potential of a neuron. */
  potential(neuron: number): number {
    return this.#planes.value(V, neuron);
  }

  /** Input current of a neuron. */
  current(neuron: number): number {
    return this.#planes.value(I, neuron);
  }

  /** What any plane holds of a neuron. */
  state(plane: number, neuron: number): number {
    return this.#planes.value(plane, neuron);
  }

  /** The packets of the READ instructions. */
  readOut(): Work {
    this.#counters.packets += this.#readouts.length;
    return this.sendAll([...this.#readouts]);
  }

  /** Instructions from an address up to END, without those whose gate does not hold the tick. */
  *#handler(address: number, tick = 0): Generator<Executed> {
    for (let at = address; ;) {
      const operation = this.#decode(at);
      if (operation.op === 'END') return;
      at += operationLength(operation.op);
      if (operation.op !== 'WINDOW' && operation.op !== 'EVERY') yield operation;
      else if (!isOpen(operation, tick)) at += operation.fields.skip;
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
    const plane = operation.fields.destination + 2 * operation.fields.bank;
    for (const row of visitedRows(this.image, operation, i))
      for (let from = 0; from < row.length; from += lanes) {
        const step = row.slice(from, from + lanes);
        const event = payload === 1 ? 'synops' : 'macs';
        for (const { neuron, weight } of step) {
          this.touched?.add(neuron);
          this.#planes.add(plane, neuron, payload * weight * 2 ** operation.fields.shift);
        }
        this.visits[event][operation.fields.first]! += step.length;
        this.#counters[event] += step.length;
        const bits = step.length * bitsOfVisit(operation);
        this.visits.synapseBitsRead[operation.fields.first]! += bits;
        this.#counters.synapseBitsRead += bits;
        yield laneCycles.value;
      }
  }

  *#execute(operation: Executed, tick: number): Work {
    this.workFor = operation.fields.first;
    switch (operation.op) {
      case 'EMIT':
      case 'FIRE':
      case 'FIRES':
      case 'FIREV':
        return yield* this.#update(operation);
      case 'READ': {
        const { first, count, tree } = operation.fields;
        for (let k = 0; k < count; k++) this.#readouts.push({ tree, index: k, payload: this.potential(first + k) });
        this.#counters.neuronUpdatesActive += count;
        return;
      }
      case 'RESET':
        return yield* this.#vector(operation.fields, this.#timing.vectorCycles.value, (neuron, initial) => {
          this.#planes.reset(neuron, initial);
          this.#settled[neuron] = this.potential(neuron);
          this.#counters.resets++;
        });
      case 'RESETP':
        return yield* this.#vector(operation.fields, this.#timing.vectorCycles.value, (neuron, value) => {
          this.#planes.store(operation.fields.plane, neuron, BigInt(value));
        });
      case 'CONV':
      case 'DENSE':
      case 'DIAG':
      case 'SPARSE':
        throw new Error(`${operation.op} in a tick or reset handler`);
      default:
        // Whatever the neurons of a run do alike passes here, once per execution.
        return yield* this.#vector(operation.fields, this.#cyclesOfStep(operation), (neuron, parameter) => {
          act(operation, this.#planes, { neuron, parameter, tick });
        });
    }
  }

  /** Cycles of a lane step of an instruction. */
  #cyclesOfStep(operation: OperationOf<VectorMnemonic>): number {
    const { vectorCycles, multiplyCycles = vectorCycles } = this.#timing;
    if (operation.op === 'DECAY' && operation.fields.kind === 0) return multiplyCycles.value;
    // COUNT finds a bit of its quotient per pass.
    const passes = operation.op === 'COUNT' ? operation.fields.most.toString(2).length : 1;
    return passes * vectorCycles.value;
  }

  /** Value of neuron k of a run in the parameters of the instruction. */
  #parameter({ address, period }: { readonly address: number; readonly period: number }, k: number): number {
    return this.image.parameters[address + (k % period)]!;
  }

  *#vector(
    fields: OperationOf<VectorMnemonic | 'RESET' | 'RESETP'>['fields'],
    cyclesOfStep: number,
    change: (neuron: number, parameter: number) => void,
  ): Work {
    const positions = this.#positions(fields);
    for (const [at, k] of positions.entries()) {
      change(fields.first + k, 'period' in fields ? this.#parameter(fields, k) : 0);
      if ((at + 1) % this.#timing.lanes === 0 || at + 1 === positions.length) yield cyclesOfStep;
    }
  }

  *#update(operation: OperationOf<UpdateMnemonic>): Work {
    const { updateLanes, updateActiveCycles, updateIdleCycles } = this.#timing;
    const { first, tree } = operation.fields;
    const positions = this.#positions(operation.fields);
    for (let from = 0; from < positions.length; from += updateLanes) {
      let spikes = 0;
      let active = false;
      for (const k of positions.slice(from, from + updateLanes)) {
        const neuron = first + k;
        const decision = decide(operation, this.#planes, this.image, k);
        const changed = decision.spikes || this.potential(neuron) !== this.#settled[neuron];
        this.#counters[changed ? 'neuronUpdatesActive' : 'neuronUpdatesIdle']++;
        active ||= changed;
        this.#planes.store(V, neuron, BigInt(decision.potential));
        this.#settled[neuron] = this.potential(neuron);
        const { added } = decision;
        if (added !== undefined) this.#planes.add(added.plane, neuron, added.value);
        if (!decision.spikes) continue;
        spikes++;
        this.#counters.spikes++;
        this.#counters.spikePayload += Math.abs(decision.payload);
        this.payloads[neuron] = (this.payloads[neuron] ?? 0) + Math.abs(decision.payload);
        this.fired.push(neuron);
        if (tree !== NO_TREE) {
          yield* this.send({ tree, index: k, payload: decision.payload });
          this.#counters.packets++;
        }
        yield 1;
      }
      yield Math.max(0, (active ? updateActiveCycles : updateIdleCycles).value - spikes);
    }
  }
}
