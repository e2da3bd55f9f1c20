/**
 * A slow second emulator, written from the definitions in isa/: it decodes every instruction anew, keeps axons in maps
 * and takes every synapse by itself. No code of emulator/ is in it, so that agreement means something.
 */
import {
  type Chip,
  type CoreImage,
  decodeOperation,
  type EventMnemonic,
  isExecutedBy,
  loadWeight,
  NO_TREE,
  type Operation,
  type OperationOf,
  operationLength,
  PORT,
  type ResetMnemonic,
  sinkAxon,
  type TickMnemonic,
  weightForm,
} from '../../isa/index.ts';

export interface Visit {
  readonly neuron: number;
  readonly weight: number;
}

/** The stored synapses that axon `i` of a group meets under one instruction, in the words of isa/ops.ts. */
export function synapsesOf(operation: OperationOf<EventMnemonic>, memory: Uint8Array, i: number): Visit[] {
  const { bits, unsigned } = weightForm(operation.fields);
  const bytesOf = (count: number): number => Math.ceil((count * bits) / 8);
  const visits: Visit[] = [];
  const visit = (neuron: number, start: number, k: number): void => {
    visits.push({ neuron, weight: loadWeight(memory, start, k, bits, unsigned) });
  };
  const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  if (operation.op === 'DENSE') {
    const { first, count, weights } = operation.fields;
    for (let k = 0; k < count; k++) visit(first + k, weights + i * bytesOf(count), k);
  } else if (operation.op === 'SPARSE') {
    const { first, rows, targets, weights } = operation.fields;
    for (let e = view.getUint32(rows + 4 * i, true); e < view.getUint32(rows + 4 * i + 4, true); e++)
      visit(first + view.getUint16(targets + 2 * e, true), weights, e);
  } else if (operation.op === 'DIAG') {
    const { first, weights, period } = operation.fields;
    visit(first + i, weights, i % period);
  } else {
    const f = operation.fields;
    const ac = i % f.inChannels;
    const ax = Math.floor(i / f.inChannels) % f.inWidth;
    const ay = Math.floor(i / f.inChannels / f.inWidth);
    const outOfGroup = f.outChannels / f.groups;
    const group = Math.floor(ac / (f.inChannels / f.groups));
    for (let ky = 0; ky < f.kernelHeight; ky++)
      for (let kx = 0; kx < f.kernelWidth; kx++) {
        const y = (ay + f.offsetY - ky * f.dilationY) / f.strideY;
        const x = (ax + f.offsetX - kx * f.dilationX) / f.strideX;
        if (!Number.isInteger(y) || !Number.isInteger(x)) continue;
        if (y < 0 || y >= f.outHeight || x < 0 || x >= f.outWidth) continue;
        const run = f.weights + ((ac * f.kernelHeight + ky) * f.kernelWidth + kx) * bytesOf(outOfGroup);
        for (let k = 0; k < outOfGroup; k++)
          visit(f.first + (y * f.outWidth + x) * f.outChannels + group * outOfGroup + k, run, k);
      }
  }
  return visits;
}

interface CoreState {
  readonly image: CoreImage;
  readonly v: number[];
  readonly i: number[];
  readonly previous: number[];
  /** Arrival tick → axon → payload. */
  readonly heard: Map<number, Map<number, number>>;
}

export interface ReferenceResult {
  readonly readout: number[];
  /** `layer/index/tick`, ticks of the chip. */
  readonly spikes: Set<string>;
  readonly synops: number;
  readonly macs: number;
  readonly bits: number;
  readonly active: number;
  readonly idle: number;
  readonly deliveries: number;
  readonly withinTile: number;
  readonly links: { east: number; west: number; north: number; south: number };
  /** How many of them crossed a chip border. */
  readonly betweenChips: { eastWest: number; northSouth: number };
  readonly routers: number;
  /** Potentials of all neurons after each tick: [tick][core position][neuron]. */
  readonly potentials: number[][][];
}

/** One inference. */
export function interpret(chip: Chip, input: Int16Array): ReferenceResult {
  return new Interpreter(chip).run(input);
}

class Interpreter {
  readonly chip: Chip;
  readonly cores: CoreState[];
  readonly result = {
    readout: [] as number[],
    spikes: new Set<string>(),
    synops: 0,
    macs: 0,
    bits: 0,
    active: 0,
    idle: 0,
    deliveries: 0,
    withinTile: 0,
    links: { east: 0, west: 0, north: 0, south: 0 },
    betweenChips: { eastWest: 0, northSouth: 0 },
    routers: 0,
    potentials: [] as number[][][],
  };

  constructor(chip: Chip) {
    this.chip = chip;
    this.cores = chip.cores.map((image) => ({ image, v: [], i: [], previous: [], heard: new Map() }));
  }

  run(input: Int16Array): ReferenceResult {
    const { chip, result } = this;
    for (const core of this.cores) {
      this.execute(core, core.image.resetHandler, 0);
      core.v.forEach((potential, n) => (core.previous[n] = potential));
    }
    for (const { tree, box } of chip.input.parts)
      for (let k = 0; k < box.channels * box.height * box.width; k++) {
        const payload = input[elementOf(box, chip.input.shape, k)]!;
        if (payload !== 0) this.send(tree, k, payload, 0, 0);
      }
    for (let tick = 0; tick < chip.ticks; tick++) {
      for (const core of this.cores) this.integrate(core, tick);
      for (const core of this.cores) this.execute(core, core.image.tickHandler, tick);
      result.potentials.push(this.cores.map(({ v }) => [...v]));
    }
    return result;
  }

  integrate(core: CoreState, tick: number): void {
    for (const [axon, payload] of [...(core.heard.get(tick) ?? [])].sort(([a], [b]) => b - a)) {
      if (payload === 0) continue;
      const group = core.image.groups.find((g) => axon >= g.firstAxon && axon < g.firstAxon + g.axonCount)!;
      for (const operation of this.operations(core, group.handler)) {
        if (!isExecutedBy(operation, 'event')) throw new Error(`${operation.op} on an event`);
        const { fields } = operation;
        const state = fields.destination === 0 ? core.v : core.i;
        for (const { neuron, weight } of synapsesOf(operation, core.image.synapses, axon - group.firstAxon)) {
          state[neuron]! += payload * weight * 2 ** fields.shift;
          if (payload === 1) this.result.synops++;
          else this.result.macs++;
          this.result.bits += weightForm(fields).bits + (operation.op === 'SPARSE' ? 16 : 0);
        }
      }
    }
  }

  operations({ image }: CoreState, at: number): Operation[] {
    const operations: Operation[] = [];
    for (let word = at; ;) {
      const operation = decodeOperation(image.program, word);
      if ('fault' in operation) throw new Error(operation.fault);
      if (operation.op === 'END') return operations;
      operations.push(operation);
      word += operationLength(operation.op);
    }
  }

  /** The tick or reset handler. */
  execute(core: CoreState, at: number, tick: number): void {
    let skip = 0;
    for (const operation of this.operations(core, at)) {
      if (skip > 0) skip -= operationLength(operation.op);
      else if (operation.op === 'WINDOW') {
        const { start, length } = operation.fields;
        if (tick < start || tick >= start + length) ({ skip } = operation.fields);
      } else if (isExecutedBy(operation, 'tick') || isExecutedBy(operation, 'reset'))
        for (let k = 0; k < operation.fields.count; k++) this.neuron(core, operation, k, tick);
    }
  }

  neuron(core: CoreState, operation: OperationOf<TickMnemonic | ResetMnemonic>, k: number, tick: number): void {
    const { chip, result } = this;
    const { op, fields } = operation;
    const n = fields.first + k;
    const parameter = 'period' in fields ? core.image.parameters[fields.address + (k % fields.period)]! : 0;
    const tile = Math.floor(core.image.core / chip.target.coresPerTile);
    if (op === 'RESET') {
      core.v[n] = parameter;
      core.i[n] = 0;
    } else if (op === 'BIAS') core.v[n]! += parameter;
    else if (op === 'CURRENT') core.v[n]! += core.i[n]!;
    else if (operation.op === 'READ') {
      const part = chip.output.parts.find(({ tree }) => tree === operation.fields.tree)!;
      result.readout[elementOf(part.box, chip.output.shape, k)] = core.v[n]!;
      result.active++;
      this.send(operation.fields.tree, k, 0, tile, tick);
    } else if (operation.op === 'FIRE') {
      const f = operation.fields;
      const fires = f.compare === 1 ? core.v[n]! > parameter : core.v[n]! >= parameter;
      if (fires || core.v[n] !== core.previous[n]) result.active++;
      else result.idle++;
      if (fires) {
        core.v[n] = f.reset === 1 ? f.resetValue : core.v[n]! - parameter;
        result.spikes.add(`${this.name(core.image.core, n)}/${tick}`);
        if (f.tree !== NO_TREE) this.send(f.tree, k, 1, tile, tick);
      }
      core.previous[n] = core.v[n]!;
    }
  }

  name(core: number, neuron: number): string {
    for (const { layer, box, firstNeuron, core: at } of this.chip.placements) {
      const size = box.channels * box.height * box.width;
      if (at === core && neuron >= firstNeuron && neuron < firstNeuron + size)
        return `${layer}/${elementOf(box, this.chip.layers[layer]!.shape, neuron - firstNeuron)}`;
    }
    throw new Error(`neuron ${neuron} of core ${core} is not in the logical map`);
  }

  /** Walks the routing tables from router to router. */
  send(tree: number, index: number, payload: number, tile: number, tick: number): void {
    const { chip, result } = this;
    const { width } = chip.target.mesh;
    const visit = (router: number, straightOn: number): void => {
      const entry = chip.routes.find((route) => route.tree === tree && route.router === router);
      const ports = entry?.ports ?? straightOn;
      const has = (port: number): boolean => ((ports >>> port) & 1) === 1;
      result.routers++;
      const steps = [
        [PORT.NORTH, -width, 'north'],
        [PORT.EAST, 1, 'east'],
        [PORT.SOUTH, width, 'south'],
        [PORT.WEST, -1, 'west'],
      ] as const;
      for (const [port, step, name] of steps) {
        if (!has(port)) continue;
        result.links[name]++;
        const { mesh, chips } = chip.target;
        const across = mesh.width / (chips?.width ?? 1);
        const down = mesh.height / (chips?.height ?? 1);
        const [x, y] = [router % width, Math.floor(router / width)];
        const [toX, toY] = [(router + step) % width, Math.floor((router + step) / width)];
        if (Math.floor(x / across) !== Math.floor(toX / across)) result.betweenChips.eastWest++;
        if (Math.floor(y / down) !== Math.floor(toY / down)) result.betweenChips.northSouth++;
        visit(router + step, 1 << port);
      }
      if (has(PORT.HOST)) result.deliveries++;
      for (let k = 0; k < chip.target.coresPerTile; k++) {
        if (!has(PORT.LOCAL + k)) continue;
        result.deliveries++;
        if (router === tile) result.withinTile++;
        this.hear(router * chip.target.coresPerTile + k, tree, index, payload, tick);
      }
    };
    visit(tile, 0);
  }

  hear(core: number, tree: number, index: number, payload: number, tick: number): void {
    const { image, heard } = this.cores.find((state) => state.image.core === core)!;
    for (const row of image.sinks) {
      if (row.tree !== tree) continue;
      const relative = sinkAxon(row, image.sinkLists, index);
      if (relative < 0) continue;
      const axon = image.groups[row.group]!.firstAxon + relative;
      const slot = heard.get(tick + row.delay) ?? new Map<number, number>();
      heard.set(tick + row.delay, slot);
      slot.set(axon, (slot.get(axon) ?? 0) + payload);
    }
  }
}

/** NCHW index of element k of a channel-last box. */
function elementOf(
  box: Chip['placements'][number]['box'],
  shape: readonly [number, number, number],
  k: number,
): number {
  const c = box.c0 + (k % box.channels);
  const x = box.x0 + (Math.floor(k / box.channels) % box.width);
  const y = box.y0 + Math.floor(k / box.channels / box.width);
  return (c * shape[1] + y) * shape[2] + x;
}
