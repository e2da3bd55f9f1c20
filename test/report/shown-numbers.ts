/** The numbers that an HTML report shows, and where in the run record each of them comes from. */

/** Value at a path of the record, such as `energy.parts.3.count`. */
const valueAt = (record: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], record);

interface ShownNumber {
  readonly value: number;
  /** Of the numbers whose product it is. */
  readonly paths: readonly string[];
  /** Of the number that the product is divided by. */
  readonly per?: string;
}

/** What the `data` elements of a document say: numbers, products of them, means over the inferences, ratios. */
export const shownNumbers = (html: string): ShownNumber[] =>
  [...html.matchAll(/<data value="([^"]*)" data-(path|product|mean)="([^"]*)"(?: data-per="([^"]*)")?>/g)].map(
    ([, value, kind, paths, per = kind === 'mean' ? 'inferences' : undefined]) => ({
      value: Number(value),
      paths: paths!.split(' '),
      ...(per !== undefined && { per }),
    }),
  );

/** Shown numbers that are not what the record says; an empty list where all agree. */
export const wrongNumbers = (html: string, record: unknown): ShownNumber[] =>
  shownNumbers(html).filter(({ value, paths, per }) => {
    const product = paths.map((path) => valueAt(record, path) as number).reduce((a, b) => a * b);
    return !Object.is(value, per === undefined ? product : product / (valueAt(record, per) as number));
  });
