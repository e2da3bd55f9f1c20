/** Activations that follow each other and are one. */
import type { Rectification } from '../../ir/layers.ts';

/**
 * The activation that does what the two do one after the other; undefined where none does: clips together are the lower
 * one; a staircase is changed by no clip at or above its highest level.
 */
export function mergeActivations(first: Rectification, second: Rectification): Rectification | undefined {
  if (first.levels === undefined && second.levels === undefined) return first.max <= second.max ? first : second;
  if (first.levels === undefined) return first.max >= second.max ? second : undefined;
  if (second.levels === undefined) return second.max >= first.max ? first : undefined;
  return first.levels === second.levels && first.max === second.max ? first : undefined;
}
