/** How far an energy follows figures that are not certain. Formulas: spec/energy.md, section "How certain it is". */
import type { EnergyPart, Sensitivity } from '../../isa/machine.ts';

const DECIDING = 3;

/** Known energies of parts, in their order. */
export const sumOfParts = (parts: readonly EnergyPart[]): number =>
  parts.reduce((sum, { joule }) => sum + (joule ?? 0), 0);

/** Ends of the range of a part whose energy is known. */
const lowOf = (joule: number, uncertainty: number): number => joule / (1 + uncertainty);
const highOf = (joule: number, uncertainty: number): number => joule * (1 + uncertainty);

/**
 * Which figures decide an energy, and between which ends it lies. Parts that are unknown take no part.
 *
 * @param parts counts times figures; joules of all inferences together
 * @param inferences that the parts are of; with none the ranges are 0
 */
export function sensitivityOf(parts: readonly EnergyPart[], inferences: number): Sensitivity {
  const known = parts.flatMap(({ event, kind, joule, relativeUncertainty = 0 }) =>
    joule === null || joule === 0 ? [] : [{ event, kind, joule, relativeUncertainty }],
  );
  const total = sumOfParts(parts);
  const each = (joule: number): number => (inferences === 0 ? 0 : joule / inferences);
  const ends = (low: number, high: number) => ({ lowJoulePerInference: each(low), highJoulePerInference: each(high) });
  const ranked = known
    .map(({ joule, ...part }) => ({
      ...part,
      share: joule / total,
      influence: (joule / total) * part.relativeUncertainty,
    }))
    .sort((a, b) => b.influence - a.influence || b.share - a.share);
  const oneAtATime = known
    .filter(({ relativeUncertainty }) => relativeUncertainty > 0)
    .map(({ event, joule, relativeUncertainty: u }) => ({
      event,
      ...ends(total - joule + lowOf(joule, u), total - joule + highOf(joule, u)),
    }))
    .sort((a, b) => width(b) - width(a));
  const low = known.reduce((sum, { joule, relativeUncertainty }) => sum + lowOf(joule, relativeUncertainty), 0);
  const high = known.reduce((sum, { joule, relativeUncertainty }) => sum + highOf(joule, relativeUncertainty), 0);
  return {
    formula:
      'influence = share of the known sum * relative uncertainty u; a figure lies between value / (1 + u) and value * (1 + u); u as the target states it, else 1 for assumed figures and 0 for published and derived ones',
    deciding: ranked.slice(0, DECIDING),
    range: ends(low, high),
    oneAtATime,
  };
}

const width = (range: { readonly lowJoulePerInference: number; readonly highJoulePerInference: number }): number =>
  range.highJoulePerInference - range.lowJoulePerInference;
