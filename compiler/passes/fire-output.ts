/**
 * Modes whose output fires: the last layer fires, and its spikes are counted. The counter is a read-out of its own, one to
 * one, so that the chip needs nothing new for it.
 */
import { CONVERSIONS } from '../conversions.ts';
import type { FloatGraph, FloatLayer } from '../ir/layers.ts';
import type { BuildOptions } from '../options.ts';
import { optionalPass } from '../pass.ts';
import { printFloatGraph } from '../print/print-layers.ts';
import { verifyFloatGraph } from '../verify/verify-float-layers.ts';
import type { FormedLayers } from './form-layers.ts';

export function fireOutput(formed: FormedLayers): FormedLayers {
  const { graph, nodeOf } = formed;
  const last = graph.layers.at(-1)!;
  const firing: FloatLayer = { ...last, activation: { kind: 'relu', max: Infinity } };
  const [channels] = last.shape;
  const counter: FloatLayer = {
    name: `${last.name} spikes`,
    shape: last.shape,
    branches: [
      {
        source: graph.layers.length - 1,
        pool: [1, 1],
        pooled: last.shape,
        operator: { kind: 'diagonal', weight: new Float64Array(channels).fill(1) },
      },
    ],
    bias: new Float64Array(channels),
    activation: { kind: 'none' },
  };
  const layers = [...graph.layers.slice(0, -1), firing, counter];
  return { ...formed, graph: { ...graph, layers }, nodeOf: [...nodeOf, nodeOf.at(-1)!] };
}

/** The layers before {@link fireOutput}: the last one that fired accumulates. */
export function withoutFiring(graph: FloatGraph): FloatGraph {
  const layers = graph.layers.slice(0, -1);
  return { ...graph, layers: [...layers.slice(0, -1), { ...layers.at(-1)!, activation: { kind: 'none' } }] };
}

interface Needs {
  readonly formed: FormedLayers;
  readonly options: BuildOptions;
}

export const fireOutputPass = optionalPass({
  name: 'fire-output',
  says: 'paper mode: the last layer fires, and a read-out counts its spikes',
  when: ({ options }: Needs) => CONVERSIONS[options.mode].outputFires,
  run: ({ formed }) => ({ formed: fireOutput(formed) }),
  print: ({ formed }) => printFloatGraph(formed.graph),
  verify: ({ formed }) => {
    verifyFloatGraph(formed.graph, formed.nodeOf);
  },
});
