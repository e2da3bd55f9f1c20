/** What the parts of the page do together. */
import type { RunRecord, WatchedPhase } from '../../library/index.ts';
import type { DataFiles, NamedFile, OpenedChip, SeenSamples } from '../messages.ts';
import { fromLink, type Settings, toCommand, toLink } from '../settings.ts';
import { type Client, WorkFault } from './client.ts';
import { DigitPad } from './digit-pad.ts';
import { byId, make } from './elements.ts';
import { EXAMPLE_CALIBRATION, EXAMPLE_DIGITS, EXAMPLE_NETWORK, EXAMPLE_SETTINGS } from './examples.ts';
import { dataAmong, filesText, hearFiles, isChip, networkAmong, save } from './files.ts';
import { SettingsForm } from './form.ts';
import { Stage } from './stage.ts';
import { COLUMNS, rowOf, scatterOf, settingsText, type Trial } from './trade-off.ts';

/** Samples that are kept to be looked at, and that a chip is evaluated on. */
const MOST_SAMPLES = 200;
const PIXELS = 28;
const WINDOWS = ['4', '8', '16', '32'];
const CHIP_MAGIC = 'SNNC';

const value = (id: string): HTMLInputElement => byId(id, HTMLInputElement);
const button = (id: string): HTMLButtonElement => byId(id, HTMLButtonElement);
const tell = (id: string, words: string): void => {
  byId(id, HTMLElement).textContent = words;
};

export class App {
  readonly stage = new Stage();
  readonly trials: Trial[] = [];
  readonly #client: Client;
  readonly #form: SettingsForm;
  readonly #pad: DigitPad;
  #network: NamedFile = EXAMPLE_NETWORK;
  #sideFiles: readonly NamedFile[] = [];
  #calibration: DataFiles | undefined = EXAMPLE_CALIBRATION;
  #data: DataFiles = EXAMPLE_DIGITS;
  #seen: SeenSamples | undefined;
  #chip: OpenedChip | undefined;
  #record: RunRecord | undefined;
  #stop: AbortController | undefined;

  constructor(client: Client) {
    this.#client = client;
    this.#form = new SettingsForm(byId('settings', HTMLFormElement), () => {
      this.#showCommand();
    });
    this.#pad = new DigitPad(byId('pad', HTMLCanvasElement), () => {
      tell('sample-label', 'drawn here');
      void this.#try(() => this.watch());
    });
    this.#pad.palette = this.stage.palette;
    this.#listen();
  }

  /** Opens the page: settings of the link, the samples of the example, and its chip. */
  async start(): Promise<void> {
    const { settings, faults } = fromLink(location.hash, EXAMPLE_SETTINGS);
    this.#form.settings = settings;
    this.#showNames();
    await this.#try(() => this.#look());
    if (faults.length > 0) this.#showFaults(faults.map((fault) => `The link: ${fault}.`).join('\n'));
    tell('status', 'Ready: build and run.');
  }

  /** Builds what the form says, runs the sample, and puts the chip in the table. */
  async buildAndRun(settings: Settings = this.#form.settings): Promise<void> {
    const begin = performance.now();
    const calibration = this.#calibration;
    const request = { network: this.#network, sideFiles: this.#sideFiles, settings, calibration };
    const chip = await this.#work('Building', (hearing) => this.#client.ask('build', request, hearing));
    await this.#use(chip);
    const record = await this.#evaluate();
    this.trials.push({ settings, chip, record });
    this.#showTrials();
    tell(
      'status',
      `Built in ${((performance.now() - begin) / 1000).toFixed(1)} s and run on ${record.inferences} samples: row ${this.trials.length} below.`,
    );
  }

  /** Runs the sample that is shown. */
  async watch(): Promise<void> {
    const chip = this.#chip;
    if (chip === undefined) return;
    const phases: WatchedPhase[] = [];
    const potentialsOf = [...new Set([this.stage.layer, chip.layers.length - 1])];
    const answer = await this.#client.ask(
      'watch',
      { values: this.#values(), potentialsOf },
      { onPhase: (phase) => phases.push(phase) },
    );
    this.stage.load(chip, phases, answer);
    if (!matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.stage.playback.isPlaying = true;
    } else this.stage.playback.goTo(phases.length - 1);
  }

  /** The values that are shown: drawn ones, or those of the sample. */
  #values(): Uint8Array | Float32Array {
    const { samples } = this.#seen!;
    return byId('sample-label', HTMLElement).textContent === 'drawn here'
      ? this.#pad.values
      : samples[this.#index()]!.values;
  }

  #index(): number {
    const last = (this.#seen?.samples.length ?? 1) - 1;
    return Math.max(0, Math.min(last, Math.trunc(Number(value('sample').value))));
  }

  async #use(chip: OpenedChip): Promise<void> {
    this.#chip = chip;
    this.#record = undefined;
    tell('sha256', chip.sha256);
    button('save-chip').disabled = false;
    await this.#look();
    await this.watch();
  }

  async #evaluate(): Promise<RunRecord> {
    const request = { files: this.#data, most: MOST_SAMPLES };
    this.#record = await this.#work('Running samples', (hearing) => this.#client.ask('evaluate', request, hearing));
    for (const id of ['save-report', 'save-record']) button(id).disabled = false;
    return this.#record;
  }

  /** Reads the samples, as the chip takes them where there is one. */
  async #look(): Promise<void> {
    const shape = this.#chip?.inputShape;
    this.#seen = await this.#client.ask('look', { files: this.#data, shape, most: MOST_SAMPLES });
    value('sample').max = String(this.#seen.samples.length - 1);
    const { count, isLabelled, samples } = this.#seen;
    const kept = samples.length < count ? `, the first ${samples.length} are here` : '';
    tell('sample-count', `of ${count}${isLabelled ? '' : ' without labels'}${kept}`);
    this.#showSample();
  }

  #showSample(): void {
    const seen = this.#seen;
    const sample = seen?.samples[this.#index()];
    if (sample === undefined) return;
    const isDigit = sample.values.length === PIXELS * PIXELS;
    byId('pad', HTMLCanvasElement).hidden = !isDigit;
    button('clear').hidden = !isDigit;
    if (isDigit)
      this.#pad.show(sample.values instanceof Uint8Array ? sample.values : sample.values.map((x) => 255 * x));
    tell(
      'sample-label',
      sample.label === undefined ? 'no label' : `label ${this.#chip?.labels[sample.label] ?? sample.label}`,
    );
  }

  async #several(): Promise<void> {
    const settings = this.#form.settings;
    for (const T of WINDOWS) await this.buildAndRun({ ...settings, T });
  }

  async #openNetwork(files: NamedFile[]): Promise<void> {
    const { network, sideFiles } = networkAmong(files);
    if (isChip(network, CHIP_MAGIC)) {
      await this.#use(await this.#client.ask('open', { file: network }));
      await this.#evaluate();
      tell('status', `${network.name} is open and was run.`);
      return;
    }
    [this.#network, this.#sideFiles] = [network, sideFiles];
    // The digits of the example are no calibration for another network.
    if (this.#calibration === EXAMPLE_CALIBRATION) this.#calibration = undefined;
    this.#form.settings = { ...this.#form.settings, scale: '', mean: '', std: '' };
    this.#showNames();
    tell('status', `${network.name}: choose samples and settings, then build.`);
  }

  #showNames(): void {
    const sides = this.#sideFiles.length === 0 ? '' : `, with ${this.#sideFiles.map(({ name }) => name).join(', ')}`;
    tell('network-name', this.#network.name + sides);
    tell('calibration-name', this.#calibration === undefined ? 'none' : filesText(this.#calibration));
    tell('data-name', `Samples: ${filesText(this.#data)}`);
    this.#showCommand();
  }

  #showCommand(): void {
    const calibration = this.#calibration?.data.name;
    tell('command', toCommand(this.#form.settings, { network: this.#network.name, calibration }));
  }

  #showTrials(): void {
    const head = COLUMNS.map((title, k) => make('th', { class: k > 1 ? 'n' : '', scope: 'col' }, title));
    byId('trade-head', HTMLTableSectionElement).replaceChildren(make('tr', {}, ...head));
    byId('trade', HTMLTableSectionElement).replaceChildren(
      ...this.trials.map((trial, k) =>
        rowOf(trial, k + 1, () => {
          this.#form.settings = trial.settings;
          this.#showCommand();
          tell('status', `Settings of chip ${k + 1}: ${settingsText(trial.settings)}.`);
        }),
      ),
    );
    byId('scatter', HTMLElement).replaceChildren(scatterOf(this.trials));
  }

  #showFaults(text: string): void {
    const box = byId('faults', HTMLElement);
    box.textContent = text;
    box.hidden = text === '';
  }

  /** Long work: progress, and a way to stop it. */
  async #work<T>(
    name: string,
    work: (hearing: {
      signal: AbortSignal;
      onProgress: (what: string, done: number, total: number | undefined) => void;
    }) => Promise<T>,
  ): Promise<T> {
    const stop = new AbortController();
    this.#stop = stop;
    const bar = byId('progress', HTMLProgressElement);
    bar.hidden = false;
    bar.removeAttribute('value');
    button('cancel').hidden = false;
    tell('status', `${name} …`);
    try {
      return await work({
        signal: stop.signal,
        onProgress: (what, done, total) => {
          tell('status', `${name}: ${what}, ${done}${total === undefined ? '' : ` of ${total}`}`);
          if (total !== undefined) Object.assign(bar, { max: total, value: Math.min(done, total) });
        },
      });
    } finally {
      bar.hidden = true;
      button('cancel').hidden = true;
    }
  }

  /** One thing at a time; what goes wrong is shown. */
  async #try(work: () => Promise<void>): Promise<void> {
    this.#showFaults('');
    for (const id of ['build', 'several']) button(id).disabled = true;
    try {
      await work();
    } catch (error) {
      if (error instanceof WorkFault && error.isStopped) tell('status', 'Stopped.');
      else if (error instanceof WorkFault) {
        this.#showFaults(error.message);
        tell('status', 'Refused; the reason is below.');
      } else throw error;
    } finally {
      for (const id of ['build', 'several']) button(id).disabled = false;
    }
  }

  #listen(): void {
    const on = (id: string, event: string, work: () => Promise<void> | void): void => {
      byId(id, HTMLElement).addEventListener(event, () => void this.#try(async () => work()));
    };
    byId('settings', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#try(() => this.#checked(() => this.buildAndRun()));
    });
    on('several', 'click', () => this.#checked(() => this.#several()));
    byId('cancel', HTMLElement).addEventListener('click', () => this.#stop?.abort());
    on('sample', 'change', () => {
      this.#showSample();
      return this.watch();
    });
    on('layer', 'change', () => this.#probe());
    byId('neuron', HTMLElement).addEventListener('input', () => {
      this.stage.refresh();
    });
    byId('busiest', HTMLElement).addEventListener('click', () => {
      value('neuron').value = String(this.stage.busiest());
      this.stage.refresh();
    });
    byId('clear', HTMLElement).addEventListener('click', () => {
      this.#pad.clear();
      tell('sample-label', 'drawn here');
    });
    this.#listenToPlayback();
    this.#listenToFiles(on);
    this.#listenToLook();
  }

  /** The same inference, with the potentials of the layer that was chosen. */
  async #probe(): Promise<void> {
    const chip = this.#chip;
    if (chip === undefined) return;
    const phases: WatchedPhase[] = [];
    const potentialsOf = [...new Set([this.stage.layer, chip.layers.length - 1])];
    await this.#client.ask(
      'watch',
      { values: this.#values(), potentialsOf },
      { onPhase: (phase) => phases.push(phase) },
    );
    this.stage.reload(phases);
  }

  async #checked(work: () => Promise<void>): Promise<void> {
    const { faults } = this.#form;
    if (faults.length === 0) return work();
    this.#showFaults(faults.join('\n'));
    tell('status', 'The settings are not ones that can be built; the reason is below.');
  }

  #listenToPlayback(): void {
    const { playback } = this.stage;
    button('play').addEventListener('click', () => playback.toggle());
    const step = (by: number) => (): void => {
      playback.isPlaying = false;
      playback.goTo(playback.position.phase + by);
      this.stage.refresh();
    };
    button('back').addEventListener('click', step(-1));
    button('forth').addEventListener('click', step(1));
    value('phase').addEventListener('input', () => {
      playback.isPlaying = false;
      playback.goTo(Number(value('phase').value));
      this.stage.refresh();
    });
    const speed = byId('speed', HTMLSelectElement);
    speed.addEventListener('change', () => {
      playback.speed = Number(speed.value);
    });
  }

  #listenToFiles(on: (id: string, event: string, work: () => Promise<void> | void) => void): void {
    hearFiles(
      value('network-file'),
      byId('network-box', HTMLElement),
      (files) => void this.#try(() => this.#openNetwork(files)),
    );
    hearFiles(value('calibration-file'), undefined, (files) => {
      this.#calibration = dataAmong(files);
      this.#showNames();
    });
    hearFiles(value('data-file'), byId('samples-box', HTMLElement), (files) => {
      this.#data = dataAmong(files);
      value('sample').value = '0';
      this.#showNames();
      void this.#try(async () => {
        await this.#look();
        await this.watch();
      });
    });
    on('calibration-none', 'click', () => {
      this.#calibration = undefined;
      this.#showNames();
    });
    on('network-example', 'click', () => {
      [this.#network, this.#sideFiles, this.#calibration, this.#data] = [
        EXAMPLE_NETWORK,
        [],
        EXAMPLE_CALIBRATION,
        EXAMPLE_DIGITS,
      ];
      this.#form.settings = EXAMPLE_SETTINGS;
      this.#showNames();
      this.#chip = undefined;
      return this.#look();
    });
    button('save-chip').addEventListener('click', () => {
      save('chip.bin', this.#chip!.bytes as Uint8Array<ArrayBuffer>, 'application/octet-stream');
    });
    button('save-record').addEventListener('click', () => {
      save('run.json', `${JSON.stringify(this.#record, null, 2)}\n`, 'application/json');
    });
    on('save-report', 'click', async () => {
      save('report.html', await this.#client.ask('report', { record: this.#record! }), 'text/html');
    });
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
      location.hash = toLink(this.#form.settings);
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
