/**
 * Exact McNemar test: two classifiers on the same samples. Only samples that one of them alone gets right tell them apart;
 * if the two were equally good, each of the n = b + c such samples would fall to either side like a coin. The two-sided
 * p-value is min(1, 2 * sum over k = 0..min(b, c) of C(n, k) / 2^n).
 *
 * McNemar, Psychometrika 12 (1947) 153-157; exact form: Fagerland, Lydersen, Laake, BMC Med. Res. Methodol. 13 (2013) 91.
 *
 * @param b samples that the first alone gets right
 * @param c samples that the second alone gets right
 */
export function mcnemarExact(b: number, c: number): number {
  const n = b + c;
  const least = Math.min(b, c);
  // C(n, least) / 2^n, halved while it grows, so that it stays in range.
  let term = 1;
  let halvings = n;
  for (let k = 1; k <= least; k++) {
    term *= (n - least + k) / k;
    while (term > 1 && halvings > 0) {
      term /= 2;
      halvings--;
    }
  }
  term *= 2 ** -halvings;
  let tail = 0;
  for (let k = least; k >= 0; k--) {
    tail += term;
    term *= k / (n - k + 1);
  }
  return Math.min(1, 2 * tail);
}
