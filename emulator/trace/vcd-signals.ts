/** The signals of a value change dump (IEEE 1364-2005, clause 18), and what changes in them. */

const FIRST_CODE = 33;
const CODES = 94;

export interface Signal {
  readonly name: string;
  readonly bits: number;
  /** As the file calls it: printable characters, the shortest ones first. */
  readonly code: string;
}

/** A module of signals. */
interface Scope {
  readonly name: string;
  readonly signals: Signal[];
}

/** Declares signals, module by module, and remembers what each one is. Signals are numbered from 0 on. */
export class Signals {
  readonly #scopes: Scope[] = [];
  readonly #signals: Signal[] = [];
  #values = new Float64Array(0);

  scope(name: string): void {
    this.#scopes.push({ name, signals: [] });
  }

  /** A signal of the module that was named last. @returns its number */
  declare(name: string, bits: number): number {
    const number = this.#signals.length;
    let code = '';
    for (let rest = number + 1; rest > 0; rest = Math.floor((rest - 1) / CODES))
      code += String.fromCharCode(FIRST_CODE + ((rest - 1) % CODES));
    const signal = { name, bits, code };
    this.#signals.push(signal);
    this.#scopes.at(-1)!.signals.push(signal);
    return number;
  }

  get count(): number {
    return this.#signals.length;
  }

  /** All of them are 0 from now on, until they are set. */
  clear(): void {
    this.#values = new Float64Array(this.count);
  }

  value(signal: number): number {
    return this.#values[signal]!;
  }

  /** @returns whether it was another value */
  set(signal: number, value: number): boolean {
    if (this.#values[signal] === value) return false;
    this.#values[signal] = value;
    return true;
  }

  /** The declarations. */
  head(): string {
    const lines = this.#scopes.map(({ name, signals }) => [
      `$scope module ${name} $end`,
      ...signals.map((signal) => {
        const range = signal.bits > 1 ? ` [${signal.bits - 1}:0]` : '';
        return `$var wire ${signal.bits} ${signal.code} ${signal.name}${range} $end`;
      }),
      '$upscope $end',
    ]);
    return ['$scope module top $end', ...lines.flat(), '$upscope $end', '$enddefinitions $end', ''].join('\n');
  }

  /** A line with the value of a signal. */
  line(number: number): string {
    const { bits, code } = this.#signals[number]!;
    const value = this.#values[number]!;
    return bits === 1 ? `${value}${code}\n` : `b${value.toString(2)} ${code}\n`;
  }

  /** All signals, each in a line, in a block of the keyword. */
  dump(keyword: '$dumpon'): string {
    return `${keyword}\n${this.#signals.map((_, number) => this.line(number)).join('')}$end\n`;
  }

  /** The same where nothing is known. */
  dumpUnknown(keyword: '$dumpvars' | '$dumpoff'): string {
    const lines = this.#signals.map(({ bits, code }) => (bits === 1 ? `x${code}\n` : `bx ${code}\n`));
    return `${keyword}\n${lines.join('')}$end\n`;
  }
}

/**
 * Changes of a phase, which come in any order of cycles. Of changes of a signal in one cycle, the last one counts; those that
 * add count together.
 */
export class Changes {
  readonly #most: number;
  #cycles: number[] = [];
  #signals: number[] = [];
  #values: number[] = [];
  #adds: boolean[] = [];
  /** Changes from this cycle on are not all here. */
  #complete = Infinity;

  /** @param most changes that are kept before `reach` cuts: what bounds the memory of a phase */
  constructor(most: number) {
    this.#most = most;
  }

  clear(): void {
    this.#cycles = [];
    this.#signals = [];
    this.#values = [];
    this.#adds = [];
    this.#complete = Infinity;
  }

  /** What comes is not before this cycle. Where the changes are too many already, those from it on are dropped. */
  reach(cycle: number): void {
    if (this.#cycles.length >= this.#most && cycle < this.#complete) this.#complete = cycle;
  }

  set(cycle: number, signal: number, value: number): void {
    this.#push(cycle, signal, value, false);
  }

  add(cycle: number, signal: number, value: number): void {
    this.#push(cycle, signal, value, true);
  }

  /** 1 in a cycle, then 0. */
  pulse(cycle: number, signal: number): void {
    this.set(cycle, signal, 1);
    this.set(cycle + 1, signal, 0);
  }

  #push(cycle: number, signal: number, value: number, adds: boolean): void {
    if (cycle >= this.#complete) return;
    this.#cycles.push(cycle);
    this.#signals.push(signal);
    this.#values.push(value);
    this.#adds.push(adds);
  }

  /**
   * Applies the changes in the order of cycles.
   *
   * @param told after each cycle, with the signals that are others now, if any; ends it where it returns false
   * @returns the cycle from which on changes are missing; Infinity where none are
   */
  apply(signals: Signals, told: (cycle: number, changed: ReadonlySet<number>) => boolean): number {
    const order = Uint32Array.from(this.#cycles, (_, k) => k).sort(
      (a, b) => this.#cycles[a]! - this.#cycles[b]! || a - b,
    );
    for (let k = 0; k < order.length;) {
      const cycle = this.#cycles[order[k]!]!;
      if (cycle >= this.#complete) break;
      const changed = new Map<number, number>();
      for (; k < order.length && this.#cycles[order[k]!] === cycle; k++) {
        const change = order[k]!;
        const signal = this.#signals[change]!;
        const value = this.#values[change]!;
        changed.set(signal, this.#adds[change]! ? (changed.get(signal) ?? signals.value(signal)) + value : value);
      }
      const others = new Set<number>();
      for (const [signal, value] of changed) if (signals.set(signal, value)) others.add(signal);
      if (!told(cycle, others)) return cycle;
    }
    return this.#complete;
  }
}
