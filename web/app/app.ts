/** What the parts of the page do together. */
import type { RunAnswer, RunRecord, WatchedPhase } from '../../library/index.ts';
import type { NamedFile, OpenedChip, SeenSamples } from '../messages.ts';
import { fromLink, type Settings, toLink } from '../settings.ts';
import type { Client } from './client.ts';
import { DigitPad } from './digit-pad.ts';
import { byId, make } from './elements.ts';
import { EXAMPLE_SETTINGS } from './examples.ts';
import { isChip, networkAmong, save } from './files.ts';
import { Inputs } from './inputs.ts';
import { Stage } from './stage.ts';
import { COLUMNS, rowOf, scatterOf, settingsText, type Trial } from './trade-off.ts';
import { button, tell, value, Work } from './work.ts';

/** Samples that are kept to be looked at, and that a chip is evaluated on. */
const MOST_SAMPLES = 200;
/** Values of a picture that the field for digits can show. */
const PIXELS = 28 * 28;
const WINDOWS = ['4', '8', '16', '32'];

const wanted = ({ inputShape }: OpenedChip): string => `give samples of the shape ${inputShape.join(' × ')} to run it`;

export class App {
  readonly stage = new Stage();
  readonly #work = new Work();
  readonly #inputs: Inputs;
  readonly #trials: Trial[] = [];
  readonly #client: Client;
  readonly #pad: DigitPad;
  #seen: SeenSamples | undefined;
  /** Whether what was drawn is run, and not a sample. */
  #isDrawn = false;
  #chip: OpenedChip | undefined;
  #record: RunRecord | undefined;

  constructor(client: Client) {
    this.#client = client;
    const later = (work: () => Promise<void>) => (): void => void this.#work.attempt(work);
    this.#inputs = new Inputs({
      onNetworkFiles: (files) => void this.#work.attempt(() => this.#takeNetwork(files)),
      onSamples: later(async () => {
        value('sample').value = '0';
        await this.#look();
        await this.#watch();
      }),
      onExample: later(() => {
        this.#chip = undefined;
        return this.#look();
      }),
    });
    this.#pad = new DigitPad(byId('pad', HTMLCanvasElement), () => {
      this.#draw();
      void this.#work.attempt(() => this.#watch());
    });
    this.#pad.palette = this.stage.palette;
    this.#listen(later);
    this.#listenToLook();
  }

  /** Opens the page: settings of the link, and the samples of the example. */
  async start(): Promise<void> {
    const { settings, faults } = fromLink(location.hash, EXAMPLE_SETTINGS);
    this.#inputs.settings = settings;
    this.#inputs.show();
    await this.#work.attempt(() => this.#look());
    if (faults.length > 0) this.#work.showFaults(faults.map((fault) => `The link: ${fault}.`).join('\n'));
    tell('status', 'Ready: build and run.');
  }

  /** Builds what is asked for, runs the sample that is shown, and puts the chip in the table. */
  async #buildAndRun(settings: Settings): Promise<void> {
    const begin = performance.now();
    const { network, sideFiles, calibration } = this.#inputs;
    const request = { network, sideFiles, settings, calibration };
    const chip = await this.#work.long('Building', (hearing) => this.#client.ask('build', request, hearing));
    await this.#use(chip);
    const record = await this.#evaluate();
    const built = `Built in ${((performance.now() - begin) / 1000).toFixed(1)} s`;
    if (record === undefined) {
      tell('status', `${built}; ${wanted(chip)}.`);
      return;
    }
    this.#trials.push({ settings, chip, record });
    this.#showTrials();
    tell('status', `${built} and run on ${record.inferences} samples: row ${this.#trials.length} below.`);
  }

  async #buildEach(windows: readonly string[] | undefined): Promise<void> {
    const { faults, settings } = this.#inputs;
    if (faults.length > 0) {
      this.#work.showFaults(faults.join('\n'));
      tell('status', 'The settings are not ones that can be built; the reason is below.');
      return;
    }
    for (const T of windows ?? [settings.T]) await this.#buildAndRun({ ...settings, T });
  }

  /** Runs what is shown, and plays it. */
  async #watch(): Promise<void> {
    const chip = this.#chip;
    if (chip === undefined || (this.#seen === undefined && !this.#isDrawn)) return;
    const { phases, answer } = await this.#infer(chip);
    this.stage.load(phases, answer);
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) this.stage.playback.goTo(phases.length - 1);
    else this.stage.playback.isPlaying = true;
  }

  /** The same inference, with the potentials of the layer that was chosen. */
  async #probe(): Promise<void> {
    const chip = this.#chip;
    if (chip === undefined || this.stage.playback.phases.length === 0) return;
    this.stage.reload((await this.#infer(chip)).phases);
  }

  /** Runs what is shown, with the potentials of the layer that is chosen and of the last one. */
  async #infer({
    layers,
  }: OpenedChip): Promise<{ readonly phases: readonly WatchedPhase[]; readonly answer: RunAnswer }> {
    const values = this.#isDrawn ? this.#pad.values : this.#seen!.samples[this.#index()]!.values;
    const last = layers.length - 1;
    const potentialsOf = [...new Set([Math.min(this.stage.layer, last), last])];
    const phases: WatchedPhase[] = [];
    const onPhase = (phase: WatchedPhase): void => void phases.push(phase);
    return { phases, answer: await this.#client.ask('watch', { values, potentialsOf }, { onPhase }) };
  }

  #index(): number {
    const last = (this.#seen?.samples.length ?? 1) - 1;
    return Math.max(0, Math.min(last, Math.trunc(Number(value('sample').value))));
  }

  async #use(chip: OpenedChip): Promise<void> {
    this.#chip = chip;
    this.#record = undefined;
    tell('sha256', chip.sha256);
    this.stage.show(chip);
    button('save-chip').disabled = false;
    for (const id of ['save-report', 'save-record']) button(id).disabled = true;
    await this.#look();
    await this.#watch();
  }

  /** @returns undefined where there are no samples yet */
  async #evaluate(): Promise<RunRecord | undefined> {
    const { data: files } = this.#inputs;
    if (files === undefined) return undefined;
    const request = { files, most: MOST_SAMPLES };
    const record = await this.#work.long('Running samples', (hearing) =>
      this.#client.ask('evaluate', request, hearing),
    );
    this.#record = record;
    for (const id of ['save-report', 'save-record']) button(id).disabled = false;
    return record;
  }

  /** Reads the samples, as the chip takes them where there is one. */
  async #look(): Promise<void> {
    const { data: files } = this.#inputs;
    this.#seen = undefined;
    if (files === undefined) {
      this.#showSample();
      return;
    }
    const request = { files, shape: this.#chip?.inputShape, most: MOST_SAMPLES };
    this.#seen = await this.#client.ask('look', request);
    const { count, isLabelled, samples } = this.#seen;
    value('sample').max = String(samples.length - 1);
    const kept = samples.length < count ? `, the first ${samples.length} are here` : '';
    tell('sample-count', `of ${count}${isLabelled ? '' : ' without labels'}${kept}`);
    if (!this.#isDrawn) this.#showSample();
  }

  #showSample(): void {
    this.#isDrawn = false;
    const { values, label } = this.#seen?.samples[this.#index()] ?? { values: [], label: undefined };
    const isDigit = values.length === PIXELS;
    byId('pad', HTMLCanvasElement).hidden = !isDigit;
    button('clear').hidden = !isDigit;
    if (isDigit) this.#pad.show(values instanceof Uint8Array ? values : values.map((x) => 255 * x));
    tell('sample-label', label === undefined ? 'no label' : `label ${this.#chip?.labels[label] ?? label}`);
  }

  #draw(): void {
    this.#isDrawn = true;
    tell('sample-label', 'drawn here');
  }

  async #takeNetwork(files: NamedFile[]): Promise<void> {
    const { network } = networkAmong(files);
    if (!isChip(network)) {
      this.#isDrawn = false;
      this.#inputs.takeNetwork(files);
      tell('status', `${network.name}: choose samples and settings, then build.`);
      return;
    }
    await this.#use(await this.#client.ask('open', { file: network }));
    const record = await this.#evaluate();
    const run = record === undefined ? wanted(this.#chip!) : `it was run on ${record.inferences} samples`;
    tell('status', `${network.name} is open; ${run}.`);
  }

  #showTrials(): void {
    const head = COLUMNS.map((title, k) => make('th', { class: k > 1 ? 'n' : '', scope: 'col' }, title));
    byId('trade-head', HTMLTableSectionElement).replaceChildren(make('tr', {}, ...head));
    byId('trade', HTMLTableSectionElement).replaceChildren(
      ...this.#trials.map((trial, k) =>
        rowOf(trial, k + 1, () => {
          this.#inputs.settings = trial.settings;
          tell('status', `Settings of chip ${k + 1}: ${settingsText(trial.settings)}.`);
        }),
      ),
    );
    byId('scatter', HTMLElement).replaceChildren(scatterOf(this.#trials));
  }

  #listen(later: (work: () => Promise<void>) => () => void): void {
    const on = (id: string, event: string, work: () => void): void => {
      byId(id, HTMLElement).addEventListener(event, work);
    };
    const build = later(() => this.#buildEach(undefined));
    byId('settings', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      build();
    });
    on('settings', 'change', () => {
      const isAsked = value('at-once').checked && this.#trials.length > 0;
      if (isAsked) void this.#work.supersede(() => this.#buildEach(undefined));
    });
    on(
      'several',
      'click',
      later(() => this.#buildEach(WINDOWS)),
    );
    on(
      'sample',
      'change',
      later(() => {
        this.#showSample();
        return this.#watch();
      }),
    );
    on(
      'layer',
      'change',
      later(() => this.#probe()),
    );
    on('clear', 'click', () => {
      this.#pad.clear();
      this.#draw();
    });
    on('save-chip', 'click', () => {
      save('chip.bin', this.#chip!.bytes as Uint8Array<ArrayBuffer>, 'application/octet-stream');
    });
    on('save-record', 'click', () => {
      save('run.json', `${JSON.stringify(this.#record, null, 2)}\n`, 'application/json');
    });
    on(
      'save-report',
      'click',
      later(async () => {
        save('report.html', await this.#client.ask('report', { record: this.#record! }), 'text/html');
      }),
    );
  }

  #listenToLook(): void {
    const theme = byId('theme', HTMLSelectElement);
    const recolour = (): void => {
      this.stage.recolour();
      this.#pad.palette = this.stage.palette;
      this.#pad.draw();
    };
    theme.addEventListener('change', () => {
      document.documentElement.style.colorScheme = theme.value;
      recolour();
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolour);
    addEventListener('resize', () => {
      this.stage.refresh();
      this.#pad.draw();
    });
    button('share').addEventListener('click', () => {
      location.hash = toLink(this.#inputs.settings);
      void navigator.clipboard.writeText(location.href).then(
        () => {
          tell('status', 'The link is copied; it holds the settings, no files.');
        },
        () => {
          tell('status', `The link, with the settings and no files: ${location.href}`);
        },
      );
    });
  }
}
