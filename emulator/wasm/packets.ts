/** Packets that a source of the network has handed over and not yet injected. */
import * as N from './generated/network-records.ts';
import type { NetworkLayout } from './network-memory.ts';

/**
 * The window of a source: a bounded part of its packets lies in the memory of the network, and is filled up when it runs
 * out. Call `room`, then `add` at most that often, then `close`.
 */
export class PacketWindow {
  /** Address of the record of the source. */
  readonly at: number;
  readonly #words: Int32Array;
  readonly #view: DataView;
  readonly #first: number;
  readonly #capacity: number;
  /** Word behind the last packet. */
  #end = 0;
  #more = false;

  /** @param port dense number */
  constructor({ memory, source, windowOf, window }: NetworkLayout, router: number, port: number) {
    this.at = source(router, port);
    this.#view = memory.view;
    this.#capacity = window * (N.PACKET_BYTES / 4);
    this.#words = memory.i32(windowOf(router, port), this.#capacity);
    this.#first = windowOf(router, port);
  }

  /**
   * A new phase: the source has no packets.
   *
   * @param number what the log calls it
   * @param queues whether packets queue before a full buffer; else the source stands still
   */
  begin(number: number, queues: boolean): void {
    const view = this.#view;
    view.setUint32(this.at + N.SOURCE_NUMBER, number, true);
    view.setUint32(this.at + N.SOURCE_QUEUES, queues ? 1 : 0, true);
    view.setUint32(this.at + N.SOURCE_NEXT, this.#first, true);
    view.setUint32(this.at + N.SOURCE_END, this.#first, true);
  }

  /** Whether half of the window is free, and there are packets for it. */
  wantsMore(): boolean {
    if (!this.#more) return false;
    const waiting = (this.#view.getUint32(this.at + N.SOURCE_END, true) - this.#next()) / 4;
    return 2 * waiting <= this.#capacity;
  }

  /** Makes room. @returns packets that fit */
  room(): number {
    const next = (this.#next() - this.#first) / 4;
    const end = (this.#view.getUint32(this.at + N.SOURCE_END, true) - this.#first) / 4;
    this.#words.copyWithin(0, next, end);
    this.#end = end - next;
    return (this.#capacity - this.#end) / (N.PACKET_BYTES / 4);
  }

  /**
   * @param cycle in which it is to be injected, from the start of the phase; below 2^31
   * @param entry of the routing tables, or destination y << 16 | x
   * @param tag what the log calls it, 32 bits
   */
  add(cycle: number, entry: number, tag: number): void {
    const words = this.#words;
    words[this.#end++] = cycle;
    words[this.#end++] = entry;
    words[this.#end++] = tag;
  }

  /** @param more whether there will be more packets after these */
  close(more: boolean): void {
    this.#more = more;
    const view = this.#view;
    view.setUint32(this.at + N.SOURCE_NEXT, this.#first, true);
    view.setUint32(this.at + N.SOURCE_END, this.#first + 4 * this.#end, true);
    view.setUint32(this.at + N.SOURCE_MORE, more ? 1 : 0, true);
  }

  #next(): number {
    return this.#view.getUint32(this.at + N.SOURCE_NEXT, true);
  }
}
