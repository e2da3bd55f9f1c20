/** Which of several mappings a build takes: what an objective, a deadline and an energy budget ask for, by predicted figures. */
import type { Target } from '../../../isa/index.ts';
import type { PacketRates } from '../../ir/rates.ts';
import type { Mapped } from '../../mapping/map-network.ts';
import { predictMapping, type Prediction } from '../../mapping/predict.ts';
import type { Assignment, MappingAim } from '../../options.ts';

/** A mapping that was found, or why it was not taken. */
export interface MappingCandidate extends Prediction {
  readonly assignment: Assignment;
  readonly verdict: 'taken' | 'misses the deadline' | 'exceeds the energy budget' | 'not better';
}

export interface OfferedMapping {
  readonly by: Assignment;
  readonly mapped: Mapped;
}

export interface ChosenMapping extends OfferedMapping {
  readonly candidates: readonly MappingCandidate[];
  /** Whether the deadline and the budget are kept, as far as is predicted. */
  readonly keeps: boolean;
}

interface Weighed extends OfferedMapping {
  readonly prediction: Prediction;
  readonly fault: 'misses the deadline' | 'exceeds the energy budget' | undefined;
}

/**
 * Some images send more than the mean and not evenly, so an inference takes longer than predicted: so does a
 * mapping whose critical core is another in every image (spec/mapping.md, "Mapping by work").
 */
const SOME_TAKE_LONGER = 1.4;
/** Energy differs less from sample to sample than time. */
const SOME_TAKE_MORE = 1.1;

/**
 * @param offers found one after the other, those on few cores first; no more are asked for where few cores are wanted and one of them
 *   keeps what is asked
 */
export function chooseMapping(
  rates: PacketRates,
  target: Target,
  aim: MappingAim,
  offers: Iterable<OfferedMapping>,
): ChosenMapping {
  const weighed: Weighed[] = [];
  const isBound = aim.deadlineSeconds !== undefined || aim.energyBudgetJ !== undefined;
  for (const offer of offers) {
    const { planner: own, sources } = offer.mapped;
    const prediction = predictMapping(own.graph, sources, rates, target);
    const fault = faultOf(prediction, aim, target);
    weighed.push({ ...offer, prediction, fault });
    if (fault === undefined && isBound && (aim.objective === 'balanced' || aim.objective === 'cores')) break;
  }
  const kept = weighed.filter(({ fault }) => fault === undefined);
  const price = priceOf(kept.length === 0 ? closest(aim) : aim.objective, isBound);
  const among = kept.length === 0 ? weighed : kept;
  const taken = among.reduce((a, b) => (price(b.prediction) < price(a.prediction) ? b : a));
  return {
    ...{ by: taken.by, mapped: taken.mapped, keeps: taken.fault === undefined },
    candidates: weighed.map((each) => ({
      ...{ assignment: each.by, ...each.prediction },
      verdict: each === taken ? 'taken' : (each.fault ?? 'not better'),
    })),
  };
}

function faultOf({ cycles, energyJ }: Prediction, aim: MappingAim, { timing }: Target): Weighed['fault'] {
  const { deadlineSeconds = Infinity, energyBudgetJ = Infinity } = aim;
  if ((SOME_TAKE_LONGER * cycles) / timing.clockHz.value > deadlineSeconds) return 'misses the deadline';
  return SOME_TAKE_MORE * energyJ > energyBudgetJ ? 'exceeds the energy budget' : undefined;
}

/** What comes nearest where nothing keeps all that is asked. */
const closest = ({ deadlineSeconds }: MappingAim): MappingAim['objective'] =>
  deadlineSeconds === undefined ? 'energy' : 'latency';

function priceOf(objective: MappingAim['objective'], isBound: boolean): (prediction: Prediction) => number {
  switch (objective) {
    case 'energy':
      return ({ energyJ }) => energyJ;
    case 'latency':
      return ({ cycles }) => cycles;
    case 'cores':
      return ({ cores }) => cores;
    case 'balanced':
      // The knee: where one more per cent of the one costs a per cent of the other.
      return isBound ? ({ cores }) => cores : ({ cycles, energyJ }) => cycles * energyJ;
  }
}
