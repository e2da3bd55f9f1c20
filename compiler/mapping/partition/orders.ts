/** Orders of the nodes in which neighbours in the list share much: starts for the packing. */

/** Where a node sits in its layer. Rows and columns are counted in the layer's own grid. */
export interface NodeCoordinates {
  readonly layer: Uint32Array;
  readonly y: Uint32Array;
  readonly x: Uint32Array;
}

export interface NodeOrder {
  readonly name: string;
  readonly nodes: Uint32Array;
}

/** Layers per window; within a window space comes first, so a block holds a patch of several layers. */
const WINDOWS = [1, 2, 3, 4];
/** Every layer is stretched to a square of this side before its Hilbert curve is drawn. */
const CURVE_BITS = 12;

/** Layer-major Hilbert, windows of 2, 3 and 4 layers, space-major Hilbert: without repetition for few layers. */
export function packingOrders(at: NodeCoordinates): readonly NodeOrder[] {
  const keys = curveKeys(at);
  const layers = at.layer.reduce((most, layer) => Math.max(most, layer + 1), 0);
  const windows = [...WINDOWS.filter((window) => window < layers), layers];
  return windows.map((window) => ({ name: windowName(window, layers), nodes: orderByWindow(at, keys, window) }));
}

function windowName(window: number, layers: number): string {
  if (window === 1) return 'layer-major Hilbert';
  return window === layers ? 'space-major Hilbert' : `Hilbert over ${window} layers`;
}

function orderByWindow(at: NodeCoordinates, keys: Float64Array, window: number): Uint32Array {
  const order = Uint32Array.from(keys, (_, v) => v);
  const group = (v: number): number => Math.floor(at.layer[v]! / window);
  return order.sort((a, b) => group(a) - group(b) || keys[a]! - keys[b]! || at.layer[a]! - at.layer[b]! || a - b);
}

/** Distance along the Hilbert curve of each node's centre, its layer stretched to the unit square. */
function curveKeys(at: NodeCoordinates): Float64Array {
  const layers = at.layer.reduce((most, layer) => Math.max(most, layer + 1), 0);
  const heights = new Uint32Array(layers);
  const widths = new Uint32Array(layers);
  for (let v = 0; v < at.layer.length; v++) {
    const layer = at.layer[v]!;
    heights[layer] = Math.max(heights[layer]!, at.y[v]! + 1);
    widths[layer] = Math.max(widths[layer]!, at.x[v]! + 1);
  }
  const side = 1 << CURVE_BITS;
  return Float64Array.from(at.layer, (layer, v) => {
    const x = Math.floor(((at.x[v]! + 0.5) / widths[layer]!) * side);
    const y = Math.floor(((at.y[v]! + 0.5) / heights[layer]!) * side);
    return curveDistance(side, x, y);
  });
}

/** Distance of a point along the Hilbert curve of a square whose side is a power of two. */
function curveDistance(side: number, pointX: number, pointY: number): number {
  let x = pointX;
  let y = pointY;
  let distance = 0;
  for (let size = side >> 1; size > 0; size >>= 1) {
    const right = (x & size) > 0 ? 1 : 0;
    const up = (y & size) > 0 ? 1 : 0;
    distance += size * size * ((3 * right) ^ up);
    if (up === 0) {
      if (right === 1) {
        x = side - 1 - x;
        y = side - 1 - y;
      }
      [x, y] = [y, x];
    }
  }
  return distance;
}
