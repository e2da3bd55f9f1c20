/** Targets that differ in kind from the machine of this instruction set: nothing is built for them. */
import { DiagnosticError, diagnostic, type Diagnostic } from './diagnostics.ts';
import type { Constraint, Target } from './target.ts';

/** A constraint in one sentence. */
export const constraintText = ({ feature, reason, nearest }: Constraint): string =>
  `${feature}: ${reason}. Nearest: ${nearest}`;

/** Why no network can be built for a target: E0317 with all its constraints; undefined where it has none. */
export function refusalOf({ name, constraints = [] }: Target): Diagnostic | undefined {
  if (constraints.length === 0) return undefined;
  const features = constraints.map(({ feature, reason }) => `${feature}: ${reason}`);
  return diagnostic(
    'E0317',
    `no network is built for the target "${name}", which is another machine. ${features.join('. ')}`,
    { path: 'constraints' },
    `nearest: ${constraints.map(({ nearest }) => nearest).join('; or ')}`,
  );
}

/** @throws DiagnosticError E0317 where the target differs in kind */
export function requireSameMachine(target: Target): void {
  const refusal = refusalOf(target);
  if (refusal !== undefined) throw new DiagnosticError([refusal]);
}
