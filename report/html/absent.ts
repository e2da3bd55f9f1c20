/** What a report could show and this one does not, and what would show it: one list, so that nothing of it stands in the way. */
import { html, sentence } from './markup.ts';
import type { ReportSource, Section } from './section.ts';

/** undefined where nothing is missing. */
export function absentSection({ record, ledger }: ReportSource): Section | undefined {
  const { floorplan, raster, probes = [], accuracy } = record;
  const missing: [title: string, how: string][] = [];
  if (accuracy !== undefined && accuracy.byT === undefined)
    missing.push([
      'Accuracy against T',
      'snnemu eval --curve computes how it grows with T (modes default and signed, recordings of events).',
    ]);
  if (floorplan === undefined)
    missing.push(['Floorplan', 'The run record holds no floorplan: it was written by an earlier version.']);
  if (raster === undefined || raster.layers.length === 0)
    missing.push([
      'Spikes of a sample',
      'The run record shows the spikes of no sample: run and eval take --raster i, and --html takes the first one.',
    ]);
  if (probes.length === 0)
    missing.push([
      'Membrane potentials',
      'No neuron was watched: run and eval take --probe layer or --probe layer:channel,y,x.',
    ]);
  if (ledger === undefined)
    missing.push([
      'What the conversion lost',
      'The chip file does not carry the ledger; the build writes it: snnc build … --json build.json, then --build build.json here.',
    ]);
  if (ledger === null)
    missing.push([
      'What the conversion lost',
      'The build record holds no ledger: it was built without calibration samples, with --ledger-samples 0, or from a spiking network as it was trained.',
    ]);
  if (missing.length === 0) return undefined;
  const items = missing.map(([title, how]) => html`<li><b>${title}</b>: ${sentence(how)}</li>\n`);
  return { id: 'absent', title: 'Not in this report', body: html`<ul>${items}</ul>` };
}
