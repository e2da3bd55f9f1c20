/** What a read-out says. */

/** The class that scores predict: index of the largest one, the lowest of equals. One rule for chip, oracle and network. */
export function largestIndex(values: ArrayLike<number>): number {
  let best = 0;
  for (let k = 1; k < values.length; k++) if (values[k]! > values[best]!) best = k;
  return best;
}
