/** Writes a part of an evaluation while it runs: lines of JSON in gzip (spec/eval-parts.md). */
import { gzipSync } from 'node:zlib';
import type { Inference, SampleInfo } from '../../emulator/index.ts';
import type { EvalEnd, EvalPart, Immutable, InputLoss } from '../../isa/index.ts';
import { writeOutputs } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { StagedFile } from '../ui/staged-file.ts';
import { keepSample } from './kept-sample.ts';

/** Characters that are packed together. */
const CHUNK = 2 ** 20;

export class PartWriter {
  readonly #io: Io;
  readonly #file: StagedFile;
  readonly #losses: InputLoss[] = [];
  #lines: string[] = [];
  #characters = 0;
  #samples = 0;

  constructor(io: Io, file: StagedFile, head: EvalPart) {
    this.#io = io;
    this.#file = file;
    this.#line(head);
  }

  /** @throws DiagnosticError E0102 */
  static async open(io: Io, path: string, head: EvalPart): Promise<PartWriter> {
    return new PartWriter(io, await StagedFile.open(io, path), head);
  }

  /** What the payloads of the sample after the last one lose; threads ask for samples before they are done. */
  expect(loss: InputLoss): void {
    this.#losses.push(loss);
  }

  /** Takes the next sample. @throws DiagnosticError E0102 */
  add(sample: SampleInfo, inference: Inference): void {
    this.#samples++;
    this.#line(keepSample(sample, inference, this.#losses.shift()!));
  }

  /** @throws DiagnosticError E0102 */
  async finish(end: Immutable<Omit<EvalEnd, 'samples'>>): Promise<void> {
    this.#line({ samples: this.#samples, ...end } satisfies Immutable<EvalEnd>);
    this.#flush();
    await writeOutputs(this.#io, [await this.#file.finish()]);
  }

  /** Leaves nothing behind of what is not finished. */
  async discard(): Promise<void> {
    await this.#file.discard();
  }

  #line(content: object): void {
    const text = JSON.stringify(content);
    this.#lines.push(text);
    this.#characters += text.length;
    if (this.#characters >= CHUNK) this.#flush();
  }

  /** Files in gzip behind each other are one. */
  #flush(): void {
    this.#file.append(gzipSync(`${this.#lines.join('\n')}\n`));
    this.#lines = [];
    this.#characters = 0;
  }
}
