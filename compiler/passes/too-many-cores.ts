/** Networks and layers that need more cores than the target has. */
import { shapeSize, livingCoreCount, fail, type Shape, type Target } from '../../isa/index.ts';

/** A message names no more layers than this. */
const LAYERS_SHOWN = 8;

type Layers = { readonly layers: readonly LayerSize[] };
type LayerSize = { readonly name: string; readonly shape: Shape };

/**
 * What no mapping can help is said before the network is calibrated: that it has more neurons than the target.
 *
 * @throws DiagnosticError E0305
 */
export function requireNeurons(graph: Layers, target: Target): void {
  const { neurons } = target.limits;
  const least = (size: number): number => Math.ceil(size / neurons);
  for (const layer of graph.layers)
    if (least(shapeSize(layer.shape)) > livingCoreCount(target))
      layerTooLarge(layer, least(shapeSize(layer.shape)), target);
  const needed = least(graph.layers.reduce((sum, { shape }) => sum + shapeSize(shape), 0));
  if (needed > livingCoreCount(target))
    tooManyCores(
      graph,
      graph.layers.map(({ shape }) => least(shapeSize(shape))),
      needed,
      `the network needs at least ${needed} cores`,
      target,
    );
}

/**
 * @param perLayer cores that each layer would take alone
 * @param needed cores in all
 * @throws DiagnosticError E0305
 */
export function tooManyCores(
  graph: Layers,
  perLayer: readonly number[],
  needed: number,
  what: string,
  target: Target,
): never {
  const available = livingCoreCount(target);
  fail(
    'E0305',
    `${what}; ${target.name} has ${available}, ${needed - available} too few (${largestLayers(graph, perLayer)})`,
    undefined,
    'use a smaller network or a target with more or larger cores',
  );
}

/** The layers that need most cores, each with their number. */
function largestLayers(graph: Layers, perLayer: readonly number[]): string {
  const all = graph.layers.map(({ name }, l) => ({ name, cores: perLayer[l]! }));
  const shown = all.toSorted((a, b) => b.cores - a.cores).slice(0, LAYERS_SHOWN);
  const rest = all.length - shown.length;
  return shown.map(({ name, cores }) => `${name} ${cores}`).join(', ') + (rest > 0 ? ` and ${rest} more layers` : '');
}

/** @throws DiagnosticError E0305 */
export function layerTooLarge(layer: LayerSize, atLeast: number, target: Target): never {
  const cores = livingCoreCount(target);
  fail(
    'E0305',
    `the layer of ${shapeSize(layer.shape)} neurons needs at least ${atLeast} cores; ${target.name} has ${cores}, ${atLeast - cores} too few`,
    { layer: layer.name },
    'use a smaller layer or a target with more or larger cores',
  );
}
