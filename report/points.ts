/** What points of a sweep or a tuning have in common. */
import type { SweepInput, SweepRecord } from '../isa/index.ts';

type Options = SweepRecord['options'];

/** Options that have one value in all points. */
export function commonOptions(all: readonly Options[]): Record<string, string | boolean> {
  const [first = {}] = all;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => all.every((options) => options[name] === value)),
  );
}

/** Every input of some points once. */
export const distinctInputs = (points: readonly { readonly inputs: readonly SweepInput[] }[]): SweepInput[] => [
  ...new Map(
    points.flatMap(({ inputs }) =>
      inputs.map((input) => [`${input.option} ${input.name} ${input.sha256}`, input] as const),
    ),
  ).values(),
];
