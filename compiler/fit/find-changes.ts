/** Looks for small changes with which a network fits. What is found has been built; nothing is estimated. */
import {
  figureOf,
  largestFigure,
  raiseFigure,
  raisingText,
  shapeSize,
  type CheckedChange,
  type Diagnostic,
  type DiagnosticCode,
  type Target,
  type TargetFigure,
  option,
} from '../../isa/index.ts';
import { CONVERSIONS, modesThat } from '../conversions.ts';
import { INPUT } from '../ir/layers.ts';
import type { BuildOptions } from '../options.ts';
import { narrowLayer } from './narrow-layer.ts';
import { calibratedSubject } from './subject.ts';
import { largestThatFits, type Fit, type Trials } from './trials.ts';

export interface FoundChanges {
  /** Options first, then the network, then the target. */
  readonly changes: readonly CheckedChange[];
  readonly triedInVain: readonly string[];
}

/** Figures that are raised one after the other until a network fits. */
const MOST_RAISES = 16;

/** Weight widths narrower than that leave too little of any network to be proposed. */
const NARROWEST_WEIGHTS = 2;

const HELPS = {
  weightBits: new Set<DiagnosticCode>(['E0303', 'E0305', 'E0307', 'E0312']),
  window: new Set<DiagnosticCode>(['E0303']),
  mode: new Set<DiagnosticCode>(['E0313']),
  fewerInputs: new Set<DiagnosticCode>(['E0303', 'E0306', 'E0307']),
  fewerNeurons: new Set<DiagnosticCode>(['E0305', 'E0316']),
} as const;

/** @throws DiagnosticError for faults that are no misfits; whatever the signal was aborted with */
export async function findChanges(trials: Trials, misfit: Diagnostic): Promise<FoundChanges> {
  const search = new Search(trials, misfit);
  await search.weights();
  await search.window();
  await search.mode();
  await search.channels();
  await search.target();
  return search;
}

class Search implements FoundChanges {
  readonly changes: CheckedChange[] = [];
  readonly triedInVain: string[] = [];
  readonly #trials: Trials;
  readonly #misfit: Diagnostic;
  readonly #options: BuildOptions;

  constructor(trials: Trials, misfit: Diagnostic) {
    this.#trials = trials;
    this.#misfit = misfit;
    this.#options = trials.subject.options;
  }

  /** The widest other weights that fit: narrower ones first. */
  async weights(): Promise<void> {
    if (!HELPS.weightBits.has(this.#misfit.code)) return;
    const { weightBits, layerWidths, target } = this.#options;
    // Layers with widths of their own could all have one that is narrower than the widest.
    const present = layerWidths === undefined ? weightBits : Math.max(...target.widths.weightBits);
    const stored = target.widths.weightBits.filter((bits) => bits !== present).toSorted((a, b) => b - a);
    const narrower = stored.filter((bits) => bits < present && bits >= NARROWEST_WEIGHTS);
    const wider = stored.filter((bits) => bits > present).reverse();
    for (const bits of this.#misfit.code === 'E0312' ? [...narrower, ...wider] : narrower) {
      const change = option('weightBits', bits);
      const fit = await this.#fits({ weightBits: bits, layerWidths: undefined });
      if (fit === undefined) this.triedInVain.push(change);
      else return this.#found({ kind: 'option', change, options: { weightBits: bits }, ...fit });
    }
  }

  /** The longest shorter window that fits. A network that is spiking already keeps its window. */
  async window(): Promise<void> {
    if (!HELPS.window.has(this.#misfit.code) || this.#trials.subject.conventional === undefined) return;
    const longest = await largestThatFits(1, this.#options.window, (window) => this.#fits({ window }));
    if (longest === undefined) this.triedInVain.push(`a shorter window (${option('window')})`);
    else
      this.#found({
        kind: 'option',
        change: option('window', longest.value),
        options: { window: longest.value },
        ...longest.result,
      });
  }

  /** Delays of one tick, whatever is skipped, where the layers stay what they are. */
  async mode(): Promise<void> {
    if (!HELPS.mode.has(this.#misfit.code) || this.#trials.subject.conventional === undefined) return;
    const { outputFires } = CONVERSIONS[this.#options.mode];
    for (const mode of modesThat((rules) => rules.order.delaysOfOne && rules.outputFires === outputFires)) {
      const change = option('mode', mode);
      const fit = await this.#fits({ mode });
      if (fit === undefined) this.triedInVain.push(change);
      else this.#found({ kind: 'option', change, options: { mode }, ...fit });
    }
  }

  /** Most channels of one layer with which the network fits. */
  async channels(): Promise<void> {
    const index = this.#layerToNarrow();
    const { conventional, layers } = this.#trials.subject;
    if (index === undefined || conventional === undefined) return;
    const { name, shape } = layers[index]!;
    if (shape[0] === 1 || narrowLayer(conventional, index, 1) === undefined) return;
    const most = await largestThatFits(1, shape[0], (channels) => {
      const narrow = narrowLayer(conventional, index, channels);
      return this.#fits({}, narrow && calibratedSubject(narrow));
    });
    if (most === undefined) this.triedInVain.push(`fewer channels of layer ${name}`);
    else
      this.#found({
        kind: 'network',
        change: `train the network with ${most.value} instead of ${shape[0]} channels of layer ${name}`,
        layer: { name, channelsFrom: shape[0], channelsTo: most.value },
        ...most.result,
      });
  }

  /** The layer whose channels count: the largest source of a neuron that needs too much, or the largest layer. */
  #layerToNarrow(): number | undefined {
    const { code, place } = this.#misfit;
    const { layers } = this.#trials.subject;
    const largest = (candidates: readonly number[]): number | undefined =>
      candidates.toSorted((a, b) => shapeSize(layers[b]!.shape) - shapeSize(layers[a]!.shape) || a - b)[0];
    if (HELPS.fewerInputs.has(code)) {
      const listener = layers.find(({ name }) => name === place?.layer);
      return largest(listener?.branches.flatMap(({ source }) => (source === INPUT ? [] : [source])) ?? []);
    }
    return HELPS.fewerNeurons.has(code) ? largest(layers.slice(0, -1).map((_, l) => l)) : undefined;
  }

  /** Raises what is too small, and what is then too small, until the network fits. Cores can be larger or more. */
  async target(): Promise<void> {
    const { code } = this.#misfit;
    if (code === 'E0316') await this.#raiseNeurons();
    await this.#raise((found) => found.misfit && this.#inCores(found.misfit));
    if (code === 'E0305') await this.#raiseNeurons();
  }

  /** Instead of larger cores more of them, but at least as many as neurons alone need. */
  #inCores(misfit: NonNullable<Diagnostic['misfit']>): NonNullable<Diagnostic['misfit']> {
    if (misfit.figure !== 'limits.neurons') return misfit;
    return { figure: 'mesh', needed: this.#leastCores(), available: figureOf(this.#options.target, 'mesh') };
  }

  /** As many cores as neurons alone need. */
  #leastCores(): number {
    const { layers } = this.#trials.subject;
    const neurons = layers.reduce((sum, { shape }) => sum + shapeSize(shape), 0);
    return Math.ceil(neurons / this.#options.target.limits.neurons);
  }

  async #raise(misfitOf: (found: Diagnostic) => Diagnostic['misfit']): Promise<void> {
    const { target: first } = this.#options;
    let target: Target | undefined = first;
    let found = this.#misfit;
    const raised = new Map<TargetFigure, number>();
    for (let step = 0; step < MOST_RAISES; step++) {
      const misfit = misfitOf(found);
      target = misfit && raiseFigure(target, misfit.figure, misfit.needed);
      if (misfit === undefined || target === undefined) break;
      raised.set(misfit.figure, misfit.needed);
      const outcome = await this.#trials.run({ target });
      if ('fit' in outcome) return this.#foundFewestCores(target, raised, outcome.fit);
      found = outcome.misfit;
    }
    if (raised.size > 0) this.triedInVain.push(`raising ${[...raised.keys()].join(', ')} of the target`);
  }

  /** Layers that share cores need fewer than a misfit names: of those that a raised mesh has, the fewest that fit. */
  async #foundFewestCores(target: Target, raised: ReadonlyMap<TargetFigure, number>, fit: Fit): Promise<void> {
    const { target: present } = this.#options;
    const most = raised.get('mesh') ?? 0;
    const least = Math.max(figureOf(present, 'mesh') + 1, this.#leastCores());
    const withCores = (cores: number) => raiseFigure({ ...target, mesh: present.mesh }, 'mesh', cores)!;
    const down = await largestThatFits(0, most - least + 1, async (step) =>
      step === 0 ? fit : this.#fits({ target: withCores(most - step) }),
    );
    if (down === undefined) this.#foundTarget(target, raised, fit);
    else
      this.#foundTarget(withCores(most - down.value), new Map([...raised, ['mesh', most - down.value]]), down.result);
  }

  /** The fewest neurons per core with which the network fits the cores that there are. */
  async #raiseNeurons(): Promise<void> {
    const { target } = this.#options;
    const most = largestFigure('limits.neurons');
    const present = target.limits.neurons;
    const tried = (neurons: number) => raiseFigure(target, 'limits.neurons', neurons)!;
    // Counted downwards from the most, the largest step that fits is the fewest neurons.
    const down = await largestThatFits(0, most - present, (step) => this.#fits({ target: tried(most - step) }));
    if (down === undefined) this.triedInVain.push('raising limits.neurons of the target');
    else {
      const neurons = most - down.value;
      this.#foundTarget(tried(neurons), new Map([['limits.neurons', neurons]]), down.result);
    }
  }

  #foundTarget(target: Target, raised: ReadonlyMap<TargetFigure, number>, fit: Fit): void {
    const { target: present } = this.#options;
    const texts = [...raised].map(([figure, needed]) => raisingText(target, figure, needed));
    const figures = [...raised.keys()].map((figure) => ({
      figure,
      from: figureOf(present, figure),
      to: figureOf(target, figure),
    }));
    this.#found({ kind: 'target', change: texts.join(' and '), figures, ...fit });
  }

  #found(change: CheckedChange): void {
    this.changes.push(change);
  }

  async #fits(...what: Parameters<Trials['run']>): Promise<Fit | undefined> {
    const outcome = await this.#trials.run(...what);
    return 'fit' in outcome ? outcome.fit : undefined;
  }
}
