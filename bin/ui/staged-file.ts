/** A file that is written piece by piece under a temporary name, and is there as a whole or not at all. */
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { faultOf, finalPath, isReplaceable, notWritable, pathOf, temporaryName } from './files.ts';
import type { Io } from './io.ts';

export class StagedFile {
  readonly #name: string;
  readonly #path: string;
  readonly #temporary: string;
  readonly #file: FileHandle;

  private constructor(name: string, path: string, temporary: string, file: FileHandle) {
    this.#name = name;
    this.#path = path;
    this.#temporary = temporary;
    this.#file = file;
  }

  /** @throws DiagnosticError E0102 */
  static async open(io: Io, name: string): Promise<StagedFile> {
    return guarded(name, async () => {
      const path = await finalPath(pathOf(io, name));
      if (!(await isReplaceable(path))) notWritable(name, 'it is not a regular file');
      const temporary = temporaryName(path);
      return new StagedFile(name, path, temporary, await open(temporary, 'wx'));
    });
  }

  /** @throws DiagnosticError E0102 */
  write(bytes: Uint8Array, position: number): Promise<void> {
    return guarded(this.#name, async () => {
      for (let done = 0; done < bytes.length; )
        done += (await this.#file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
    });
  }

  /** Gives the file its name. */
  commit(): Promise<void> {
    return guarded(this.#name, async () => {
      await this.#file.close();
      await rename(this.#temporary, this.#path);
    });
  }

  /** Removes what was not committed. */
  async discard(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(this.#temporary, { force: true });
  }
}

async function guarded<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    return notWritable(name, faultOf(error));
  }
}
