/** What `--probe` names: a layer, or one neuron of it. */
import type { Probe } from '../../emulator/index.ts';
import { type Chip, fail, type LayerInfo } from '../../isa/index.ts';
import { elementOf } from '../diff/places.ts';
import { suggestion } from '../../isa/suggest.ts';

/** Layers that a message names. */
const LAYERS_SHOWN = 20;
/** A longer name is not repeated: it would hide what the message says. */
const LONGEST_NAME = 200;

/**
 * `conv1`, `conv1:3,0,12`, `0`, `0:3,0,12`: a layer by its name or index, and channel, y and x of a neuron.
 *
 * @throws DiagnosticError E0103 where there is no such layer or neuron
 */
export function parseProbe(text: string, chip: Chip): Probe {
  const whole = findLayer(text, chip);
  if (whole !== undefined) return { layer: whole };
  const at = text.lastIndexOf(':');
  const name = at < 0 ? text : text.slice(0, at);
  const layer = findLayer(name, chip);
  if (layer === undefined) return noSuchLayer(name, chip.layers);
  const coordinates =
    /^(\d{1,9}),(\d{1,9}),(\d{1,9})$/
      .exec(text.slice(at + 1))
      ?.slice(1)
      .map(Number) ?? [];
  const { shape } = chip.layers[layer]!;
  const [c = Infinity, y = Infinity, x = Infinity] = coordinates;
  if (c >= shape[0] || y >= shape[1] || x >= shape[2])
    fail(
      'E0103',
      `--probe ${shown(text)}: ${coordinates.length === 3 ? 'there is no such neuron' : 'the neuron is not given as channel,y,x'}`,
      { layer: nameOf(chip, layer) },
      `channel 0 to ${shape[0] - 1}, y 0 to ${shape[1] - 1}, x 0 to ${shape[2] - 1}; the layer alone probes all of them`,
    );
  return { layer, neuron: (c * shape[1] + y) * shape[2] + x };
}

/**
 * A layer as messages, files and records call it: by its name; by `layer` and its index where the name is not the only one
 * of its kind, or cannot be printed.
 */
export function nameOf({ layers }: Chip, layer: number): string {
  const { name } = layers[layer]!;
  const plain = name.length <= LONGEST_NAME && !/\p{C}/u.test(name);
  return plain && layers.filter((other) => other.name === name).length === 1 ? name : `layer${layer}`;
}

/** `conv1` or `conv1:3,0,12`. */
export function probeName(chip: Chip, { layer, neuron }: Probe): string {
  if (neuron === undefined) return nameOf(chip, layer);
  const { c, y, x } = elementOf(chip.layers[layer]!.shape, neuron);
  return `${nameOf(chip, layer)}:${c},${y},${x}`;
}

function findLayer(text: string, { layers }: Chip): number | undefined {
  const named = layers.flatMap(({ name }, layer) => (name === text ? [layer] : []));
  if (named.length > 1)
    fail(
      'E0103',
      `--probe ${shown(text)}: ${named.length} layers have this name`,
      undefined,
      `name one by its index: ${named.slice(0, LAYERS_SHOWN).join(', ')}`,
    );
  if (named[0] !== undefined) return named[0];
  const index = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  return index < layers.length ? index : undefined;
}

function noSuchLayer(name: string, layers: readonly LayerInfo[]): never {
  const names = layers.map((layer) => layer.name.slice(0, LONGEST_NAME));
  const more = names.length > LAYERS_SHOWN ? `, and ${names.length - LAYERS_SHOWN} more` : '';
  fail(
    'E0103',
    `--probe ${shown(name)}: the chip has no such layer${suggestion(name.slice(0, 64), names)}`,
    undefined,
    `layers by index 0 to ${layers.length - 1}, or by name: ${names.slice(0, LAYERS_SHOWN).join(', ')}${more}`,
  );
}

const shown = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
