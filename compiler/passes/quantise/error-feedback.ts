/**
 * Second-order rounding of a row of weights: they are rounded in order, and the error of each goes to those that are not yet
 * rounded, by as much as their inputs go together.
 *
 * With the second moments H of the inputs, rounding errors e move the output by eᵀHe in the mean square. H is taken apart as
 * Vᵀ·D·V, V lower triangular with ones, from the last input to the first, so eᵀHe = Σ_i d_i·(e_i + Σ_{j<i} V_ij·e_j)²; weight i is
 * rounded from w_i + Σ_{j<i} V_ij·e_j. That is the recursion of Frantar et al., "GPTQ" (ICLR 2023), without the inverse.
 */

/** What the weights of a row hear, as it is needed to round them. */
export interface ErrorFeedback {
  /**
   * @param wanted the row
   * @param store what is stored of a value, in the same unit
   * @param errors where wanted − stored goes, of each weight
   * @returns eᵀHe
   */
  round(wanted: Float64Array, store: (value: number, k: number) => number, errors: Float64Array): number;
}

/** Inputs of the weights of a row: `rows` times `columns` values, row after row. */
export interface InputMatrix {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** Added to the diagonal, relative to its mean: without it, inputs that are always silent, or the same, have no inverse. */
const DAMPING = 0.01;

/**
 * @param inputs of which the mean of every column is taken away, where `means` are given
 */
export function errorFeedback(inputs: InputMatrix, means: Float64Array | undefined): ErrorFeedback {
  return inputs.rows < inputs.columns ? new SampleFeedback(inputs, means) : new MomentFeedback(inputs, means);
}

/** Where there are more inputs than rows of them: what is fed back is kept per row, so no matrix is of inputs times inputs. */
class SampleFeedback implements ErrorFeedback {
  readonly #rows: number;
  readonly #columns: number;
  /** Column after column. */
  readonly #inputs: Float64Array;
  readonly #gains: Float64Array;
  readonly #weights: Float64Array;
  readonly #moved: Float64Array;

  constructor({ values, rows, columns }: InputMatrix, means: Float64Array | undefined) {
    this.#rows = rows;
    this.#columns = columns;
    this.#inputs = new Float64Array(values.length);
    let trace = 0;
    for (let k = 0; k < columns; k++)
      for (let r = 0; r < rows; r++) {
        const x = values[r * columns + k]! - (means?.[k] ?? 0);
        this.#inputs[k * rows + r] = x;
        trace += x * x;
      }
    this.#gains = new Float64Array(values.length);
    this.#weights = new Float64Array(columns);
    this.#moved = new Float64Array(rows);
    this.#factor(trace > 0 ? (DAMPING * trace) / columns : 1);
  }

  /** M = (1 + X·Xᵀ/λ)⁻¹ over the inputs behind; d = λ + xᵀMx, and what an input makes good of the errors before is M·x/d. */
  #factor(damping: number): void {
    const rows = this.#rows;
    const inverse = new Float64Array(rows * rows);
    for (let r = 0; r < rows; r++) inverse[r * rows + r] = 1;
    for (let k = this.#columns - 1; k >= 0; k--) {
      const x = this.#inputs.subarray(k * rows, (k + 1) * rows);
      const gain = this.#gains.subarray(k * rows, (k + 1) * rows);
      let weight = damping;
      for (let r = 0; r < rows; r++) {
        let sum = 0;
        for (let s = 0; s < rows; s++) sum += inverse[r * rows + s]! * x[s]!;
        gain[r] = sum;
        weight += sum * x[r]!;
      }
      this.#weights[k] = weight;
      for (let r = 0; r < rows; r++) {
        const factor = gain[r]! / weight;
        if (factor !== 0) for (let s = 0; s < rows; s++) inverse[r * rows + s]! -= factor * gain[s]!;
      }
      for (let r = 0; r < rows; r++) gain[r]! /= weight;
    }
  }

  round(wanted: Float64Array, store: (value: number, k: number) => number, errors: Float64Array): number {
    const rows = this.#rows;
    const moved = this.#moved.fill(0);
    let total = 0;
    for (let k = 0; k < this.#columns; k++) {
      const back = dot(this.#gains, k * rows, moved, rows);
      const stored = store(wanted[k]! + back, k);
      const error = wanted[k]! - stored;
      errors[k] = error;
      total += this.#weights[k]! * (error + back) ** 2;
      if (error !== 0) for (let r = 0, at = k * rows; r < rows; r++, at++) moved[r]! += error * this.#inputs[at]!;
    }
    return total;
  }
}

class MomentFeedback implements ErrorFeedback {
  readonly #columns: number;
  /** V below the diagonal, D on it; row after row. */
  readonly #factors: Float64Array;

  constructor(inputs: InputMatrix, means: Float64Array | undefined) {
    const { columns } = inputs;
    this.#columns = columns;
    this.#factors = moments(inputs, means);
    this.#factor();
  }

  #factor(): void {
    const n = this.#columns;
    const h = this.#factors;
    let trace = 0;
    for (let k = 0; k < n; k++) trace += h[k * n + k]!;
    const damping = trace > 0 ? (DAMPING * trace) / n : 1;
    for (let k = 0; k < n; k++) h[k * n + k]! += damping;
    for (let k = n - 1; k > 0; k--) {
      const weight = h[k * n + k]!;
      for (let j = 0; j < k; j++) {
        const across = h[k * n + j]!;
        if (across === 0) continue;
        const factor = across / weight;
        for (let i = 0; i <= j; i++) h[j * n + i]! -= factor * h[k * n + i]!;
      }
      for (let j = 0; j < k; j++) h[k * n + j]! /= weight;
    }
  }

  round(wanted: Float64Array, store: (value: number, k: number) => number, errors: Float64Array): number {
    const n = this.#columns;
    let total = 0;
    for (let k = 0; k < n; k++) {
      const back = dot(this.#factors, k * n, errors, k);
      const stored = store(wanted[k]! + back, k);
      const error = wanted[k]! - stored;
      errors[k] = error;
      total += this.#factors[k * n + k]! * (error + back) ** 2;
    }
    return total;
  }
}

/** Σ a[first + k]·b[k], in four sums: one would wait for itself. */
function dot(a: Float64Array, first: number, b: Float64Array, count: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 3 < count; k += 4) {
    s0 += a[first + k]! * b[k]!;
    s1 += a[first + k + 1]! * b[k + 1]!;
    s2 += a[first + k + 2]! * b[k + 2]!;
    s3 += a[first + k + 3]! * b[k + 3]!;
  }
  for (; k < count; k++) s0 += a[first + k]! * b[k]!;
  return s0 + s1 + (s2 + s3);
}

/**
 * Σ x·xᵀ on and below the diagonal, or where `means` are given Σ (x − mean)·(x − mean)ᵀ. Of whole numbers the sums are whole: their
 * order is of no matter, and what is always the same leaves exactly nothing.
 */
function moments({ values, rows, columns }: InputMatrix, means: Float64Array | undefined): Float64Array {
  const sums = new Float64Array(columns * columns);
  const active = new Uint32Array(columns);
  for (let r = 0; r < rows; r++) {
    const row = values.subarray(r * columns, (r + 1) * columns);
    let count = 0;
    for (let k = 0; k < columns; k++) {
      const value = row[k]!;
      if (value === 0) continue;
      active[count++] = k;
      const at = k * columns;
      for (let j = 0; j < count; j++) sums[at + active[j]!]! += value * row[active[j]!]!;
    }
  }
  if (means === undefined) return sums;
  const totals = new Float64Array(columns);
  for (let k = 0; k < values.length; k++) totals[k % columns]! += values[k]!;
  for (let k = 0; k < columns; k++)
    for (let j = 0; j <= k; j++) {
      const at = k * columns + j;
      sums[at] = (rows * sums[at]! - totals[k]! * totals[j]!) / rows;
    }
  return sums;
}
