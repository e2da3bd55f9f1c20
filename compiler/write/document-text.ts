/** JSON that people can read: what fits a line stays on one, and lists of numbers always do. */

const WIDTH = 100;

/** @param value without functions, symbols and undefined members of arrays */
export function documentText(value: unknown): string {
  return `${format(value, '')}\n`;
}

function format(value: unknown, indent: string): string {
  const line = JSON.stringify(value);
  if (typeof value !== 'object' || value === null || line.length <= WIDTH) return line;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== 'object')) return line;
    return `[\n${value.map((item) => inner + format(item, inner)).join(',\n')}\n${indent}]`;
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${inner}${JSON.stringify(key)}: ${format(member, inner)}`);
  return `{\n${members.join(',\n')}\n${indent}}`;
}
