/** What the conventional network would spend, with and without its memory. Figures: M. Horowitz, ISSCC 2014, 45 nm. */
import type { Baseline, EnergyPart, RunRecord } from '../../isa/machine.ts';
import { sumOfParts } from './sensitivity.ts';

const HOROWITZ = 'Horowitz, ISSCC 2014, 45 nm';

/** A figure of the conventional side, per operation or per value of 8 bit. */
type Figure = Pick<EnergyPart, 'event' | 'jouleEach' | 'kind' | 'source'> & { readonly jouleEach: number };

/** 0.2 pJ multiplication + 0.03 pJ addition. */
const MAC: Figure = {
  event: 'mac8',
  jouleEach: 0.23e-12,
  kind: 'published',
  source: `8-bit multiply-add 0.23 pJ (0.2 + 0.03): ${HOROWITZ}`,
};
const SRAM = 'a read of 32 bit from an SRAM of 8 KiB costs 5 pJ, so 8 bit cost 1.25 pJ';
const DRAM = 'a read of 32 bit from DRAM costs 640 pJ, so 8 bit cost 160 pJ';
const WEIGHT_IN_SRAM: Figure = {
  event: 'weightFromSram',
  jouleEach: 1.25e-12,
  kind: 'derived',
  source: `${SRAM}: ${HOROWITZ}`,
};
const WEIGHT_IN_DRAM: Figure = {
  event: 'weightFromDram',
  jouleEach: 160e-12,
  kind: 'derived',
  source: `${DRAM}: ${HOROWITZ}`,
};
const ACTIVATION: Figure = {
  event: 'activationInSram',
  jouleEach: 1.25e-12,
  kind: 'assumed',
  source: `${SRAM}: ${HOROWITZ}; a write costs what a read costs (assumed)`,
};

const LAYER_BY_LAYER =
  'each weight is read once, and each activation written once and read once by each layer that takes it, 8 bit each';

const part = ({ event, jouleEach, kind, source }: Figure, count: number): EnergyPart => ({
  event,
  count,
  jouleEach,
  joule: count * jouleEach,
  kind,
  source,
});

interface ConventionalNetwork {
  readonly annMacs: number;
  readonly annWeights?: number | undefined;
  readonly annActivations?: number | undefined;
}

/**
 * The conventional network beside the chip: its arithmetic, and where its traffic is known, what it costs with its memory
 * on the chip and with its weights in DRAM.
 *
 * @param network counts per inference, from the provenance of the chip file
 * @param energy of the chip; where it is partial, the chip draws at least that
 */
export function compareWithAnn(network: ConventionalNetwork, energy: RunRecord['energy']): RunRecord['comparison'] {
  const { annMacs, annWeights, annActivations } = network;
  const arithmetic = part(MAC, annMacs);
  const baselines = [baseline('arithmetic', 'multiply-adds of 8 bit alone, without any memory', [arithmetic], energy)];
  if (annWeights !== undefined && annActivations !== undefined) {
    const activations = part(ACTIVATION, annActivations);
    baselines.push(
      baseline(
        'sram',
        `arithmetic and memory; all weights and activations in SRAM banks of 8 KiB on the chip; ${LAYER_BY_LAYER}`,
        [arithmetic, part(WEIGHT_IN_SRAM, annWeights), activations],
        energy,
      ),
      baseline(
        'dram',
        'as sram, but the weights come from DRAM',
        [arithmetic, part(WEIGHT_IN_DRAM, annWeights), activations],
        energy,
      ),
    );
  }
  return {
    annMacs,
    annJoule: arithmetic.joule!,
    source: '8-bit multiply-add 0.23 pJ (0.2 + 0.03) in 45 nm, arithmetic alone: Horowitz, ISSCC 2014',
    ...(annWeights !== undefined && { annWeights }),
    ...(annActivations !== undefined && { annActivations }),
    baselines,
  };
}

function baseline(
  name: Baseline['name'],
  assumption: string,
  parts: EnergyPart[],
  { joulePerInference: chip, partial, sensitivity }: RunRecord['energy'],
): Baseline {
  const joulePerInference = sumOfParts(parts);
  const larger = (ofChip: number): Baseline['larger'] => {
    if (ofChip > joulePerInference) return 'chip';
    if (partial) return 'undecided';
    return ofChip === joulePerInference ? 'equal' : 'conventional';
  };
  const { lowJoulePerInference: low, highJoulePerInference: high } = sensitivity?.range ?? {
    lowJoulePerInference: chip,
    highJoulePerInference: chip,
  };
  const verdict = larger(chip);
  return {
    name,
    assumption,
    parts,
    joulePerInference,
    larger: verdict,
    factor: joulePerInference === 0 ? null : chip / joulePerInference,
    robust: verdict !== 'undecided' && larger(low) === verdict && larger(high) === verdict,
  };
}
