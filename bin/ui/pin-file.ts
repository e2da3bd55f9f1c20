/** Files of pins. */
import { fail, pins as kind, type Pins, sha256Of } from '../../isa/index.ts';
import type { PinOptions } from '../../compiler/index.ts';
import { readInput } from './files.ts';
import type { Io } from './io.ts';
import { parseRecord } from './records.ts';

const LARGEST_PINS_BYTES = 2 ** 27;

/** @throws DiagnosticError E0101, E0108 */
export async function readPins(io: Io, file: string): Promise<PinOptions> {
  const bytes = await readInput(io, file, LARGEST_PINS_BYTES);
  const remedy = 'docs/pins.md shows such files, and `snnc build --emit-pins` writes one';
  const { pins } = parseRecord(bytes, file, { kind, what: 'file of pins', remedy });
  return { file, sha256: sha256Of(bytes), pins };
}

/** A pin a line. @throws DiagnosticError E0325 where there are none */
export function pinsText(pins: Pins | undefined, file: string): string {
  if (pins === undefined)
    fail(
      'E0325',
      'the connections of this network have no order (lists), so by traffic it was mapped neuron by neuron, which is no mapping of boxes',
      { file },
      'map it otherwise, with --map work or --map layers, or leave --emit-pins out',
    );
  const lines = pins.pins.map((pin) => `    ${JSON.stringify(pin)}`);
  return `{\n  "format": "${pins.format}",\n  "pins": [\n${lines.join(',\n')}\n  ]\n}\n`;
}
