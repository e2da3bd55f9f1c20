/** The parameters of neurons as a core stores them: equal runs once. */
import { boxElement, boxSize } from '../../isa/index.ts';
import type { QuantisedGraph } from '../ir/layers.ts';
import type { PlannedRun, PlannedTile } from './core-plan.ts';

/** A run with its content as a key. */
interface Content {
  readonly values: Int32Array;
  readonly key: string;
  readonly isZero: boolean;
}

/** The runs of a graph's tiles. Those per channel are made once for each range of channels. */
export class ParameterRuns {
  readonly #graph: QuantisedGraph;
  /** Per layer and parameter, by range of channels. */
  readonly #perChannel: readonly Readonly<Record<string, Map<number, Content>>>[];

  constructor(graph: QuantisedGraph) {
    this.#graph = graph;
    this.#perChannel = graph.layers.map(({ parameters }) =>
      Object.fromEntries(Object.keys(parameters).map((name) => [name, new Map<number, Content>()])),
    );
  }

  /** Starts the parameter memory of a core. */
  allocate() {
    const byContent = new Map<string, PlannedRun>();
    let length = 0;
    return {
      /**
       * The values of a parameter for the neurons of a tile, stored if they are not yet.
       *
       * @param leavesZero whether a parameter that is 0 for all of them is not stored; then undefined
       */
      run: (name: string, tile: PlannedTile, leavesZero: boolean): PlannedRun | undefined => {
        const { values, key, isZero } = this.#content(name, tile);
        if (leavesZero && isZero) return undefined;
        let run = byContent.get(key);
        if (run === undefined) {
          run = { address: length, values };
          length += values.length;
          byContent.set(key, run);
        }
        return run;
      },
      stored: (): readonly PlannedRun[] => [...byContent.values()],
    };
  }

  #content(name: string, { layer: index, box }: PlannedTile): Content {
    const layer = this.#graph.layers[index]!;
    const parameters: Readonly<Record<string, Int32Array>> = layer.parameters;
    const values = parameters[name]!;
    if (values.length !== layer.shape[0])
      return compressed(Int32Array.from({ length: boxSize(box) }, (_, k) => values[boxElement(box, layer.shape, k)]!));
    const made = this.#perChannel[index]![name]!;
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
