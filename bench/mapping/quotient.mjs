/**
 * Networks as quotient hypergraphs: a node is a column of at most 64 channels at one place of one layer, a hyperedge runs
 * from a source column to every column that hears it.
 */

/** Channels of a column. */
const COLUMN = 64;

/**
 * @typedef {object} LayerSpec
 * @property {string} name
 * @property {[channels: number, height: number, width: number]} shape
 * @property {Branch[]} from what the layer hears; empty for the input
 *
 * @typedef {object} Branch
 * @property {number} layer index of the source layer
 * @property {number} kernel side of the window; 0 for all places (a dense layer)
 * @property {number} stride
 * @property {number} pad
 * @property {boolean} perChannel pooling, depthwise and identity branches: a channel hears only its own
 */

/** A network is written down layer by layer; each method appends one that hears the last, or the layer named. */
export class Sketch {
  /** @param {number} channels @param {number} height @param {number} width */
  constructor(channels, height, width) {
    /** @type {LayerSpec[]} */
    this.layers = [{ name: 'input', shape: [channels, height, width], from: [] }];
  }

  get last() {
    return this.layers.length - 1;
  }

  convolution(channels, kernel, { stride = 1, pad = (kernel - 1) >> 1, layer = this.last } = {}) {
    return this.window(`conv${kernel}x${kernel}`, channels, { layer, kernel, stride, pad, perChannel: false });
  }

  depthwise(kernel, stride = 1) {
    const branch = { layer: this.last, kernel, stride, pad: (kernel - 1) >> 1, perChannel: true };
    return this.window(`depthwise${kernel}x${kernel}`, this.layers[this.last].shape[0], branch);
  }

  pool(kernel, stride = kernel, pad = 0) {
    const branch = { layer: this.last, kernel, stride, pad, perChannel: true };
    return this.window(`pool${kernel}`, this.layers[this.last].shape[0], branch);
  }

  dense(channels) {
    const branch = { layer: this.last, kernel: 0, stride: 1, pad: 0, perChannel: false };
    this.layers.push({ name: 'dense', shape: [channels, 1, 1], from: [branch] });
    return this;
  }

  /** A second branch into the last layer: an identity, or a 1×1 convolution where the shapes differ. */
  skipFrom(layer) {
    const [channels, height] = this.layers[this.last].shape;
    const [before, heightBefore] = this.layers[layer].shape;
    const stride = heightBefore / height;
    this.layers[this.last].from.push({
      layer,
      kernel: 1,
      stride,
      pad: 0,
      perChannel: before === channels && stride === 1,
    });
    return this;
  }

  window(name, channels, branch) {
    const [, height, width] = this.layers[branch.layer].shape;
    const size = (n) => Math.floor((n + 2 * branch.pad - branch.kernel) / branch.stride) + 1;
    this.layers.push({ name, shape: [channels, size(height), size(width)], from: [branch] });
    return this;
  }
}

const columnsOf = (channels) => Math.ceil(channels / COLUMN);

/**
 * Nodes layer by layer, rows of columns y then x, slices of channels innermost; hyperedges in the order of their sources.
 *
 * @param {readonly LayerSpec[]} layers
 * @returns the parts for `buildHypergraph`, the coordinates for the packing orders, and what the network holds
 */
export function quotientOf(layers) {
  const first = [0];
  for (const { shape } of layers) first.push(first.at(-1) + columnsOf(shape[0]) * shape[1] * shape[2]);
  const nodes = first.at(-1);
  const nodeLoad = new Float64Array(nodes);
  const coordinates = { layer: new Uint32Array(nodes), y: new Uint32Array(nodes), x: new Uint32Array(nodes) };
  layers.forEach(({ shape: [channels, height, width] }, l) => {
    let v = first[l];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let slice = 0; slice < columnsOf(channels); slice++, v++) {
          nodeLoad[v] = Math.min(COLUMN, channels - slice * COLUMN);
          coordinates.layer[v] = l;
          coordinates.y[v] = y;
          coordinates.x[v] = x;
        }
  });
  const heard = layers.map((_, l) =>
    layers.flatMap((target, t) =>
      target.from.filter(({ layer }) => layer === l).map((branch) => ({ target: t, branch })),
    ),
  );
  const source = [];
  const targetStart = [0];
  const targets = [];
  for (let v = 0; v < nodes; v++) {
    const found = new Set();
    const l = coordinates.layer[v];
    const slice = (v - first[l]) % columnsOf(layers[l].shape[0]);
    for (const { target, branch } of heard[l]) {
      addTargets(found, layers[target].shape, first[target], branch, coordinates.y[v], coordinates.x[v], slice);
    }
    if (found.size === 0) continue;
    source.push(v);
    for (const t of [...found].sort((a, b) => a - b)) targets.push(t);
    targetStart.push(targets.length);
  }
  return {
    parts: {
      nodes,
      resources: 1,
      nodeLoad,
      source: Uint32Array.from(source),
      targetStart: Uint32Array.from(targetStart),
      targets: Uint32Array.from(targets),
      edgeWeight: Float64Array.from(source, (v) => nodeLoad[v]),
    },
    coordinates,
    neurons: nodeLoad.reduce((sum, n) => sum + n, 0),
    synapses: layers.reduce(
      (sum, layer) => sum + layer.from.reduce((s, branch) => s + synapses(layers, layer, branch), 0),
      0,
    ),
  };
}

/** Target columns of one branch that hear the source column at (y, x). */
function addTargets(found, [channels, height, width], first, branch, y, x, slice) {
  const slices = columnsOf(channels);
  const [top, bottom] = branch.kernel === 0 ? [0, height - 1] : reach(branch, y, height);
  const [left, right] = branch.kernel === 0 ? [0, width - 1] : reach(branch, x, width);
  for (let ty = top; ty <= bottom; ty++)
    for (let tx = left; tx <= right; tx++)
      for (let s = branch.perChannel ? slice : 0; s < (branch.perChannel ? slice + 1 : slices); s++)
        found.add(first + (ty * width + tx) * slices + s);
}

/** First and last output whose window covers input position i. */
function reach({ kernel, stride, pad }, i, outputs) {
  return [
    Math.max(0, Math.ceil((i + pad - kernel + 1) / stride)),
    Math.min(outputs - 1, Math.floor((i + pad) / stride)),
  ];
}

/** Synapses of one branch, those that fall on padding left out. */
function synapses(layers, { shape: [channels, height, width] }, branch) {
  const [inChannels, inHeight, inWidth] = layers[branch.layer].shape;
  const taps = (outputs, inputs) => {
    let sum = 0;
    for (let i = 0; i < inputs; i++) {
      const [from, to] = reach(branch, i, outputs);
      sum += Math.max(0, to - from + 1);
    }
    return sum;
  };
  const places =
    branch.kernel === 0 ? height * width * inHeight * inWidth : taps(height, inHeight) * taps(width, inWidth);
  return places * channels * (branch.perChannel ? 1 : inChannels);
}
