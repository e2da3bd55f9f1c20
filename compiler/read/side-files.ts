/** Tensor files beside a network: opened once each, and read within their bounds only. */
import { type DiagnosticCode, fail, sha256Of, swapOnBigEndianHost } from '../../isa/index.ts';
import type { ReadOptions } from './options.ts';

export class SideFiles {
  readonly #read: ReadOptions['readSideFile'];
  readonly #code: DiagnosticCode;
  readonly #files = new Map<string, Uint8Array>();
  readonly #expected: ReadonlyMap<string, string>;

  /**
   * @param code the code of a fault in a reference: E0202 for net.json, E0206 for ONNX
   * @param expected SHA-256 of files, in hexadecimal digits, where the document says them
   */
  constructor(
    read: ReadOptions['readSideFile'],
    code: DiagnosticCode,
    expected: ReadonlyMap<string, string> = new Map(),
  ) {
    this.#read = read;
    this.#code = code;
    this.#expected = expected;
  }

  /**
   * A copy of `length` bytes from `offset` on, so that it is aligned for any typed array; without `length`, up to the end
   * of the file.
   *
   * @throws the code of the constructor where the name leaves the folder of the network, the file is another one than the
   *   document says, or the range leaves it
   */
  slice(name: string, offset: number, length?: number): Uint8Array<ArrayBuffer> {
    if (!isPlainName(name)) {
      fail(
        this.#code,
        `"${name}" is not a file beside the network`,
        {},
        'Use a relative name without "..", with "/" between folders.',
      );
    }
    let bytes = this.#files.get(name);
    if (bytes === undefined) {
      bytes = this.#read(name);
      this.#requireExpected(name, bytes);
      this.#files.set(name, bytes);
    }
    const end = length === undefined ? bytes.length : offset + length;
    if (offset > bytes.length || end > bytes.length) {
      fail(this.#code, `bytes ${offset} to ${end} of "${name}" are needed, but it has ${bytes.length}`);
    }
    // Not `slice`: a Buffer's shares its memory.
    return new Uint8Array(bytes.subarray(offset, end));
  }

  #requireExpected(name: string, bytes: Uint8Array): void {
    const expected = this.#expected.get(name);
    if (expected === undefined || sha256Of(bytes) === expected) return;
    fail(
      this.#code,
      `"${name}" is not the file that the document was written with: its SHA-256 is another one`,
      { path: 'tensorFiles' },
      'put the file beside it that was written with it, or take the member away if the file was changed on purpose',
    );
  }
}

function isPlainName(name: string): boolean {
  if (name.length === 0 || name.length > 1024 || /[\0\\:]/.test(name)) return false;
  return name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** Little-endian elements of `width` bytes in the byte order of this machine; works in place. */
export function toNativeOrder(bytes: Uint8Array<ArrayBuffer>, width: number): ArrayBuffer {
  swapOnBigEndianHost(bytes, width);
  return bytes.buffer;
}
