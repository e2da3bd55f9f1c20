/** What compiler/read/onnx/operators/ holds; made by scripts/rooms.mjs. */
import { arithmetic } from '../arithmetic.ts';
import { averagePool } from '../average-pool.ts';
import { batchNormalization } from '../batch-normalization.ts';
import { cast } from '../cast.ts';
import { clip } from '../clip.ts';
import { concat } from '../concat.ts';
import { constant } from '../constant.ts';
import { conv } from '../conv.ts';
import { convTranspose } from '../conv-transpose.ts';
import { expand } from '../expand.ts';
import { floor } from '../floor.ts';
import { gemm } from '../gemm.ts';
import { identity } from '../identity.ts';
import { maxPool } from '../max-pool.ts';
import { pad } from '../pad.ts';
import { quantize } from '../quantize.ts';
import { reduce } from '../reduce.ts';
import { reshape } from '../reshape.ts';
import { resize } from '../resize.ts';
import { shape } from '../shape.ts';
import { slice } from '../slice.ts';
import { squeeze } from '../squeeze.ts';
import { tail } from '../tail.ts';
import { transpose } from '../transpose.ts';

export const ONNX_OPERATORS = {
  arithmetic: arithmetic,
  averagePool: averagePool,
  batchNormalization: batchNormalization,
  cast: cast,
  clip: clip,
  concat: concat,
  constant: constant,
  conv: conv,
  convTranspose: convTranspose,
  expand: expand,
  floor: floor,
  gemm: gemm,
  identity: identity,
  maxPool: maxPool,
  pad: pad,
  quantize: quantize,
  reduce: reduce,
  reshape: reshape,
  resize: resize,
  shape: shape,
  slice: slice,
  squeeze: squeeze,
  tail: tail,
  transpose: transpose,
} as const;
