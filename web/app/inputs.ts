/** What the page is given: network, calibration samples, samples, settings. */
import type { DataFiles, NamedFile } from '../messages.ts';
import { type Settings, toCommand } from '../settings.ts';
import { byId } from './elements.ts';
import { EXAMPLE_CALIBRATION, EXAMPLE_DIGITS, EXAMPLE_NETWORK, EXAMPLE_SETTINGS } from './examples.ts';
import { dataAmong, filesText, hearFiles, isTrainedSpiking, networkAmong } from './files.ts';
import { SettingsForm } from './form.ts';
import { button, tell, value } from './work.ts';

/** Who is told that something else was given. */
export interface InputListener {
  /** Files were given as a network; whoever hears it says whether they are one that is to be built. */
  readonly onNetworkFiles: (files: NamedFile[]) => void;
  readonly onSamples: () => void;
  /** The example is taken again. */
  readonly onExample: () => void;
}

export class Inputs {
  readonly #form: SettingsForm;
  network: NamedFile = EXAMPLE_NETWORK;
  sideFiles: readonly NamedFile[] = [];
  calibration: DataFiles | undefined = EXAMPLE_CALIBRATION;
  /** Absent until samples for another network than the example's are given. */
  data: DataFiles | undefined = EXAMPLE_DIGITS;

  constructor(listener: InputListener) {
    this.#form = new SettingsForm(byId('settings', HTMLFormElement), () => {
      this.#showCommand();
    });
    hearFiles(value('network-file'), byId('network-box', HTMLElement), listener.onNetworkFiles);
    hearFiles(value('calibration-file'), undefined, (files) => {
      this.calibration = dataAmong(files);
      this.show();
    });
    hearFiles(value('data-file'), byId('samples-box', HTMLElement), (files) => {
      this.data = dataAmong(files);
      this.show();
      listener.onSamples();
    });
    button('calibration-none').addEventListener('click', () => {
      this.calibration = undefined;
      this.show();
    });
    button('network-example').addEventListener('click', () => {
      this.#takeExample();
      listener.onExample();
    });
  }

  get settings(): Settings {
    return this.#form.settings;
  }

  set settings(settings: Settings) {
    this.#form.settings = settings;
    this.#showCommand();
  }

  /** What is wrong with the settings. */
  get faults(): string[] {
    return this.#form.faults;
  }

  takeNetwork(files: readonly NamedFile[]): void {
    const { network, sideFiles } = networkAmong(files);
    [this.network, this.sideFiles] = [network, sideFiles];
    // The digits of the example are nothing for another network, and neither is their scale; what spikes is not converted.
    if (this.calibration === EXAMPLE_CALIBRATION) this.calibration = undefined;
    if (this.data === EXAMPLE_DIGITS) this.data = undefined;
    const ofExample = {
      scale: '',
      mean: '',
      std: '',
      ...(isTrainedSpiking(network) && { mode: '', code: '', correct: '' }),
    };
    this.#form.settings = { ...this.#form.settings, ...ofExample };
    this.show();
  }

  show(): void {
    const sides = this.sideFiles.length === 0 ? '' : `, with ${this.sideFiles.map(({ name }) => name).join(', ')}`;
    tell('network-name', this.network.name + sides);
    tell('calibration-name', this.calibration === undefined ? 'none' : filesText(this.calibration));
    tell('data-name', this.data === undefined ? 'No samples yet.' : `Samples: ${filesText(this.data)}`);
    this.#showCommand();
  }

  #takeExample(): void {
    [this.network, this.sideFiles] = [EXAMPLE_NETWORK, []];
    [this.calibration, this.data] = [EXAMPLE_CALIBRATION, EXAMPLE_DIGITS];
    this.#form.settings = EXAMPLE_SETTINGS;
    this.show();
  }

  #showCommand(): void {
    const calibration = this.calibration?.data.name;
    tell('command', toCommand(this.#form.settings, { network: this.network.name, calibration }));
  }
}
