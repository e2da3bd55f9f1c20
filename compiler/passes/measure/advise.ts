/** Says which layer, which term and which option, where the conversion loses much. */
import { option } from '../../../isa/index.ts';
import { CONVERSIONS, type ConversionMode } from '../../conversions.ts';
import type { LayerLedger } from './ledger.ts';
import type { Ledger } from '../measure-conversion.ts';

/** Outputs that differ by less, relative to their mean size, are taken as good. */
const LARGE_DIFFERENCE = 0.05;
/** Share of the samples whose class may change. */
const LARGE_DISAGREEMENT = 0.02;

const OWN_TERMS = ['unevenness', 'rounding', 'clipping'] as const;
type OwnTerm = (typeof OWN_TERMS)[number];

const REMEDIES: Readonly<Record<Exclude<OwnTerm, 'unevenness'>, string>> = {
  rounding: `rates are too coarse, which a longer window (${option('window')}) makes finer`,
  clipping: `thresholds are below what the network uses: ${option('rule', 'max')}, a higher percentile:p, or ${option('balance')}`,
};

/**
 * @param weightBits width of the narrowest weights
 * @param mode that the network was converted in
 */
export function advise({ stations, layers }: Ledger, weightBits: number, mode: ConversionMode): string[] {
  const advice: string[] = [];
  const { samples } = stations;
  const loses = (station: 'spiking' | 'integer') =>
    stations[station].difference > LARGE_DIFFERENCE &&
    samples - stations[station].agreeing > LARGE_DISAGREEMENT * samples;
  if (loses('spiking')) {
    const worst = layers.filter(({ threshold }) => threshold !== undefined).reduce(worseOf, undefined);
    if (worst !== undefined) advice.push(describe(worst, mode));
  }
  if (loses('integer'))
    advice.push(
      weightBits < 8
        ? `the integers change ${samples - stations.integer.agreeing} of ${samples} answers: weights of ${weightBits} bit are too coarse, ${option('weightBits', 8)} keeps more`
        : `the integers change ${samples - stations.integer.agreeing} of ${samples} answers: a longer window (${option('window')}) or per-channel thresholds (${option('per', 'channel')}) keep more`,
    );
  return advice;
}

/** Largest of a layer's own terms, relative to its activations. */
function ownError({ terms, activationRms }: LayerLedger): { readonly term: OwnTerm; readonly size: number } {
  const scale = activationRms > 0 ? activationRms : 1;
  return OWN_TERMS.map((term) => ({ term, size: terms[term].rms / scale })).reduce((a, b) => (b.size > a.size ? b : a));
}

const worseOf = (worst: LayerLedger | undefined, layer: LayerLedger): LayerLedger =>
  worst !== undefined && ownError(worst).size >= ownError(layer).size ? worst : layer;

function describe(layer: LayerLedger, mode: ConversionMode): string {
  const { term, size } = ownError(layer);
  const remedy = term === 'unevenness' ? CONVERSIONS[mode].unevenness.remedy : REMEDIES[term];
  return `most is lost in ${layer.layer}, by ${term} (${Math.round(size * 100)} % of its activations): ${remedy}`;
}
