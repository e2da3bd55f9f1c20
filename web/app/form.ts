/** The settings as a form. */
import { FIELD_NAMES, type FieldName, faultOf, fieldOf, type Settings } from '../settings.ts';
import { make } from './elements.ts';

/** Fields that are folded away. */
const MORE: ReadonlySet<FieldName> = new Set([
  'mesh.width',
  'mesh.height',
  'limits.neurons',
  'scale',
  'mean',
  'std',
  'calibrate-limit',
]);

export class SettingsForm {
  readonly #inputs = new Map<FieldName, HTMLInputElement | HTMLSelectElement>();

  /** @param onChange when something else is asked for */
  constructor(form: HTMLFormElement, onChange: () => void) {
    const more = make('div', { class: 'more' });
    for (const name of FIELD_NAMES) {
      const { label, hint } = fieldOf(name);
      const input = inputFor(name);
      this.#inputs.set(name, input);
      input.addEventListener('input', () => {
        input.setCustomValidity(faultOf(name, input.value.trim()) ?? '');
        onChange();
      });
      const row = make('label', { title: hint }, label, input);
      if (MORE.has(name)) more.append(row);
      else form.append(row);
    }
    form.append(make('details', {}, make('summary', {}, 'Sizes of the chip, preprocessing, calibration'), more));
  }

  get settings(): Settings {
    return Object.fromEntries([...this.#inputs].map(([name, input]) => [name, input.value.trim()])) as Settings;
  }

  set settings(settings: Settings) {
    for (const [name, input] of this.#inputs) {
      input.value = settings[name];
      input.setCustomValidity('');
    }
  }

  /** What is wrong with what was typed. */
  get faults(): string[] {
    const { settings } = this;
    return FIELD_NAMES.map((name) => faultOf(name, settings[name])).filter((fault) => fault !== undefined);
  }
}

function inputFor(name: FieldName): HTMLInputElement | HTMLSelectElement {
  const { choices, range, hint } = fieldOf(name);
  const attributes = { id: `set-${name}`, title: hint };
  if (choices !== undefined)
    return make(
      'select',
      attributes,
      ...choices.map((value) => make('option', { value }, value === '' ? '(left open)' : value)),
    );
  return make('input', {
    ...attributes,
    autocomplete: 'off',
    placeholder: '(left open)',
    ...(range && name !== 'scale' && { inputmode: 'numeric' }),
  });
}
