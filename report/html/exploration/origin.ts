/** What an exploration was made from: command, version, and every input by its hash. */
import type { SweepInput } from '../../../isa/index.ts';
import { type Content, fold, html, note } from '../markup.ts';
import { inputsTable, madeByTable, optionsTable } from '../made-of.ts';
import type { Section } from '../section.ts';

export interface OriginOfExploration {
  readonly tool: string;
  /** The command line, where it is known. */
  readonly command: string | undefined;
  readonly inputs: readonly SweepInput[];
  /** Options that have the same value in all points. */
  readonly common: Readonly<Record<string, string | boolean>>;
  readonly more: readonly (readonly [name: string, value: Content])[];
}

const MOST_INPUTS = 60;

export function originOf({ tool, command, inputs, common, more }: OriginOfExploration): Section {
  const shown = inputs.slice(0, MOST_INPUTS);
  const names = Object.keys(common);
  return {
    id: 'origin',
    title: 'Origin',
    body: html`${madeByTable(tool, command, more)}${shown.length === 0 ? '' : inputsTable(shown)}${inputs.length > shown.length ? note(`and ${inputs.length - shown.length} more, in the results`) : ''}${names.length === 0 ? '' : fold('Options that all points have', optionsTable('The same in all points, defaults too', common))}`,
  };
}
