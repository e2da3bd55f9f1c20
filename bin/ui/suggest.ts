/** "Did you mean": the known word that is nearest to what was typed. */

/** Words further away than this share of their length are no suggestion. */
const LARGEST_SHARE = 0.4;

/** The nearest of the known words by edit distance; undefined where none is near. */
export function nearest(typed: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const word of known) {
    const distance = editDistance(typed.toLowerCase(), word.toLowerCase());
    if (distance < least && distance <= Math.max(1, LARGEST_SHARE * Math.max(typed.length, word.length))) {
      best = word;
      least = distance;
    }
  }
  return best;
}

/** Levenshtein distance: insertions, deletions and substitutions count 1. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, k) => k);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let k = 1; k <= b.length; k++)
      next.push(Math.min(row[k]! + 1, next[k - 1]! + 1, row[k - 1]! + (a[i - 1] === b[k - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}

/** ` Did you mean "x"?` or nothing. */
export function suggestion(typed: string, known: Iterable<string>): string {
  const word = nearest(typed, known);
  return word === undefined ? '' : `; did you mean "${word}"?`;
}
