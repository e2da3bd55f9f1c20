/** Thresholds, biases and initial potentials as a core stores them: equal runs once. */
import { boxElement, boxSize } from '../../isa/index.ts';
import type { QuantisedGraph } from '../ir/layers.ts';
import type { ParameterSpan, PlannedRun, PlannedTile } from './core-plan.ts';

type Kind = 'bias' | 'threshold' | 'initial';

/** A run with its content as a key. */
interface Content {
  readonly values: Int32Array;
  readonly key: string;
  readonly isZero: boolean;
}

/** The runs of a graph's tiles. Those per channel are made once for each range of channels. */
export class ParameterRuns {
  readonly #graph: QuantisedGraph;
  /** Per kind and layer, by range of channels. */
  readonly #perChannel: Readonly<Record<Kind, readonly Map<number, Content>[]>>;

  constructor(graph: QuantisedGraph) {
    this.#graph = graph;
    const none = () => graph.layers.map(() => new Map<number, Content>());
    this.#perChannel = { bias: none(), threshold: none(), initial: none() };
  }

  /** Starts the parameter memory of a core. */
  allocate() {
    const byContent = new Map<string, PlannedRun>();
    let length = 0;
    return {
      /** The neurons of a tile with their run; undefined for biases that are all 0. */
      span: (kind: Kind, tile: PlannedTile): ParameterSpan | undefined => {
        const { values, key, isZero } = this.#content(kind, tile);
        if (kind === 'bias' && isZero) return undefined;
        let run = byContent.get(key);
        if (run === undefined) {
          run = { address: length, values };
          length += values.length;
          byContent.set(key, run);
        }
        return { first: tile.firstNeuron, count: boxSize(tile.box), run };
      },
      stored: (): readonly PlannedRun[] => [...byContent.values()],
    };
  }

  #content(kind: Kind, { layer: index, box }: PlannedTile): Content {
    const layer = this.#graph.layers[index]!;
    const values = layer[kind];
    if (values.length !== layer.shape[0])
      return compressed(Int32Array.from({ length: boxSize(box) }, (_, k) => values[boxElement(box, layer.shape, k)]!));
    const made = this.#perChannel[kind][index]!;
    const range = box.c0 * (values.length + 1) + box.channels;
    let content = made.get(range);
    if (content === undefined) made.set(range, (content = compressed(values.slice(box.c0, box.c0 + box.channels))));
    return content;
  }
}

function compressed(values: Int32Array): Content {
  const stored = values.every((value) => value === values[0]) ? values.slice(0, 1) : values;
  return { values: stored, key: stored.join(), isZero: stored.length === 1 && stored[0] === 0 };
}
