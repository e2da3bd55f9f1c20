/** The numbers that an HTML report shows, and where in the run record each of them comes from. */

/** Value at a path of the record, such as `energy.parts.3.count`. */
const valueAt = (record: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], record);

interface ShownNumber {
  readonly value: number;
  /** Of the numbers whose product it is. */
  readonly paths: readonly string[];
}

/** What the `data` elements of a document say. */
export const shownNumbers = (html: string): ShownNumber[] =>
  [...html.matchAll(/<data value="([^"]*)" data-(?:path|product)="([^"]*)">/g)].map(([, value, paths]) => ({
    value: Number(value),
    paths: paths!.split(' '),
  }));

/** Shown numbers that are not what the record says; an empty list where all agree. */
export const wrongNumbers = (html: string, record: unknown): ShownNumber[] =>
  shownNumbers(html).filter(
    ({ value, paths }) =>
      !Object.is(
        value,
        paths.map((path) => valueAt(record, path) as number).reduce((a, b) => a * b),
      ),
  );
