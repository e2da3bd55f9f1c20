/** Networks that need more cores than the target has, or more neurons than its cores hold. */
import { shapeSize, livingCoreCount, failMisfit, type Shape, type Target } from '../../../isa/index.ts';

/** A message names no more layers than this. */
const LAYERS_SHOWN = 8;

type Layers = { readonly layers: readonly LayerSize[] };
type LayerSize = { readonly name: string; readonly shape: Shape };

/**
 * What no mapping can help is said before the network is calibrated: that it has more neurons than the target. Nothing else
 * is known by then, since layers can share cores.
 *
 * @throws DiagnosticError E0316; E0305 where all tiles are dead
 */
export function requireNeurons(graph: Layers, target: Target): void {
  const available = livingCoreCount(target);
  const { neurons: perCore } = target.limits;
  const room = available * perCore;
  const sizes = graph.layers.map(({ shape }) => shapeSize(shape));
  const neurons = sizes.reduce((sum, size) => sum + size, 0);
  if (neurons <= room) return;
  const alone = graph.layers.find((_, l) => sizes[l]! > room);
  const needed = Math.ceil(neurons / perCore);
  if (available === 0) {
    const cores = sizes.map((size) => Math.ceil(size / perCore));
    tooManyCores(graph, cores, needed, `the network needs at least ${needed} cores`, target);
  }
  failMisfit(target, {
    code: 'E0316',
    message: `the network has ${neurons} neurons; the ${available} cores of ${target.name} have ${room}, ${neurons - room} too few (${largestLayers(graph, sizes)})`,
    figure: 'limits.neurons',
    needed: Math.ceil(neurons / available),
    ...(alone !== undefined && { place: { layer: alone.name } }),
    remedy: `use a smaller network, or a target with ${needed} cores`,
  });
}

/**
 * @param perLayer cores that each layer would take alone
 * @param needed cores in all, those to which something is pinned apart
 * @param pinned cores to which something is pinned
 * @throws DiagnosticError E0305
 */
export function tooManyCores(
  graph: Layers,
  perLayer: readonly number[],
  needed: number,
  what: string,
  target: Target,
  pinned = 0,
): never {
  const available = livingCoreCount(target) - pinned;
  const alone = graph.layers.find((_, l) => perLayer[l]! > available);
  failMisfit(target, {
    code: 'E0305',
    message: `${what}; ${target.name} has ${available}${pinned === 0 ? '' : ` beside the ${pinned} that pins name`}, ${needed - available} too few (${largestLayers(graph, perLayer)})`,
    figure: 'mesh',
    needed: needed + pinned,
    ...(alone !== undefined && { place: { layer: alone.name } }),
    remedy: 'use a smaller network or larger cores',
  });
}

/** The layers with most cores, or most neurons, each with their number. */
function largestLayers(graph: Layers, perLayer: readonly number[]): string {
  const all = graph.layers.map(({ name }, l) => ({ name, count: perLayer[l]! }));
  const shown = all.toSorted((a, b) => b.count - a.count).slice(0, LAYERS_SHOWN);
  const rest = all.length - shown.length;
  return shown.map(({ name, count }) => `${name} ${count}`).join(', ') + (rest > 0 ? ` and ${rest} more layers` : '');
}
