/** A binary heap of nodes, greatest gain first. Among equal gains the order follows from the calls alone. */
export class GainQueue {
  length = 0;
  readonly #heap: Uint32Array;
  readonly #gain: Float64Array;
  /** 1 + the place of a node in the heap, 0 where it is not there. */
  readonly #place: Uint32Array;

  constructor(nodes: number) {
    this.#heap = new Uint32Array(nodes);
    this.#gain = new Float64Array(nodes);
    this.#place = new Uint32Array(nodes);
  }

  clear(): void {
    this.length = 0;
    this.#place.fill(0);
  }

  topGain(): number {
    return this.#gain[this.#heap[0]!]!;
  }

  put(v: number, gain: number): void {
    let at = this.#place[v]! - 1;
    if (at < 0) {
      at = this.length++;
      this.#heap[at] = v;
      this.#place[v] = at + 1;
    }
    this.#gain[v] = gain;
    this.#sink(this.#rise(at));
  }

  pop(): number {
    const v = this.#heap[0]!;
    this.remove(v);
    return v;
  }

  remove(v: number): void {
    const at = this.#place[v]! - 1;
    if (at < 0) return;
    this.#place[v] = 0;
    this.length--;
    if (at === this.length) return;
    const last = this.#heap[this.length]!;
    this.#heap[at] = last;
    this.#place[last] = at + 1;
    this.#sink(this.#rise(at));
  }

  #rise(from: number): number {
    const heap = this.#heap;
    const gain = this.#gain;
    const place = this.#place;
    let at = from;
    const v = heap[at]!;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const other = heap[parent]!;
      if (gain[other]! >= gain[v]!) break;
      heap[at] = other;
      place[other] = at + 1;
      at = parent;
    }
    heap[at] = v;
    place[v] = at + 1;
    return at;
  }

  #sink(from: number): void {
    const { length } = this;
    const heap = this.#heap;
    const gain = this.#gain;
    const place = this.#place;
    let at = from;
    const v = heap[at]!;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && gain[heap[child + 1]!]! > gain[heap[child]!]!) child++;
      const other = heap[child]!;
      if (gain[other]! <= gain[v]!) break;
      heap[at] = other;
      place[other] = at + 1;
      at = child;
    }
    heap[at] = v;
    place[v] = at + 1;
  }
}
