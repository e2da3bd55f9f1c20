/** The spiking network by its definition: every connection on its own, every layer in every tick, without delays. */
import { neuronsIn } from '../../arbitraries/neurons.ts';
import { INPUT, type Branch } from '../../../compiler/ir/layers.ts';
import type { SimulatedNetwork } from '../../../compiler/engines/simulated-network.ts';
import { shapeSize, type Shape } from '../../../isa/index.ts';

interface Connection {
  /** NCHW index in the source before pooling. */
  readonly pre: number;
  readonly post: number;
  readonly weight: number;
}

/** Every pair of a source element and a neuron with the weight between them, from the definition of the operators. */
export function connectionsOf(branch: Branch<ArrayLike<number>>, source: Shape, shape: Shape): Connection[] {
  const { operator, pooled, pool } = branch;
  const [, height, width] = source;
  const found: Connection[] = [];
  const connect = (c: number, y: number, x: number, post: number, weight: number) => {
    for (let dy = 0; dy < pool[0]; dy++)
      for (let dx = 0; dx < pool[1]; dx++)
        found.push({ pre: (c * height + y * pool[0] + dy) * width + x * pool[1] + dx, post, weight });
  };
  const connectIndex = (index: number, post: number, weight: number) => {
    const area = pooled[1] * pooled[2];
    const rest = index % area;
    connect(Math.floor(index / area), Math.floor(rest / pooled[2]), rest % pooled[2], post, weight);
  };
  const size = shapeSize(pooled);
  switch (operator.kind) {
    case 'dense':
      for (let k = 0; k < operator.weight.length; k++)
        connectIndex(k % size, Math.floor(k / size), operator.weight[k]!);
      break;
    case 'diagonal':
      for (let k = 0; k < size; k++) connectIndex(k, k, operator.weight[Math.floor(k / (pooled[1] * pooled[2]))]!);
      break;
    case 'sparse':
      for (let k = 0; k < operator.weight.length; k++)
        connectIndex(operator.pre[k]!, operator.post[k]!, operator.weight[k]!);
      break;
    case 'conv': {
      const { kernel, stride, padding, dilation, groups } = operator;
      const inGroup = pooled[0] / groups;
      for (let post = 0; post < shapeSize(shape); post++) {
        const out = Math.floor(post / (shape[1] * shape[2]));
        const [oy, ox] = [Math.floor(post / shape[2]) % shape[1], post % shape[2]];
        for (let g = 0; g < inGroup; g++)
          for (let ky = 0; ky < kernel[0]; ky++)
            for (let kx = 0; kx < kernel[1]; kx++) {
              const y = oy * stride[0] + ky * dilation[0] - padding[0];
              const x = ox * stride[1] + kx * dilation[1] - padding[1];
              if (y < 0 || y >= pooled[1] || x < 0 || x >= pooled[2]) continue;
              const c = Math.floor(out / (shape[0] / groups)) * inGroup + g;
              connect(c, y, x, post, operator.weight[((out * inGroup + g) * kernel[0] + ky) * kernel[1] + kx]!);
            }
      }
    }
  }
  return found;
}

export interface NaiveLayer {
  /** Per tick, NCHW. */
  readonly spikes: number[][];
  readonly counts: number[];
  readonly potentials: number[];
}

/** @param x NCHW */
export function naiveSpikes(network: SimulatedNetwork, x: ArrayLike<number>): NaiveLayer[] {
  const { window, integratesFirst } = network;
  const layers = network.layers.map((layer) => {
    const size = shapeSize(layer.shape);
    const area = size / layer.shape[0];
    const given = neuronsIn(layer.neurons);
    const at = (values: ArrayLike<number>, k: number) => values[values.length === size ? k : Math.floor(k / area)]!;
    const branches = layer.branches.map(({ source, sourceShape, branch, scale, ahead }) => ({
      source,
      ahead,
      connections: connectionsOf(branch, sourceShape, layer.shape).map((connection) => ({
        ...connection,
        weight: connection.weight * (scale?.[Math.floor(connection.pre / (sourceShape[1] * sourceShape[2]))] ?? 1),
      })),
    }));
    const potentials = Array.from({ length: size }, (_, k) => at(given.initial, k));
    const spikes: number[][] = [];
    const signed = layer.neurons.neuron === 'signed-integrate-and-fire';
    return { given, size, at, branches, potentials, spikes, signed };
  });
  /** @param tick of the layer's own window; what is heard before it began has negative ones */
  const integrate = ({ branches, potentials, given, at }: (typeof layers)[number], tick: number) => {
    for (const { source, connections, ahead } of branches) {
      const sent = integratesFirst ? tick : tick + ahead;
      if (sent < 0 || sent >= window) continue;
      for (const { pre, post, weight } of connections)
        potentials[post]! += weight * (source === INPUT ? x[pre]! : layers[source]!.spikes[sent]![pre]!);
    }
    if (tick < 0) return;
    potentials.forEach((_, k) => {
      potentials[k]! += at(given.bias, k);
    });
  };
  const fire = ({ given, potentials, spikes, at, size, signed }: (typeof layers)[number]) => {
    if (given.threshold.length === 0) return;
    const tick = Array.from({ length: size }, (_, k) => {
      if (potentials[k]! >= at(given.threshold, k)) return 1;
      const sent = spikes.reduce((sum, before) => sum + before[k]!, 0);
      return signed && potentials[k]! < 0 && sent > 0 ? -1 : 0;
    });
    tick.forEach((spike, k) => {
      potentials[k]! -= spike * at(given.threshold, k);
    });
    spikes.push(tick);
  };
  for (const layer of layers) {
    const ahead = integratesFirst ? 0 : Math.max(0, ...layer.branches.map((branch) => branch.ahead));
    for (let tick = -ahead; tick < window; tick++) {
      integrate(layer, tick);
      if (tick >= 0 && !integratesFirst) fire(layer);
    }
    for (let tick = 0; tick < window && integratesFirst; tick++) fire(layer);
  }
  return layers.map(({ spikes, potentials, size }) => ({
    spikes,
    counts: Array.from({ length: size }, (_, k) => spikes.reduce((sum, tick) => sum + tick[k]!, 0)),
    potentials,
  }));
}
