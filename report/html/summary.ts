/** The first page: what ran, how well, and what it cost. */
import type { RunRecord } from '../../isa/index.ts';
import { outputNumber, outputNumbers, showsValues } from '../answers.ts';
import { isPartial } from '../energy-text.ts';
import { formatCount, formatPercent, formatSi, plural } from '../format.ts';
import { payloadOf } from '../spikes.ts';
import { type Content, figure, firstRows, fold, html, note, table } from './markup.ts';
import type { ReportSource, Section } from './section.ts';

const MOST_OUTPUTS = 50;

/** Said with every energy from which something is missing. */
export const partialMark = (partial: boolean): Content => (partial ? html` <span class="warn">partial</span>` : '');

/** What stands beside a sum that is made of figures nobody has published. */
function uncertainty(energy: RunRecord['energy']): Content {
  const { assumed, sensitivity } = energy;
  if (assumed.length === 0) return '';
  if (sensitivity === undefined) return '; assumed figures';
  const { lowJoulePerInference: low, highJoulePerInference: high } = sensitivity.range;
  return html`; assumed figures: ${figure('energy.sensitivity.range.lowJoulePerInference', low, formatSi(low, 'J'))} to ${figure('energy.sensitivity.range.highJoulePerInference', high, formatSi(high, 'J'))}${partialMark(isPartial(energy))}`;
}

type Card = [title: string, value: Content, more: Content];

/** How well it answered, where that is known. */
function scoreCards({ accuracy, regression }: RunRecord): Card[] {
  const cards: Card[] = [];
  if (accuracy !== undefined) {
    const { correct, total, top1, ci95 } = accuracy;
    cards.push([
      'Accuracy',
      figure('accuracy.top1', top1, formatPercent(top1)),
      html`${figure('accuracy.correct', correct, formatCount(correct))} of ${figure('accuracy.total', total, formatCount(total))}; 95 % interval ${figure('accuracy.ci95.0', ci95[0], formatPercent(ci95[0]))} to ${figure('accuracy.ci95.1', ci95[1], formatPercent(ci95[1]))}`,
    ]);
  }
  if (regression !== undefined) {
    const { mae, rmse, samples } = regression;
    cards.push([
      'Mean absolute error',
      figure('regression.mae', mae, outputNumber(mae)),
      html`RMSE ${figure('regression.rmse', rmse, outputNumber(rmse))}, of ${figure('regression.samples', samples, formatCount(samples))} samples`,
    ]);
  }
  return cards;
}

export function summarySection({ record }: ReportSource): Section {
  const { chip, energy, latency, counts, inferences, selfTest, deadline, ticks } = record;
  const payloads = payloadOf(counts);
  const payload =
    payloads === undefined
      ? ''
      : html` with payloads of ${figure('counts.spikePayload', payloads, formatCount(payloads))} in all`;
  const cards = scoreCards(record);
  cards.push([
    'Energy per inference',
    html`${figure('energy.joulePerInference', energy.joulePerInference, formatSi(energy.joulePerInference, 'J'))}${partialMark(isPartial(energy))}`,
    html`${figure('energy.jouleTotal', energy.jouleTotal, formatSi(energy.jouleTotal, 'J'))}${partialMark(isPartial(energy))} for ${plural(inferences, 'inference')}${uncertainty(energy)}`,
  ]);
  if (latency !== undefined) {
    const { median, max } = latency.secondsPerInference;
    cards.push([
      'Latency, median',
      figure('latency.secondsPerInference.median', median, formatSi(median, 's')),
      html`worst ${figure('latency.secondsPerInference.max', max, formatSi(max, 's'))}; ${figure('latency.inferencesPerSecond', latency.inferencesPerSecond, formatSi(latency.inferencesPerSecond, '').trimEnd())} inferences/s`,
    ]);
  }
  cards.push([
    'Cores',
    html`${figure('chip.cores', chip.cores, formatCount(chip.cores))} of ${figure('chip.coresTotal', chip.coresTotal, formatCount(chip.coresTotal))}`,
    html`${figure('chip.neurons', chip.neurons, formatCount(chip.neurons))} neurons; T = ${figure('chip.window', chip.window, String(chip.window))}, ${figure('ticks', ticks, formatCount(ticks))} ticks per inference`,
  ]);
  cards.push([
    'Synaptic operations',
    figure('counts.synops', counts.synops, formatCount(counts.synops)),
    html`and ${figure('counts.macs', counts.macs, formatCount(counts.macs))} graded; ${figure('counts.spikes', counts.spikes, formatCount(counts.spikes))} spikes${payload} in ${figure('inferences', inferences, plural(inferences, 'inference'))}`,
  ]);
  if (selfTest !== undefined)
    cards.push([
      'Self-test',
      selfTest.exact ? 'bit-exact' : html`<span class="warn">DIFFERENT</span>`,
      html`${figure('selfTest.samples', selfTest.samples, plural(selfTest.samples, 'sample'))} against the reference interpreter`,
    ]);
  if (deadline !== undefined)
    cards.push([
      'Deadline',
      deadline.missed === 0 ? 'met' : html`<span class="warn">missed</span>`,
      html`${figure('deadline.seconds', deadline.seconds, formatSi(deadline.seconds, 's'))}, ${figure('deadline.missed', deadline.missed, formatCount(deadline.missed))} of ${plural(inferences, 'inference')} took longer`,
    ]);
  return {
    id: 'summary',
    title: 'Summary',
    body: html`<dl class="cards">${cards.map(([title, value, more]) => html`<div><dt>${title}</dt><dd>${value}</dd><dd>${more}</dd></div>\n`)}</dl>
${outputs({ record })}${activity({ record })}`,
  };
}

function outputs({ record }: Pick<ReportSource, 'record'>): Content {
  if (record.outputs.length === 0) return '';
  const { shown, more } = firstRows(record.outputs, MOST_OUTPUTS);
  const withValues = showsValues(record);
  const rows = shown.map(({ index, predicted, name, label, values = [] }, k) => [
    figure(`outputs.${k}.index`, index, formatCount(index)),
    html`${figure(`outputs.${k}.predicted`, predicted, String(predicted))}${name === undefined ? '' : ` ${name}`}`,
    label === undefined ? '' : figure(`outputs.${k}.label`, label, String(label)),
    label === undefined ? '' : label === predicted ? 'right' : 'wrong',
    ...(withValues ? [outputNumbers(values)] : []),
  ]);
  const columns = [{ title: 'sample', number: true }, { title: 'class' }, { title: 'label' }, { title: '' }];
  if (withValues) columns.push({ title: 'outputs' });
  return fold('What was recognised', [table('Classes of the samples', columns, rows), more === '' ? '' : note(more)]);
}

function activity({ record }: Pick<ReportSource, 'record'>): Content {
  const { shown, more } = firstRows(record.perLayer, 128);
  const payloads = payloadOf(record.counts) === undefined ? [] : (['spikePayload'] as const);
  const names = ['neurons', 'cores', 'spikes', ...payloads, 'synops', 'macs'] as const;
  const rows = shown.map((layer, k) => [
    layer.name,
    ...names.map((name) => {
      const value = layer[name];
      return value === undefined ? '' : figure(`perLayer.${k}.${name}`, value, formatCount(value));
    }),
    figure(`perLayer.${k}.rate`, layer.rate, layer.rate.toFixed(4)),
  ]);
  const columns = [
    { title: 'layer' },
    ...[...names, 'rate'].map((name) => ({ title: name === 'spikePayload' ? 'payloads' : name, number: true })),
  ];
  return fold('What every layer did', [
    table('Activity by layer; rate is in spikes per neuron and tick of the window', columns, rows),
    more === '' ? '' : note(more),
  ]);
}
