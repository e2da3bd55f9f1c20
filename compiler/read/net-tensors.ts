/** Tensors of net.json: numbers in the document, or little-endian in a file beside it. */
import { fail } from '../../isa/index.ts';
import type { Tensor } from '../ir/ann.ts';
import { LARGEST_NETWORK } from '../ann/infer-shape.ts';
import type { NetIndices, NetTensor, TensorSource } from '../operators/shared/net-form.ts';
import { formatShape, sizeOf } from '../operators/shared/shapes.ts';
import { withPlace } from './faults.ts';
import type { NetDoubles } from './conversion-schema.ts';
import type { NetDocument } from './net-schema.ts';
import type { ReadOptions } from './options.ts';
import { SideFiles, toNativeOrder } from './side-files.ts';

const WIDTHS = { float32: 4, float64: 8, uint32: 4 } as const;

export class NetTensors implements TensorSource {
  readonly #files: SideFiles;

  /** @param written the files that the document was written with */
  constructor(readSideFile: ReadOptions['readSideFile'], written: NetDocument['tensorFiles']) {
    const expected = new Map(written?.map(({ file, sha256 }) => [file, sha256]));
    this.#files = new SideFiles(readSideFile, 'E0202', expected);
  }

  /**
   * The tensor in 32 bit; doubles are rounded.
   *
   * @param path where it stands in the document, for faults
   * @throws E0205 where shape and numbers differ in size, E0209 where it is too large
   */
  read(tensor: NetTensor, path: string): Tensor {
    const size = sizeOf(tensor.shape);
    if (!(size <= LARGEST_NETWORK)) fail('E0209', `the tensor has more than ${LARGEST_NETWORK} elements`, { path });
    return { shape: tensor.shape, data: this.#numbers(tensor, size, path) };
  }

  #numbers(tensor: NetTensor, size: number, path: string): Float32Array {
    if ('data' in tensor) {
      if (tensor.data.length !== size) {
        fail(
          'E0205',
          `the shape ${formatShape(tensor.shape)} needs ${size} numbers, but there are ${tensor.data.length}`,
          { path },
        );
      }
      return Float32Array.from(tensor.data);
    }
    const buffer = this.#bytes(tensor, size, path);
    return tensor.dtype === 'float32' ? new Float32Array(buffer) : Float32Array.from(new Float64Array(buffer));
  }

  /** A tensor of one dimension. @throws E0205 where it has more, else as {@link read} */
  readVector(tensor: NetTensor, path: string): Float32Array {
    if (tensor.shape.length !== 1) {
      fail('E0205', `the shape ${formatShape(tensor.shape)} must have one dimension`, { path: `${path}.shape` });
    }
    return this.read(tensor, path).data;
  }

  /** Doubles as they are, not rounded. @throws E0209 where there are too many */
  readDoubles(doubles: NetDoubles, path: string): Float64Array {
    if (Array.isArray(doubles)) return Float64Array.from(doubles);
    const [size] = doubles.shape;
    if (!(size <= LARGEST_NETWORK)) fail('E0209', `there are more than ${LARGEST_NETWORK} numbers`, { path });
    return new Float64Array(this.#bytes(doubles, size, path));
  }

  /** @throws E0209 where there are too many */
  readIndices(indices: NetIndices, path: string): Uint32Array {
    if (Array.isArray(indices)) return Uint32Array.from(indices);
    const [size] = indices.shape;
    if (!(size <= LARGEST_NETWORK)) fail('E0209', `there are more than ${LARGEST_NETWORK} indices`, { path });
    return new Uint32Array(this.#bytes(indices, size, path));
  }

  #bytes(
    source: { file: string; offset?: number | undefined; dtype: keyof typeof WIDTHS },
    size: number,
    path: string,
  ): ArrayBuffer {
    const width = WIDTHS[source.dtype];
    const bytes = withPlace({ path }, () => this.#files.slice(source.file, source.offset ?? 0, size * width));
    return toNativeOrder(bytes, width);
  }
}
