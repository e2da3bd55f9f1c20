/** Whether the run keeps what was asked of it, a sentence each: deadline, energy, accuracy, exactness. */
import type { Baseline, RunRecord } from '../../isa/index.ts';
import { hasConventional, isPartial } from '../energy-text.ts';
import { formatCount, formatPercent, formatSi, plural } from '../format.ts';
import { outputNumber } from '../answers.ts';
import { clean, type Content, figure, html, type Markup, ratio } from './markup.ts';

/** good, bad: kept or not; open: nothing was asked, or what is known does not decide it. */
type Standing = 'good' | 'bad' | 'open';

export interface Verdict {
  readonly standing: Standing;
  readonly title: string;
  readonly why: Content;
}

/** Told apart without colour too. */
const MARKS = { good: '✓', bad: '✗', open: '–' } as const;

/** All that the record lets be judged, what has a limit first. */
export function verdicts(record: RunRecord): Markup {
  const all = [
    deadlineVerdict(record),
    budgetVerdict(record),
    accuracyVerdict(record),
    energyVerdict(record),
    testVerdict(record),
  ];
  return verdictList(all.filter((one) => one !== undefined));
}

/** Verdicts one below the other. */
export function verdictList(all: readonly Verdict[]): Markup {
  const items = all.map(
    ({ standing, title, why }) =>
      html`<li><span class="mark ${standing}" aria-hidden="true">${MARKS[standing]}</span><b>${title}</b><p>${why}</p></li>\n`,
  );
  return html`<ul class="verdicts">${items}</ul>\n`;
}

/** Said with every energy from which something is missing. */
export const partialMark = (partial: boolean): Content => (partial ? html` <span class="warn">partial</span>` : '');

function deadlineVerdict({ deadline, latency, inferences }: RunRecord): Verdict {
  if (latency === undefined)
    return {
      standing: 'open',
      title: 'No deadline was judged',
      why: 'How long an inference takes was not computed: --timing cycle models the network cycle by cycle.',
    };
  const { max } = latency.secondsPerInference;
  const longest = figure('latency.secondsPerInference.max', max, formatSi(max, 's'));
  if (deadline === undefined)
    return {
      standing: 'open',
      title: 'No deadline was set',
      why: html`The longest of ${plural(inferences, 'inference')} took ${longest}; --deadline 5ms would judge it.`,
    };
  const { seconds, missed, worst } = deadline;
  const limit = figure('deadline.seconds', seconds, formatSi(seconds, 's'));
  if (missed === 0)
    return {
      standing: 'good',
      title: 'Deadline met',
      why: html`The longest of ${plural(inferences, 'inference')} took ${longest}, ${formatPercent(max / seconds, 1)} of the ${limit} allowed.`,
    };
  const which =
    worst === undefined ? '' : html`, sample ${figure('deadline.worst.index', worst.index, formatCount(worst.index))},`;
  return {
    standing: 'bad',
    title: 'Deadline missed',
    why: html`${figure('deadline.missed', missed, formatCount(missed))} of ${plural(inferences, 'inference')} took longer than ${limit}; the longest${which} took ${longest}, ${formatSi(Math.max(0, max - seconds), 's')} too long.`,
  };
}

function budgetVerdict({ energyBudget, energy }: RunRecord): Verdict | undefined {
  if (energyBudget === undefined) return undefined;
  const { joule, verdict } = energyBudget;
  const { joulePerInference } = energy;
  const taken = figure('energy.joulePerInference', joulePerInference, formatSi(joulePerInference, 'J'));
  const limit = figure('energyBudget.joule', joule, formatSi(joule, 'J'));
  if (verdict === 'open')
    return {
      standing: 'open',
      title: 'Energy budget not decided',
      why: html`What is known of an inference, ${taken}, keeps the ${limit} allowed; energies are missing that matter.`,
    };
  return verdict === 'kept'
    ? {
        standing: 'good',
        title: 'Energy budget kept',
        why: html`An inference takes ${taken} in the mean, ${formatPercent(joulePerInference / joule, 1)} of the ${limit} allowed.`,
      }
    : {
        standing: 'bad',
        title: 'Energy budget exceeded',
        why: html`An inference takes ${taken} in the mean, ${formatSi(joulePerInference - joule, 'J')} more than the ${limit} allowed.`,
      };
}

function accuracyVerdict(record: RunRecord): Verdict | undefined {
  const { accuracy, places, regression } = record;
  if (regression !== undefined) return errorVerdict(regression);
  if (places !== undefined) return placesVerdict(places);
  if (accuracy === undefined) return answerVerdict(record);
  const { correct, total, top1, ci95, floatTop1 } = accuracy;
  const said = html`${figure('accuracy.top1', top1, formatPercent(top1))} of the samples are recognised, ${figure('accuracy.correct', correct, formatCount(correct))} of ${figure('accuracy.total', total, formatCount(total))}; the 95 % interval is ${figure('accuracy.ci95.0', ci95[0], formatPercent(ci95[0]))} to ${figure('accuracy.ci95.1', ci95[1], formatPercent(ci95[1]))}.`;
  if (floatTop1 === undefined) return { standing: 'open', title: `Accuracy ${formatPercent(top1)}`, why: said };
  const float = figure('accuracy.floatTop1', floatTop1, formatPercent(floatTop1));
  const [standing, title, where] =
    floatTop1 > ci95[1]
      ? (['bad', 'Accuracy lost', 'lies above that interval'] as const)
      : floatTop1 < ci95[0]
        ? (['good', 'Accuracy gained', 'lies below that interval'] as const)
        : ([
            'good',
            `Accuracy kept, as far as ${plural(total, 'sample')} can tell`,
            'lies within that interval',
          ] as const);
  return { standing, title, why: html`${said} The conventional network’s ${float} on the same samples ${where}.` };
}

function placesVerdict({ accuracy, floatAccuracy, kind, total, correct }: NonNullable<RunRecord['places']>): Verdict {
  const float =
    floatAccuracy === undefined
      ? ''
      : html` The conventional network has ${figure('places.floatAccuracy', floatAccuracy, formatPercent(floatAccuracy))}.`;
  return {
    standing: 'open',
    title: `Accuracy ${formatPercent(accuracy)}`,
    why: html`${figure('places.accuracy', accuracy, formatPercent(accuracy))} of the ${kind} are right, ${figure('places.correct', correct, formatCount(correct))} of ${figure('places.total', total, formatCount(total))}.${float}`,
  };
}

/** Of a single sample without a label: what it is. */
function answerVerdict({ outputs, outputMap }: RunRecord): Verdict | undefined {
  const [only] = outputs;
  const classes = outputMap?.shape.reduce((product, extent) => product * extent, 1) ?? 0;
  if (only === undefined || outputs.length > 1 || classes < 2) return undefined;
  const { predicted, name, index } = only;
  return {
    standing: 'open',
    title: `Taken for class ${predicted}${name === undefined ? '' : ` (${clean(name)})`}`,
    why: html`Sample ${figure('outputs.0.index', index, formatCount(index))}; it has no label to be compared with.`,
  };
}

function errorVerdict({ mae, rmse, samples, float }: NonNullable<RunRecord['regression']>): Verdict {
  const conventional =
    float === undefined
      ? ''
      : html`; that of the conventional network is ${figure('regression.float.mae', float.mae, outputNumber(float.mae))}`;
  return {
    standing: 'open',
    title: `Mean absolute error ${outputNumber(mae)}`,
    why: html`The mean absolute error is ${figure('regression.mae', mae, outputNumber(mae))}, RMSE ${figure('regression.rmse', rmse, outputNumber(rmse))}, of ${figure('regression.samples', samples, formatCount(samples))} samples${conventional}.`,
  };
}

/** What memory the conventional network beside the chip is taken to have. */
export const BASELINE_NAMES: Readonly<Record<Baseline['name'], string>> = {
  arithmetic: 'arithmetic alone',
  sram: 'weights in SRAM',
  dram: 'weights in DRAM',
};

function energyVerdict(record: RunRecord): Verdict {
  const { energy, comparison, inferences } = record;
  const { joulePerInference, sensitivity } = energy;
  const partial = partialMark(isPartial(energy));
  const range =
    sensitivity === undefined || energy.assumed.length === 0
      ? ''
      : html`, ${figure('energy.sensitivity.range.lowJoulePerInference', sensitivity.range.lowJoulePerInference, formatSi(sensitivity.range.lowJoulePerInference, 'J'))} to ${figure('energy.sensitivity.range.highJoulePerInference', sensitivity.range.highJoulePerInference, formatSi(sensitivity.range.highJoulePerInference, 'J'))} as assumed figures vary${partial}`;
  const own = html`The chip takes ${figure('energy.joulePerInference', joulePerInference, formatSi(joulePerInference, 'J'))}${partial} per inference${range}.`;
  const { baselines = [] } = comparison;
  if (!hasConventional(comparison) || baselines.length === 0 || inferences === 0)
    return { standing: 'open', title: 'Energy: nothing to compare it with', why: own };
  const factors = baselines.map((one, k) => html`${k === 0 ? '' : '; '}${factorOf(record, one, k)}`);
  const { standing, title } = comparedEnergy(baselines);
  return { standing, title, why: html`${own} Against the conventional network: ${factors}.` };
}

/** What all alternatives say; where the ends of the range disagree with the middle, that decides nothing. */
function comparedEnergy(baselines: readonly Baseline[]): Pick<Verdict, 'standing' | 'title'> {
  const named = (wanted: Baseline['larger']): string =>
    baselines
      .filter(({ larger, robust }) => (robust ? larger : 'undecided') === wanted)
      .map(({ name }) => BASELINE_NAMES[name])
      .join(' and ');
  const [less, more, equal, open] = (['conventional', 'chip', 'equal', 'undecided'] as const).map(named);
  const standing =
    more === '' && equal === '' && open === '' ? 'good' : less === '' && equal === '' && open === '' ? 'bad' : 'open';
  if (standing !== 'open')
    return { standing, title: `${standing === 'good' ? 'Less' : 'More'} energy than the conventional network` };
  const said = [
    ...(less === '' ? [] : [`less than ${less}`]),
    ...(more === '' ? [] : [`more than ${more}`]),
    ...(equal === '' ? [] : [`the same as ${equal}`]),
    ...(open === '' ? [] : [`undecided against ${open}`]),
  ];
  return { standing, title: `Energy: ${said.join(', ')}` };
}

function factorOf(
  { energy }: RunRecord,
  { name, factor, robust, joulePerInference: its }: Baseline,
  k: number,
): Content {
  if (factor === null) return `${BASELINE_NAMES[name]} takes nothing`;
  const at = `comparison.baselines.${k}`;
  const range = energy.sensitivity?.range;
  const ends =
    range === undefined
      ? ''
      : html` (${ratio('energy.sensitivity.range.lowJoulePerInference', `${at}.joulePerInference`, range.lowJoulePerInference / its, times(range.lowJoulePerInference / its))} to ${ratio('energy.sensitivity.range.highJoulePerInference', `${at}.joulePerInference`, range.highJoulePerInference / its, times(range.highJoulePerInference / its))}${robust ? '' : ': undecided'})`;
  return html`${isPartial(energy) ? 'partial, at least ' : ''}${figure(`${at}.factor`, factor, times(factor))}${ends} that of ${BASELINE_NAMES[name]}`;
}

/** A factor in three digits: `81.6×`. */
export const times = (factor: number): string => {
  const rounded = Number(factor.toPrecision(3));
  return rounded >= 1000 ? `${formatCount(Math.round(rounded))}×` : `${rounded}×`;
};

function testVerdict({ selfTest }: RunRecord): Verdict | undefined {
  if (selfTest === undefined) return undefined;
  const { samples, exact } = selfTest;
  return {
    standing: exact ? 'good' : 'bad',
    title: exact ? 'Self-test: bit-exact' : 'Self-test: DIFFERENT',
    why: html`${figure('selfTest.samples', samples, plural(samples, 'sample'))} against the reference interpreter.`,
  };
}
