/** Operators whose inputs are all known, by ONNX type. */
import { elementwise } from './elementwise.ts';
import { made } from './made.ts';
import { products } from './products.ts';
import { reductions } from './reductions.ts';
import type { Folds } from './fold.ts';

export const FOLDS: Folds = { ...elementwise, ...reductions, ...products, ...made };
