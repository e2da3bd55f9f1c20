/** Exit codes: what a script that calls the programs can rely on. */
import type { DiagnosticCode } from '../../isa/index.ts';

export const EXIT = {
  done: 0,
  /** A fault of the program itself. */
  fault: 1,
  usage: 2,
  /** An input is missing, invalid, unsupported or does not fit. */
  input: 3,
  /** A comparison or self-test found a difference. */
  difference: 4,
  /** Inferences took longer, or more energy, than they may. */
  deadline: 5,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const EXIT_OF: Partial<Record<DiagnosticCode, ExitCode>> = {
  E0103: EXIT.usage,
  E0107: EXIT.usage,
  E0702: EXIT.difference,
  E0703: EXIT.difference,
  E0704: EXIT.deadline,
  E0712: EXIT.deadline,
  E0722: EXIT.difference,
  E0901: EXIT.fault,
};

/** Exit code of a command that ends with an error of this code. */
export const exitCodeOf = (code: DiagnosticCode): ExitCode => EXIT_OF[code] ?? EXIT.input;
