/** "Did you mean": the known word that is nearest to what was typed. */

/** Words further away than this share of their length are no suggestion; one letter says nothing about another. */
const LARGEST_SHARE = 0.4;

/** The nearest of the known words by edit distance; undefined where none is near. */
function nearest(typed: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const word of known) {
    const distance = editDistance(typed.toLowerCase(), word.toLowerCase());
    if (
      distance < least &&
      distance < word.length &&
      distance <= Math.max(1, LARGEST_SHARE * Math.max(typed.length, word.length))
    ) {
      best = word;
      least = distance;
    }
  }
  return best;
}

/** Near words that are named at most. */
const NEAR_WORDS = 4;

/** The known words that hold what was typed, or are near to it, the nearest first. */
export function nearWords(typed: string, known: readonly string[]): string[] {
  const wanted = typed.toLowerCase();
  const distances = known.map((word) => {
    const lower = word.toLowerCase();
    const holds = wanted.length > 1 && (lower.includes(wanted) || (lower.length > 2 && wanted.includes(lower)));
    const distance = editDistance(wanted, lower);
    const isNear =
      distance < word.length && distance <= Math.max(1, LARGEST_SHARE * Math.max(wanted.length, word.length));
    return { word, distance: holds ? Math.min(1, distance) : isNear ? distance : Infinity };
  });
  return distances
    .filter(({ distance }) => distance < Infinity)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, NEAR_WORDS)
    .map(({ word }) => word);
}

/** Insertions, deletions, substitutions and swaps of neighbours count 1 (optimal string alignment). */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, k) => k)];
  for (let i = 1; i <= a.length; i++) {
    const above = rows[i - 1]!;
    const row = [i];
    for (let k = 1; k <= b.length; k++) {
      const substituted = above[k - 1]! + (a[i - 1] === b[k - 1] ? 0 : 1);
      row.push(Math.min(above[k]! + 1, row[k - 1]! + 1, substituted));
      if (i > 1 && k > 1 && a[i - 1] === b[k - 2] && a[i - 2] === b[k - 1])
        row[k] = Math.min(row[k]!, rows[i - 2]![k - 2]! + 1);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/** `; did you mean "x"?` or nothing. */
export function suggestion(typed: string, known: Iterable<string>): string {
  const word = nearest(typed, known);
  return word === undefined ? '' : `; did you mean "${word}"?`;
}
