/** What causes a numbered message, and what it then says. */
import type { DiagnosticCode } from '../../isa/index.ts';

type Content = Uint8Array | string;

/** A command line among the files of `worldWithChip`, and what is written beside them. */
interface LineExample {
  readonly line: string;
  /** @param chip bytes of chip.bin */
  readonly files?: (chip: Uint8Array) => Readonly<Record<string, Content>>;
  /** Lines that run before it. */
  readonly before?: readonly string[];
  /** Part of the message, as it is printed. */
  readonly says: string;
}

/** What no command line causes within reason: a call that throws. */
interface CallExample {
  /** @param chip bytes of chip.bin */
  readonly call: (chip: Uint8Array) => unknown;
  readonly says: string;
}

/** A row of the networks that do not fit (test/compiler/misfits.ts). */
export interface MisfitExample {
  readonly misfit: string;
}

export type Example = LineExample | CallExample | MisfitExample;

/** The messages of a family. */
export type Family<Start extends string> = Extract<DiagnosticCode, `${Start}${string}`>;
export type Examples<Start extends string> = Readonly<Record<Family<Start>, Example>>;
