/** Numbers and names as a reader wants to see them. */

const PREFIXES: ReadonlyMap<number, string> = new Map([
  [-18, 'a'],
  [-15, 'f'],
  [-12, 'p'],
  [-9, 'n'],
  [-6, 'µ'],
  [-3, 'm'],
  [0, ''],
  [3, 'k'],
  [6, 'M'],
  [9, 'G'],
  [12, 'T'],
]);

/**
 * A quantity with an SI prefix: 1.2346e-8 J → `12.35 nJ`. Beyond the prefixes a power of ten is written.
 *
 * @param digits significant digits
 */
export function formatSi(value: number, unit: string, digits = 4): string {
  if (value === 0) return `0 ${unit}`;
  // Rounded first: 999.96 must become 1 k, not 1000.
  const [mantissa = '0', exponentText = '0'] = value.toExponential(digits - 1).split('e');
  const exponent = Number(exponentText);
  const step = Math.floor(exponent / 3) * 3;
  const prefix = PREFIXES.get(step);
  if (prefix === undefined) return `${mantissa}e${exponent} ${unit}`;
  const shift = exponent - step;
  return `${(Number(mantissa) * 10 ** shift).toFixed(Math.max(0, digits - 1 - shift))} ${prefix}${unit}`;
}

/** A whole number with thousands separators, whatever the machine's locale. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** A mean of counts: four significant digits, with an SI prefix from a thousand on: 1471436.34 → `1.471 M`. */
export function formatMean(value: number): string {
  const rounded = Number(value.toPrecision(4));
  return Math.abs(rounded) < 1000 ? String(rounded) : formatSi(value, '').trimEnd();
}

/** A proportion in per cent. */
export function formatPercent(value: number, decimals = 2): string {
  return `${(value * 100).toFixed(decimals)} %`;
}

/**
 * Text from a file, fit for a terminal, a page or a picture: control characters (\p{C}, those that turn the direction of
 * writing among them) would move the cursor or worse, the separators of lines and paragraphs end lines, for browsers and for
 * the expressions that charts are made of.
 */
export function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}

/** The text, cut to `width` characters with an ellipsis. */
export function shorten(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** `1 core`, `2 cores`. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
