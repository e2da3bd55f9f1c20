/** What a pass made, as text; typed arrays as lists. */
export const printJson = (value: unknown): string =>
  JSON.stringify(value, (_, v: unknown) => (ArrayBuffer.isView(v) ? Array.from(v as Int32Array) : v), 2);
