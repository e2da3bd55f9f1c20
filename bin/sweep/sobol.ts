/**
 * Sobol sequences: of any first 2^k points each of 2^k equal parts of every axis has one, and so, as far as the sequence is good, has every
 * box of a finer cut of several axes. Sobol (USSR Comput. Math. Math. Phys. 7, 1967), in the order of Antonov and Saleev (19, 1979).
 */

/**
 * Primitive polynomials over GF(2) as bits, the highest power first, each with its first direction integers m; of the second axis on. Joe and
 * Kuo, SIAM J. Sci. Comput. 30 (2008), file new-joe-kuo-6.21201.
 */
const DIRECTIONS: readonly (readonly [polynomial: number, ...integers: number[]])[] = [
  [3, 1],
  [7, 1, 3],
  [11, 1, 3, 1],
  [13, 1, 1, 1],
  [19, 1, 1, 3, 3],
  [25, 1, 3, 5, 13],
  [37, 1, 1, 5, 5, 17],
  [41, 1, 1, 5, 5, 5],
  [47, 1, 1, 7, 11, 19],
  [55, 1, 1, 5, 1, 1],
  [59, 1, 1, 1, 3, 11],
  [61, 1, 3, 5, 5, 31],
  [67, 1, 3, 3, 9, 7, 49],
  [91, 1, 1, 1, 15, 21, 21],
  [97, 1, 3, 1, 13, 27, 49],
  [103, 1, 1, 1, 15, 7, 5],
  [109, 1, 3, 1, 15, 13, 25],
  [115, 1, 1, 5, 5, 19, 61],
  [131, 1, 3, 7, 11, 23, 15, 103],
  [137, 1, 3, 7, 13, 13, 15, 69],
  [143, 1, 1, 3, 13, 7, 35, 63],
  [145, 1, 3, 5, 9, 1, 25, 53],
  [157, 1, 3, 1, 13, 9, 35, 107],
  [167, 1, 3, 1, 5, 27, 61, 31],
  [171, 1, 1, 5, 11, 19, 41, 61],
  [185, 1, 3, 5, 3, 3, 13, 69],
  [191, 1, 1, 7, 13, 1, 19, 1],
  [193, 1, 3, 7, 5, 13, 19, 59],
  [203, 1, 1, 3, 9, 25, 29, 41],
  [211, 1, 3, 5, 13, 23, 1, 55],
  [213, 1, 3, 7, 3, 13, 59, 17],
];

/** Axes that a sequence has at most: no plan was ever drawn over more, and projections of later axes are poor for few points. */
export const MOST_AXES = DIRECTIONS.length + 1;

const BITS = 32;

/** Direction numbers of an axis, v_1 .. v_32, as fractions of 2^32. */
function directionNumbers(axis: number): Uint32Array {
  const numbers = new Uint32Array(BITS);
  const [polynomial, ...integers] = axis === 0 ? [1] : DIRECTIONS[axis - 1]!;
  if (axis === 0) return numbers.map((_, k) => 2 ** (BITS - 1 - k));
  const degree = integers.length;
  for (let k = 0; k < BITS; k++) {
    if (k < degree) {
      numbers[k] = integers[k]! * 2 ** (BITS - 1 - k);
      continue;
    }
    let value = numbers[k - degree]! ^ (numbers[k - degree]! >>> degree);
    for (let j = 1; j < degree; j++) if (((polynomial >>> (degree - j)) & 1) === 1) value ^= numbers[k - j]!;
    numbers[k] = value;
  }
  return numbers;
}

/**
 * The first points of a sequence.
 *
 * @param axes 1..MOST_AXES
 * @param shifts of each axis, 32 bits that all its values are combined with by exclusive or (a digital shift, which keeps what holds of the
 *   parts of each axis); 0 where absent
 * @returns by axis, a place in [0, 1) for each point
 */
export function sobolPlaces(axes: number, count: number, shifts: readonly number[] = []): Float64Array[] {
  return Array.from({ length: axes }, (_, axis) => {
    const directions = directionNumbers(axis);
    const places = new Float64Array(count);
    let value = (shifts[axis] ?? 0) >>> 0;
    for (let k = 0; k < count; k++) {
      places[k] = value / 2 ** BITS;
      // The lowest bit of k that is 0.
      value = (value ^ directions[31 - Math.clz32(~k & (k + 1))]!) >>> 0;
    }
    return places;
  });
}
