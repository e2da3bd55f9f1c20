/** Settings of nodes as text. */

/** What is there, with blanks between. */
export function words(...parts: readonly (string | false)[]): string {
  return parts.filter((part) => part !== false && part !== '').join(' ');
}

/** Nothing for no padding. */
export function printPadding(values: readonly number[]): string {
  return values.some((value) => value !== 0) ? `pad ${values.join(',')}` : '';
}
