/** Random neurons that are programs of their own: instructions on planes of any policy, with parameters of every unit. */
import { ARITHMETIC, PLANE_NAMES, POLICIES, WHEN_NAMES } from '../../../isa/index.ts';
import { DECAY_ROUNDINGS } from '../../../isa/ops/decay.ts';
import type { Site } from './neurons.ts';
import { numberOn, real, values } from './numbers.ts';

type Policy = (typeof POLICIES)[number];

interface Held {
  /** As the program calls it. */
  readonly name: string;
  readonly plane: string;
  readonly policy: Policy;
  /** 0: as wide as V. */
  readonly bits: number;
}

export interface OwnProgram {
  readonly fields: Record<string, unknown>;
  /** Names of planes that connections can add to. */
  readonly fed: readonly string[];
}

/** How wide a plane is taken to be where it is not said: no target has fewer bits for V. */
const LEAST_V_BITS = 20;

class Writer {
  readonly lines: string[] = [];
  readonly parameters: Record<string, { values: unknown; unit: string }> = {};
  readonly #site: Site;
  readonly #planes: readonly Held[];

  constructor(site: Site, planes: readonly Held[]) {
    this.#site = site;
    this.#planes = planes;
  }

  parameter(unit: 'potential' | 'factor' | 'number', one: () => number): string {
    const name = `p${Object.keys(this.parameters).length}`;
    this.parameters[name] = { values: values(this.#site.draws, this.#site.shape, one), unit };
    return name;
  }

  /** A constant for a plane: of the size of potentials, or a small whole number. */
  constant(): string {
    const { draws, grid } = this.#site;
    return draws.chance(0.6)
      ? this.parameter('potential', () => numberOn(draws, grid, -1, 1))
      : this.parameter('number', () => draws.between(-20, 40));
  }

  write(op: string, fields: Readonly<Record<string, string | number>>): void {
    const words = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
    this.lines.push([op, ...words].join(this.#site.draws.pick([' ', '  '])));
  }

  when(): { when: string } {
    const { draws } = this.#site;
    return { when: WHEN_NAMES[draws.chance(0.5) ? WHEN_NAMES.indexOf('always') : draws.below(WHEN_NAMES.length)]! };
  }

  instruction(): void {
    const { draws } = this.#site;
    const plane = draws.pick(this.#planes);
    draws.pick([this.#decay, this.#decay, this.#alu, this.#alu, this.#alup, this.#clip, this.#other]).call(this, plane);
  }

  #decay(plane: Held): void {
    const { draws, grid } = this.#site;
    const kind = draws.pick(['mul', 'mul', 'shift', 'linear', 'drift']);
    const fields = { plane: plane.name, kind, ...this.when() };
    if (kind === 'mul')
      this.write('DECAY', {
        ...fields,
        ...(draws.chance(0.7) && { rounding: draws.pick(DECAY_ROUNDINGS) }),
        bits: draws.below(16),
        values: this.parameter('factor', () => real(draws, 0, 1)),
      });
    else if (kind === 'shift')
      this.write('DECAY', { ...fields, values: this.parameter('number', () => draws.between(1, 31)) });
    else {
      const step = (): number => Math.abs(numberOn(draws, grid, 0, 0.5));
      this.write('DECAY', { ...fields, values: this.parameter('potential', step) });
    }
  }

  #alu(plane: Held): void {
    const { draws } = this.#site;
    const source = draws.pick(this.#planes);
    const operator = draws.pick(ARITHMETIC);
    // What saturates or compares needs its operand exactly.
    const room = (plane.policy === 'saturate' ? 30 : 32) - (source.bits === 0 ? 32 : source.bits);
    if (room < 0) return;
    const shift = draws.between(-8, plane.policy === 'prove' ? Math.min(room, 0) : Math.min(room, 3));
    this.write('ALU', {
      ...{ function: operator, plane: plane.name, ...this.when(), source: source.name },
      ...(shift < 0 && { rounding: draws.pick(['floor', 'zero']) }),
      shift,
    });
    if (plane.policy === 'prove' && draws.chance(0.8)) this.#clip(plane);
  }

  #alup(plane: Held): void {
    const operator = this.#site.draws.pick(ARITHMETIC);
    const fields = { function: operator, plane: plane.name, ...this.when() };
    this.write('ALUP', { ...fields, values: this.constant() });
  }

  #clip(plane: Held): void {
    const { draws } = this.#site;
    const large = (): number => draws.between(20, 100);
    const most = this.parameter('number', () => 100 * large());
    const least = this.parameter('number', () => -100 * large());
    this.write('ALUP', { function: 'min', plane: plane.name, values: most });
    this.write('ALUP', { function: 'max', plane: plane.name, values: least });
  }

  #other(plane: Held): void {
    const { draws } = this.#site;
    switch (draws.below(5)) {
      case 0:
      case 1:
        this.compare(draws.pick(['f0', 'f1']), plane);
        return;
      case 2: {
        const into = draws.pick(this.#planes);
        if (into === plane) return;
        const threshold = this.parameter('number', () => draws.between(1, 300));
        this.write('COUNT', {
          ...{ plane: plane.name, into: into.name, ...this.when(), values: threshold },
          most: draws.pick([1, 7, 300]),
        });
        return;
      }
      case 3: {
        const most = 2 ** Math.min(8, (plane.bits || LEAST_V_BITS) - 1) - 1;
        const identities = this.parameter('number', () => draws.between(-(2 ** 31), 2 ** 31 - 1));
        this.write('RANDOM', {
          ...{ plane: plane.name, ...this.when(), values: identities },
          ...{ seed: draws.below(2 ** 32), mask: most },
        });
        return;
      }
      default: {
        const [v] = this.#planes;
        if (v!.policy !== 'prove') return;
        if (draws.chance(0.5)) this.write('BIAS', { values: this.constant() });
        else this.write('CURRENT', {});
      }
    }
  }

  compare(flag: string, plane: Held): void {
    const { draws } = this.#site;
    const fields = {
      ...{ flag, op: draws.pick(['ge', 'gt', 'le', 'lt']), combine: draws.pick(['set', 'set', 'or']) },
      plane: plane.name,
      ...this.when(),
    };
    if (draws.chance(0.3)) this.write('COMPARE', { ...fields, source: draws.pick(this.#planes).name });
    else this.write('COMPAREP', { ...fields, values: this.constant() });
  }

  /** Spikes, by any of the instructions that send them. */
  send(): void {
    const { draws, grid } = this.#site;
    const [v] = this.#planes;
    const compare = draws.pick(['ge', 'gt']);
    const threshold = (): number => Math.abs(numberOn(draws, grid, 0.2, 1)) || 1;
    const kind = v!.policy === 'prove' ? draws.pick(['FIRE', 'FIREV', 'EMIT']) : 'EMIT';
    if (kind === 'EMIT') {
      const test = { flag: 'f0', op: compare, combine: 'set', plane: v!.name, when: 'always' };
      this.write('COMPAREP', { ...test, values: this.parameter('potential', threshold) });
      this.write('EMIT', { when: draws.pick(['f0', 'f0', 'f0', 'not-f0', 'not-f1']) });
      if (draws.chance(0.6))
        this.write('ALUP', { function: 'set', plane: v!.name, when: 'f0', values: this.constant() });
      return;
    }
    const values = this.parameter('potential', threshold);
    if (kind === 'FIRE') {
      const reset = draws.pick(['subtract', 'value']);
      this.write('FIRE', {
        ...{ compare, reset, values },
        ...(reset === 'value' && { resetValue: draws.between(-20, 20) }),
      });
      return;
    }
    this.write('FIREV', { compare, reset: 'value', values, resets: this.constant() });
  }
}

function heldPlanes({ draws }: Site): Held[] {
  // V is not one that saturates: there must be a plane that connections can add to.
  const held = (plane: string, chance: number): Held => {
    const policy = draws.chance(chance) ? 'prove' : plane === 'V' ? 'wrap' : draws.pick(POLICIES);
    const bits = policy === 'prove' ? 0 : draws.between(4, LEAST_V_BITS);
    return { name: draws.chance(0.5) ? plane : `state${plane}`, plane, policy, bits };
  };
  // One is left for what decodes the output.
  const others = PLANE_NAMES.slice(2)
    .filter(() => draws.chance(0.35))
    .slice(0, 5);
  return [held('V', 0.8), held('I', 0.6), ...others.map((plane) => held(plane, 0.3))];
}

/** @param fires whether it sends spikes */
export function ownProgram(site: Site, fires: boolean): OwnProgram {
  const { draws } = site;
  const planes = heldPlanes(site);
  const fed = planes.filter(({ policy }) => policy !== 'saturate').map(({ name }) => name);
  const writer = new Writer(site, planes);
  const some = (most: number): void => {
    for (let k = draws.between(0, most); k > 0; k--) writer.instruction();
  };
  // What comes is added up somewhere, and reaches V.
  writer.write('ALU', { function: 'add', plane: planes[0]!.name, when: 'always', source: planes[1]!.name });
  some(4);
  if (fires) writer.send();
  some(3);
  if (draws.chance(0.3)) {
    writer.lines.push('.carrying');
    some(2);
  }
  if (draws.chance(0.2)) writer.lines.splice(draws.below(writer.lines.length), 0, '', '  ; a comment');
  const initial = (): { initial?: string } => (draws.chance(0.3) ? { initial: writer.constant() } : {});
  const input = draws.pick(fed);
  const listed = planes.map(({ name, plane, policy, bits }) => ({
    ...{ name, plane, ...initial() },
    ...((policy !== 'prove' || draws.chance(0.2)) && { policy }),
    ...(bits > 0 && { bits }),
  }));
  const fields = {
    neuron: 'program',
    program: draws.chance(0.5) ? writer.lines : writer.lines.join('\n'),
    planes: listed,
    parameters: writer.parameters,
    input,
  };
  return { fields, fed };
}
