/** The conventional network on hardware of its own: what it takes of energy with each memory, and where that comes from. */
import type { Baseline, RunRecord } from '../../isa/index.ts';
import { hasConventional, isPartial } from '../energy-text.ts';
import { formatSi, plural } from '../format.ts';
import { type Content, figure, fold, html, sentence, table } from './markup.ts';
import { partsTable } from './parts.ts';
import { BASELINE_NAMES, times } from './verdicts.ts';

export function conventionalBody(record: RunRecord): Content {
  const { comparison, energy, chip } = record;
  const { annMacs, annJoule, source, baselines = [] } = comparison;
  if (!hasConventional(comparison))
    return html`<h3>Beside the conventional network</h3>
<p>There is none: the chip file names no operation of one.</p>`;
  const partial = isPartial(energy);
  const rows = baselines.map(({ name, joulePerInference, factor, larger, robust }, k) => [
    BASELINE_NAMES[name],
    figure(`comparison.baselines.${k}.joulePerInference`, joulePerInference, formatSi(joulePerInference, 'J')),
    factor === null
      ? ''
      : html`${partial ? 'partial, at least ' : ''}${figure(`comparison.baselines.${k}.factor`, factor, times(factor))}`,
    larger,
    larger === 'undecided'
      ? 'what is unknown could turn it'
      : robust
        ? 'at both ends of the range'
        : 'not at both ends',
  ]);
  const columns = [
    { title: 'against' },
    { title: 'its energy', number: true },
    { title: 'chip / it', number: true },
    { title: 'larger' },
    { title: 'holds' },
  ];
  const parts = ({ name, assumption, parts: all }: Baseline, k: number): Content => {
    const caption = `Energy of an inference of the conventional network, ${BASELINE_NAMES[name]}`;
    const { list, sources } = partsTable(
      { caption, path: `comparison.baselines.${k}.parts`, parts: all },
      { inferences: undefined, chartId: `baseline-${k}` },
    );
    return fold(`Parts and sources: ${BASELINE_NAMES[name]}`, [html`<p>${sentence(assumption)}.</p>`, list, sources]);
  };
  return html`<h3>Beside the conventional network</h3>
<p>${figure('comparison.annMacs', annMacs, plural(annMacs, 'mac'))} per inference, ${figure('comparison.annJoule', annJoule, formatSi(annJoule, 'J'))} of arithmetic. Processes differ: the conventional network 45 nm, the chip ${chip.process}.</p>
${baselines.length === 0 ? '' : table('Energy per inference', columns, rows)}${baselines.slice(0, 3).map(parts)}${fold('Source of the energy of arithmetic', html`<p>${sentence(source)}</p>`)}`;
}
