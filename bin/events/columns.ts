/** Names that columns and arrays of events go by. */

/** What an event is made of: time, column, row, polarity. */
export type Role = 't' | 'x' | 'y' | 'p';

export const ROLES: readonly Role[] = ['t', 'x', 'y', 'p'];

const NAMES: Readonly<Record<Role, readonly string[]>> = {
  t: ['t', 'ts', 'time', 'times', 'timestamp', 'timestamps'],
  x: ['x', 'xs', 'col', 'column'],
  y: ['y', 'ys', 'row'],
  p: ['p', 'ps', 'pol', 'polarity', 'polarities', 'on'],
};

export function roleOf(name: string): Role | undefined {
  const small = name.trim().toLowerCase();
  return ROLES.find((role) => NAMES[role].includes(small));
}

/** Whether the names say each of the four once. */
export const nameEvents = (names: readonly string[]): boolean =>
  ROLES.every((role) => names.filter((name) => roleOf(name) === role).length === 1);

export const LARGEST_COORDINATE = 2 ** 16 - 1;
/** Beyond it, neighbouring microseconds are no longer told apart. */
export const LARGEST_TIME_US = Number.MAX_SAFE_INTEGER;
export const US_PER_SECOND = 1e6;
