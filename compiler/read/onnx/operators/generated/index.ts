/** What compiler/read/onnx/operators/ holds; made by scripts/rooms.mjs. */
import { arithmetic } from '../arithmetic.ts';
import { averagePool } from '../average-pool.ts';
import { batchNormalization } from '../batch-normalization.ts';
import { cast } from '../cast.ts';
import { clip } from '../clip.ts';
import { concat } from '../concat.ts';
import { constant } from '../constant.ts';
import { conv } from '../conv.ts';
import { floor } from '../floor.ts';
import { gather } from '../gather.ts';
import { gemm } from '../gemm.ts';
import { identity } from '../identity.ts';
import { pad } from '../pad.ts';
import { reduceMean } from '../reduce-mean.ts';
import { reshape } from '../reshape.ts';
import { shape } from '../shape.ts';
import { softmax } from '../softmax.ts';
import { squeeze } from '../squeeze.ts';
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
  floor: floor,
  gather: gather,
  gemm: gemm,
  identity: identity,
  pad: pad,
  reduceMean: reduceMean,
  reshape: reshape,
  shape: shape,
  softmax: softmax,
  squeeze: squeeze,
  transpose: transpose,
} as const;
