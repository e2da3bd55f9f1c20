/** The chip at work: plays an inference and shows what each part of the page says of the moment. */
import { formatCount, formatSi, plural } from '../../report/format.ts';
import type { RunAnswer, WatchedPhase } from '../../library/index.ts';
import type { OpenedChip } from '../messages.ts';
import { byId, make, type Palette, paletteOf } from './elements.ts';
import { flitsOf, NUMBERS, spikesOf } from './hops.ts';
import { type Frame, MeshView } from './mesh-view.ts';
import { drawCosts, drawPotential, drawRaster, ticksUntil } from './neuron-views.ts';
import { phaseName, Playback } from './playback.ts';

const DIGITS = 3;
/** A length of a style. */
const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

export class Stage {
  readonly playback = new Playback();
  readonly #mesh = new MeshView(byId('mesh', HTMLCanvasElement));
  #chip: OpenedChip | undefined;
  #answer: RunAnswer | undefined;
  #palette: Palette;
  /** Whether nothing of the chip has been shown. */
  #isNew = true;
  #shownPhase = -1;
  #lastFrame = 0;
  /** Frames drawn since the page was opened, and the last of them. */
  frames = 0;
  frame: Frame | undefined;

  constructor() {
    this.#palette = paletteOf(document.body);
    this.#mesh.palette = this.#palette;
    this.#listen();
    requestAnimationFrame(this.#tick);
  }

  #listen(): void {
    const { playback } = this;
    const goTo = (phase: number): void => {
      playback.isPlaying = false;
      playback.goTo(phase);
      this.refresh();
    };
    const on = (id: string, event: string, work: () => void): void => {
      byId(id, HTMLElement).addEventListener(event, work);
    };
    on('play', 'click', () => playback.toggle());
    on('back', 'click', () => {
      goTo(playback.position.phase - 1);
    });
    on('forth', 'click', () => {
      goTo(playback.position.phase + 1);
    });
    on('phase', 'input', () => {
      goTo(Number(byId('phase', HTMLInputElement).value));
    });
    on('speed', 'change', () => {
      playback.speed = Number(byId('speed', HTMLSelectElement).value);
    });
    on('neuron', 'input', () => {
      this.refresh();
    });
    on('busiest', 'click', () => {
      byId('neuron', HTMLInputElement).value = String(this.#busiest());
      this.refresh();
    });
  }

  /** After the colours changed. */
  recolour(): void {
    this.#palette = paletteOf(document.body);
    this.#mesh.palette = this.#palette;
    this.refresh();
  }

  get palette(): Palette {
    return this.#palette;
  }

  /** A chip of which nothing has run yet. */
  show(chip: OpenedChip): void {
    this.#chip = chip;
    this.#isNew = true;
    this.playback.load([]);
    this.#mesh.load(chip, []);
    this.#mesh.draw([], this.playback.position);
    this.#describeChip(chip);
    for (const id of ['answer', 'energy', 'latency', 'counts']) byId(id, HTMLElement).textContent = '–';
    for (const id of ['energy-end', 'latency-end', 'phase-name']) byId(id, HTMLElement).textContent = '';
    byId('classes', HTMLElement).textContent = 'Nothing yet.';
    byId('mesh-caption', HTMLElement).textContent = 'Nothing has run on it yet.';
  }

  /** An inference of the chip that is shown. */
  load(phases: readonly WatchedPhase[], answer: RunAnswer): void {
    const chip = this.#chip!;
    this.#answer = answer;
    this.playback.load(phases);
    this.#mesh.load(chip, phases);
    // One that shows something.
    if (this.#isNew) byId('neuron', HTMLInputElement).value = String(this.#busiest());
    this.#isNew = false;
    const slider = byId('phase', HTMLInputElement);
    slider.max = String(phases.length - 1);
    this.#showPhases(phases);
    this.refresh();
  }

  /** The same inference with other potentials. */
  reload(phases: readonly WatchedPhase[]): void {
    this.playback.phases = phases;
    this.refresh();
  }

  get layer(): number {
    return Math.max(0, Number(byId('layer', HTMLSelectElement).value));
  }

  get neuron(): number {
    return Math.max(0, Math.min(this.#neurons() - 1, Math.trunc(Number(byId('neuron', HTMLInputElement).value))));
  }

  /** The neuron of the layer that fired most, the first of equals. */
  #busiest(): number {
    const spikes = new Map<number, number>();
    for (const { fired } of this.playback.phases)
      for (const neuron of fired[this.layer] ?? []) spikes.set(neuron, (spikes.get(neuron) ?? 0) + 1);
    return [...spikes].reduce(
      (best, one) => (one[1] > best[1] || (one[1] === best[1] && one[0] < best[0]) ? one : best),
      [0, 0],
    )[0];
  }

  /** Draws everything anew with the next frame. */
  refresh(): void {
    this.#shownPhase = -1;
  }

  #neurons(): number {
    const { shape } = this.#chip?.layers[this.layer] ?? { shape: [1] };
    return shape.reduce((product, length) => product * length, 1);
  }

  #tick = (time: number): void => {
    this.playback.advance(Math.min(0.1, (time - this.#lastFrame) / 1000));
    this.#lastFrame = time;
    const { phases, position, isPlaying } = this.playback;
    const isNew = position.phase !== this.#shownPhase;
    if (phases.length > 0 && (isPlaying || isNew)) {
      this.frame = this.#mesh.draw(phases, position) ?? this.frame;
      this.frames++;
    }
    if (phases.length > 0 && isNew) {
      this.#shownPhase = position.phase;
      this.#showMoment(phases, position.phase);
    }
    this.#showPlaying(this.playback.isPlaying);
    requestAnimationFrame(this.#tick);
  };

  #showPlaying(isPlaying: boolean): void {
    const button = byId('play', HTMLButtonElement);
    const words = isPlaying ? 'Pause' : 'Play';
    if (button.textContent !== words) button.textContent = words;
  }

  #showMoment(phases: readonly WatchedPhase[], at: number): void {
    const chip = this.#chip!;
    const phase = phases[at]!;
    const name = phaseName(phase);
    byId('phase', HTMLInputElement).value = String(at);
    byId('phase', HTMLInputElement).setAttribute('aria-valuetext', name);
    byId('phase-name', HTMLOutputElement).textContent = `${name}, ${at + 1} of ${phases.length}`;
    const flits = flitsOf(phase);
    const fired = spikesOf(phase);
    const leftOut = phase.hopsLeftOut > 0 ? ` (the first ${formatCount(phase.hops.length / NUMBERS)} are drawn)` : '';
    const { columns, rows } = this.#mesh.shown;
    const isPart = columns < chip.mesh.width || rows < chip.mesh.height;
    const part = isPart ? ` Shown are ${columns} × ${rows} of ${chip.mesh.width} × ${chip.mesh.height} tiles.` : '';
    const words = `${name}: ${formatCount(phase.cycles)} cycles from cycle ${formatCount(phase.startCycle)}; ${formatCount(fired)} spikes, ${formatCount(flits)} flits over links${leftOut}.${part}`;
    byId('mesh-caption', HTMLElement).textContent = words;
    byId('mesh', HTMLCanvasElement).setAttribute(
      'aria-label',
      `Mesh of ${chip.mesh.width} by ${chip.mesh.height} tiles, ${chip.cores.length} cores in use. ${words}`,
    );
    this.#showSpent(phase, at === phases.length - 1);
    this.#showClasses(phases, at);
    this.#showNeurons(phases, at);
    drawCosts(byId('costs', HTMLCanvasElement), { phases, phase: at, palette: this.#palette });
  }

  #showSpent({ spent }: WatchedPhase, isEnd: boolean): void {
    const { clockHz } = this.#chip!;
    const answer = this.#answer!;
    const end = this.playback.phases.at(-1)!.spent;
    const text = (id: string, words: string): void => {
      byId(id, HTMLElement).textContent = words;
    };
    const name = answer.className ?? String(answer.predicted);
    text('answer', isEnd ? name : '…');
    text('energy', formatSi(spent.energyJ, 'J', DIGITS));
    text(
      'energy-end',
      `of ${formatSi(end.energyJ, 'J', DIGITS)}${end.isPartial ? ', partial: some figures are unknown' : ''}`,
    );
    text('latency', formatSi(spent.latencyCycles / clockHz, 's', DIGITS));
    text(
      'latency-end',
      `of ${formatSi(end.latencyCycles / clockHz, 's', DIGITS)}, ${formatCount(end.latencyCycles)} cycles`,
    );
    text('counts', [spent.spikes, spent.packets, spent.synops].map(formatCount).join(' · '));
  }

  /** Accumulators of the read-out after this tick. */
  #showClasses(phases: readonly WatchedPhase[], at: number): void {
    const chip = this.#chip!;
    const last = chip.layers.length - 1;
    const scores = ticksUntil(phases, at).at(-1)?.potentials.get(last);
    const box = byId('classes', HTMLElement);
    if (scores === undefined || scores.length > 100) {
      box.replaceChildren(scores === undefined ? 'Nothing yet.' : `${formatCount(scores.length)} outputs.`);
      return;
    }
    const [low, high] = [Math.min(0, ...scores), Math.max(0, ...scores)];
    const length = Math.max(1, high - low);
    const highest = Math.max(...scores);
    // Nothing is ahead where all are equal.
    const best = highest > Math.min(...scores) || scores.length === 1 ? scores.indexOf(highest) : -1;
    box.replaceChildren(
      ...[...scores].flatMap((score, k) => {
        const emphasis: Record<string, string> = k === best ? { class: 'best' } : {};
        // From where zero is, to either side.
        const [from, share] = [(Math.min(0, score) - low) / length, Math.abs(score) / length];
        const bar = make('i', {
          style: `margin-left:${percent(from)};width:${percent(share)}`,
          ...(score < 0 && { class: 'below' }),
        });
        return [make('span', emphasis, chip.labels[k] ?? String(k)), bar, make('span', emphasis, formatCount(score))];
      }),
    );
  }

  #showNeurons(phases: readonly WatchedPhase[], at: number): void {
    const chip = this.#chip!;
    const { layer, neuron } = this;
    const shown = { phases, phase: at, ticks: chip.ticks, palette: this.#palette };
    const { name } = chip.layers[layer]!;
    const spikes = phases.reduce((sum, { fired }) => sum + (fired[layer]?.includes(neuron) === true ? 1 : 0), 0);
    const raster = byId('raster', HTMLCanvasElement);
    const potential = byId('potential', HTMLCanvasElement);
    drawRaster(raster, shown, layer, this.#neurons());
    drawPotential(potential, shown, layer, neuron);
    const inLayer = ticksUntil(phases, at).map(
      ({ tick, fired }) => `tick ${tick}: ${formatCount(fired[layer]?.length ?? 0)}`,
    );
    raster.setAttribute('aria-label', `Spikes of ${name} by tick: ${inLayer.join(', ')}`);
    const values = ticksUntil(phases, at).map(({ potentials }) => formatCount(potentials.get(layer)?.[neuron] ?? 0));
    potential.setAttribute(
      'aria-label',
      `Membrane potential of neuron ${neuron} after each tick: ${values.join(', ')}`,
    );
    byId('raster-caption', HTMLElement).textContent =
      `Spikes of ${name}: ${formatCount(this.#neurons())} neurons down, ticks to the right`;
    byId('potential-caption', HTMLElement).textContent =
      `Membrane potential of neuron ${neuron} after each tick; it fires in ${plural(spikes, 'tick')} (marks at the top)`;
  }

  #describeChip(chip: OpenedChip): void {
    const neurons = chip.layers.reduce(
      (sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1),
      0,
    );
    byId('chip-facts', HTMLElement).textContent =
      `${chip.network} on ${chip.target}: ${formatCount(chip.layers.length)} layers, ${formatCount(neurons)} neurons, ` +
      `${formatCount(chip.cores.length)} cores in use on ${chip.mesh.width} × ${chip.mesh.height} tiles, ${formatCount(chip.ticks)} ticks, ` +
      `${formatSi(chip.clockHz, 'Hz', DIGITS)}.${chip.notes.map((note) => ` ${note}.`).join('')}`;
    byId('layer', HTMLSelectElement).replaceChildren(
      ...chip.layers.map(({ name, shape }, layer) =>
        make('option', { value: String(layer) }, `${name} (${shape.join('×')})`),
      ),
    );
    byId('legend', HTMLElement).replaceChildren(
      ...chip.layers.map(({ name }, layer) =>
        make('span', {}, make('i', { style: `background:var(--layer${layer % this.#palette.layers.length})` }), name),
      ),
    );
  }

  #showPhases(phases: readonly WatchedPhase[]): void {
    byId('phases', HTMLTableSectionElement).replaceChildren(
      ...phases.map((phase) => {
        const numbers = [phase.startCycle, phase.cycles, flitsOf(phase), spikesOf(phase)].map(formatCount);
        const cells = [...numbers, formatSi(phase.spent.energyJ, 'J', DIGITS)].map((text) =>
          make('td', { class: 'n' }, text),
        );
        return make('tr', {}, make('th', {}, phaseName(phase)), ...cells);
      }),
    );
  }
}
