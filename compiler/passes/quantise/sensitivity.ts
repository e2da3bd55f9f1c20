/**
 * What every width of weights costs a layer: the part of its potentials that rounding moves, in the mean square. By what the layer
 * hears where that is known (H of the rounding of second order): eᵀHe relative to ŵᵀHŵ; else by its weights alone.
 */
import type { StoredBits } from '../../../isa/index.ts';
import { type FloatLayer, INPUT } from '../../ir/layers.ts';
import type { PacketRates } from '../../ir/rates.ts';
import { fanOut } from '../../linear/fan-out.ts';
import type { AverageOf } from '../../widths.ts';
import type { QuantiseContext } from './context.ts';
import { LayerQuantiser } from './layer-quantiser.ts';
import type { SecondOrder } from './second-order.ts';
import type { RoundedRun } from './hear-layer.ts';

export interface WidthLoss {
  readonly bits: StoredBits;
  /** 0: nothing is moved; 1: as much as everything that the layer hears moves it. */
  readonly loss: number;
}

export interface LayerSensitivity {
  readonly weights: number;
  /** Weights that an inference reads: one for every synapse that a packet visits. */
  readonly reads: number;
  /** By width, the narrowest first. */
  readonly losses: readonly WidthLoss[];
}

/**
 * Layers hear what those before send at the widest of the widths.
 *
 * @param rates packets that a neuron sends, for what is read
 * @param widths ascending
 * @param run absent: by the weights alone
 * @throws whatever the signal was aborted with
 */
export async function measureSensitivities(
  context: Omit<QuantiseContext, 'heard'> & { readonly rates: PacketRates },
  widths: readonly StoredBits[],
  run: RoundedRun | undefined,
): Promise<LayerSensitivity[]> {
  const { layers } = context.spiking.graph;
  const found: LayerSensitivity[] = [];
  const heard: (SecondOrder | undefined)[] = [];
  for (const [l, layer] of layers.entries()) {
    heard.push(await run?.hear(l));
    const at = (bits: StoredBits) =>
      new LayerQuantiser(l, {
        ...context,
        heard,
        options: { ...context.options, weightBits: bits, layerBits: undefined },
      });
    const losses: WidthLoss[] = [];
    for (const bits of widths) {
      const quantiser = at(bits);
      if (run !== undefined) await quantiser.findClips(() => run.breathe());
      losses.push({ bits, loss: quantiser.relativeError() });
    }
    const weights = layer.branches.reduce((sum, { operator }) => sum + operator.weight.length, 0);
    found.push({ weights, reads: readsOf(layer, context.rates), losses });
    const sent = at(widths.at(-1)!).quantise();
    // Where it does not fit, the rounding that follows says so.
    if (sent === undefined) return found;
    // What a layer heard takes memory.
    heard[l] = undefined;
    await run?.send(l, sent.layer);
  }
  return found;
}

/** Synapses that the packets of an inference visit, each element of a pooling window for itself. */
const readsOf = ({ branches, shape }: FloatLayer, rates: PacketRates): number =>
  branches.reduce((sum, branch) => {
    const rate = branch.source === INPUT ? rates.input : rates.layers[branch.source]!;
    const heard = fanOut(branch, shape);
    return sum + rate * branch.pool[0] * branch.pool[1] * heard.reduce((a, b) => a + b, 0);
  }, 0);

/** Of a layer: the place of its width among those that there are. */
type Places = number[];

const lostBy = (layers: readonly LayerSensitivity[], places: Places): number =>
  layers.reduce((sum, { losses }, l) => sum + losses[places[l]!]!.loss, 0);

/**
 * Widths with little loss in all that take no more than so many bits a weight on average. From every width on that all layers can
 * have, the layer is widened next, by one width or several, that gains most for its bits, while there are bits left; of these ends
 * the one that loses least is taken, so equal widths for all never lose less. Ties: the first layer, the narrowest start.
 *
 * @param average at least the narrowest width
 * @param of what a weight is counted as: see {@link countedIn}
 */
export function chooseWidths(
  layers: readonly LayerSensitivity[],
  average: number,
  of: AverageOf = 'stored',
): StoredBits[] {
  const starts = (layers[0]?.losses ?? []).flatMap(({ bits }, place) => (bits <= average ? [place] : []));
  const ends = starts.map((place) =>
    widened(
      layers,
      layers.map(() => place),
      { average, of },
    ),
  );
  const best = ends.reduce((a, b) => (lostBy(layers, b) < lostBy(layers, a) ? b : a));
  return best.map((place, l) => layers[l]!.losses[place]!.bits);
}

/** What the width of a layer counts in an average. */
export const countedIn = ({ weights, reads }: LayerSensitivity, of: AverageOf): number =>
  of === 'stored' ? weights : reads;

interface Average {
  readonly average: number;
  readonly of: AverageOf;
}

function widened(layers: readonly LayerSensitivity[], places: Places, { average, of }: Average): Places {
  let left = layers.reduce(
    (sum, layer, l) => sum + countedIn(layer, of) * (average - layer.losses[places[l]!]!.bits),
    0,
  );
  for (;;) {
    const next = mostGained(layers, places, { left, of });
    if (next === undefined) return places;
    places[next.layer] = next.place;
    left -= next.cost;
  }
}

function mostGained(
  layers: readonly LayerSensitivity[],
  places: Places,
  { left, of }: { readonly left: number; readonly of: AverageOf },
) {
  let best:
    | { readonly layer: number; readonly place: number; readonly rate: number; readonly cost: number }
    | undefined;
  for (const [layer, sensitivity] of layers.entries()) {
    const { losses } = sensitivity;
    const { bits, loss } = losses[places[layer]!]!;
    for (let place = places[layer]! + 1; place < losses.length; place++) {
      const cost = countedIn(sensitivity, of) * (losses[place]!.bits - bits);
      const rate = (loss - losses[place]!.loss) / cost;
      if (cost <= left && rate > (best?.rate ?? 0)) best = { layer, place, rate, cost };
    }
  }
  return best;
}
