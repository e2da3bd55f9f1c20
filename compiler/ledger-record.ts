/** The ledger as a part of the build record. */
import type { LedgerRecord } from '../isa/index.ts';
import type { LayerLedger } from './passes/measure/ledger.ts';
import type { Ledger } from './passes/measure-conversion.ts';
import type { ConversionMode } from './conversions.ts';
import { advise } from './passes/measure/advise.ts';

/** @param weightBits width of the narrowest weights; @param mode that the network was converted in */
export function describeLedger(ledger: Ledger, weightBits: number, mode: ConversionMode): LedgerRecord {
  const { samples, labelled, ann, spiking, integer } = ledger.stations;
  return {
    samples,
    labelled,
    stations: { ann, spiking, integer },
    layers: ledger.layers.map(describeLayer),
    advice: advise(ledger, weightBits, mode),
  };
}

const describeLayer = (layer: LayerLedger): LedgerRecord['layers'][number] => ({
  ...layer,
  threshold: layer.threshold ?? null,
  rounding: layer.rounding ?? null,
  boundNorm: Number.isFinite(layer.boundNorm) ? layer.boundNorm : null,
  fixedPoint: layer.fixedPoint ?? null,
});
