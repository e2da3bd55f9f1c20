/** Products of matrices. */
import { fail } from '../../../../isa/index.ts';
import { formatShape } from '../../../operators/shared/shapes.ts';
import { requireSize } from '../values.ts';
import type { Folds } from './fold.ts';

/** The most multiplications that are done while a model is read. */
const MOST_PRODUCTS = 2 ** 32;

export const products: Folds = {
  MatMul: {
    attributes: [],
    fold: (call, [a, b]) => {
      const [rows, inner] = a?.dims ?? [];
      const [same, columns] = b?.dims ?? [];
      if (a?.dims.length !== 2 || b?.dims.length !== 2 || inner !== same)
        fail(
          'E0204',
          `MatMul of the constants ${formatShape(a?.dims ?? [])} and ${formatShape(b?.dims ?? [])} is not read`,
        );
      const dims = [rows!, columns!];
      requireSize(dims, call.name);
      if (rows! * columns! * inner! > MOST_PRODUCTS)
        fail('E0209', `MatMul of constants takes more than ${MOST_PRODUCTS} products`);
      const data = new Float32Array(rows! * columns!);
      for (let row = 0; row < rows!; row++)
        for (let column = 0; column < columns!; column++) {
          let sum = 0;
          for (let k = 0; k < inner!; k++) sum += a.data[row * inner! + k]! * b.data[k * columns! + column]!;
          data[row * columns! + column] = sum;
        }
      return { kind: 'constant', name: call.name, dims, data, integer: false };
    },
  },
};
