/** A file that is written while the work goes on, so that its content never lies in memory. */
import { writeSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { notWritable, type Output, refuseFault, stagingOf } from './files.ts';
import type { Io } from './io.ts';

/**
 * Written under a temporary name, which `writeOutputs` turns into the final one. Between `open` and that, whoever opened it
 * must `discard` it in the end, come what may.
 */
export class StagedFile {
  readonly #name: string;
  readonly #file: FileHandle;
  readonly #temporary: string | undefined;
  readonly #release: () => void;
  #open = true;

  constructor(name: string, file: FileHandle, temporary: string | undefined, release: () => void) {
    this.#name = name;
    this.#file = file;
    this.#temporary = temporary;
    this.#release = release;
  }

  /**
   * @param positioned whether bytes are going to be written out of order, which devices and pipes do not take
   * @throws DiagnosticError E0102
   */
  static async open(io: Io, name: string, positioned = false): Promise<StagedFile> {
    const release = io.holdSignals();
    try {
      const { path, temporary } = await stagingOf(io, name);
      if (temporary === undefined && positioned) notWritable(name, 'it is not a regular file');
      const file = await (temporary === undefined ? open(path, 'w') : open(temporary, 'wx'));
      return new StagedFile(name, file, temporary, release);
    } catch (error) {
      release();
      return refuseFault(name, error);
    }
  }

  /** Appends text or bytes, at once: what produces it need not wait for the disk, and cannot run ahead of it. @throws E0102 */
  append(content: string | Uint8Array): void {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#file.fd, bytes, at);
    } catch (error) {
      refuseFault(this.#name, error);
    }
  }

  /** Writes bytes at a position. @throws DiagnosticError E0102 */
  async write(bytes: Uint8Array, position: number): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;)
        done += (await this.#file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
    } catch (error) {
      refuseFault(this.#name, error);
    }
  }

  /** Ends the content. @throws DiagnosticError E0102 */
  async finish(): Promise<Output> {
    await this.#close().catch((error: unknown) => refuseFault(this.#name, error));
    return { path: this.#name, content: { temporary: this.#temporary } };
  }

  /** Leaves nothing behind under the temporary name. */
  async discard(): Promise<void> {
    try {
      await this.#close().catch(() => undefined);
      if (this.#temporary !== undefined) await rm(this.#temporary, { force: true });
    } finally {
      this.#release();
    }
  }

  async #close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#file.close();
  }
}
