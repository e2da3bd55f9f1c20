/** Irregular graphs, neuron by neuron, for a seed. */

/** The next 32 bits of a linear congruence with a mixed output. */
export function randomBits(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
    mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

/** Every neuron hears-from and drives others without any order: `fanOut` distinct targets, uniform over all. */
export function uniformGraph(neurons, fanOut, seed) {
  const bits = randomBits(seed);
  return graph(neurons, fanOut, () => Math.floor((bits() / 2 ** 32) * neurons));
}

/**
 * Neurons on a square grid that closes on itself, with scrambled ids. Of the `fanOut` targets of a neuron all but
 * `far` per cent lie in the square of `reach` cells around it, the rest anywhere.
 */
export function localGraph(side, fanOut, reach, far, seed) {
  const bits = randomBits(seed);
  const neurons = side * side;
  const below = (bound) => Math.floor((bits() / 2 ** 32) * bound);
  const idAt = Uint32Array.from({ length: neurons }, (_, k) => k);
  for (let k = neurons - 1; k > 0; k--) {
    const other = below(k + 1);
    [idAt[k], idAt[other]] = [idAt[other], idAt[k]];
  }
  const cellOf = new Uint32Array(neurons);
  for (let cell = 0; cell < neurons; cell++) cellOf[idAt[cell]] = cell;
  const wrap = (n) => (n + side) % side;
  return graph(neurons, fanOut, (v) => {
    if (below(100) < far) return below(neurons);
    const y = wrap(Math.floor(cellOf[v] / side) + below(2 * reach + 1) - reach);
    const x = wrap((cellOf[v] % side) + below(2 * reach + 1) - reach);
    return idAt[y * side + x];
  });
}

/** One hyperedge per neuron, its targets distinct and not itself. */
function graph(neurons, fanOut, draw) {
  const targets = new Uint32Array(neurons * fanOut);
  const seen = new Uint32Array(neurons);
  let count = 0;
  for (let v = 0; v < neurons; v++) {
    seen[v] = v + 1;
    for (const end = count + fanOut; count < end;) {
      const target = draw(v);
      if (seen[target] === v + 1) continue;
      seen[target] = v + 1;
      targets[count++] = target;
    }
  }
  return {
    parts: {
      nodes: neurons,
      resources: 1,
      nodeLoad: new Float64Array(neurons).fill(1),
      source: Uint32Array.from({ length: neurons }, (_, v) => v),
      targetStart: Uint32Array.from({ length: neurons + 1 }, (_, v) => v * fanOut),
      targets,
      edgeWeight: new Float64Array(neurons).fill(1),
    },
    neurons,
    synapses: count,
  };
}
