/** How the output of a NIR graph is read, which the graph does not say. */
import { fail, option } from '../../../isa/index.ts';
import type { Decoding, PopulationNetwork } from '../../ir/population.ts';
import type { NirNode } from './fields.ts';
import type { Connected, Read } from './populations.ts';

interface Asking {
  /** What the output is: the last neurons, or Output itself. */
  readonly node: NirNode;
  readonly fires: boolean;
  readonly asked: Decoding | undefined;
  /** By metadata of our own. */
  readonly written: Decoding | undefined;
}

interface ReadOut {
  readonly read: readonly Read[];
  readonly output: PopulationNetwork['output'];
  /** What was taken, for the user; undefined where the file said it. */
  readonly said: string | undefined;
}

export const readsSpikes = (decoding: Decoding): boolean => decoding === 'count' || decoding === 'first';

export const WORDS: Readonly<Record<Decoding, (name: string) => string>> = {
  count: (name) => `of ${name}, the spikes of an inference are counted`,
  first: (name) => `of ${name}, the first spike of each neuron is taken`,
  last: (name) => `of ${name}, the potentials of the last step are taken`,
  max: (name) => `of ${name}, the largest potentials of an inference are taken`,
  mean: (name) => `of ${name}, the means of the potentials of all steps are taken`,
};

/**
 * The populations as they are read: one whose potentials are, sends no spikes.
 *
 * @throws DiagnosticError E0204 where spikes are asked for of what never fires, E0207 where others hear the spikes of what is read as potentials
 */
export function readOut(
  { read, connected }: { readonly read: readonly Read[]; readonly connected: readonly Connected[] },
  { node, fires, asked, written }: Asking,
): ReadOut {
  const population = read.findIndex((each) => each.node === node);
  const known = written !== undefined && (fires || !readsSpikes(written)) ? written : undefined;
  const decoding = asked ?? known ?? (fires ? 'count' : 'last');
  if (readsSpikes(decoding) && !fires) neverFires(decoding, node);
  const output = { population, decoding };
  const isValue = connected.every(({ to, states }) => to !== population || states.length > 0);
  const from =
    node.type === 'Output' && asked === undefined
      ? `the graph ends without neurons: ${isValue ? 'what potentials give there in the last step is taken' : 'what comes there is added up over the steps of an inference'}`
      : WORDS[decoding](`"${node.name}"`);
  const isSaid = asked === undefined && known !== undefined;
  const said = isSaid
    ? undefined
    : `a NIR graph does not say how its output is read: ${from}${asked === undefined ? '' : ' (asked for)'}`;
  if (readsSpikes(decoding) || !fires) return { read, output, said };
  requireUnheard({ read, connected }, population);
  return { read: read.map((each, p) => (p === population ? silent(each) : each)), output, said };
}

export const neverFires = (decoding: Decoding, { name }: NirNode): never =>
  fail(
    'E0204',
    `${option('nirOutput', decoding)} reads spikes, and "${name}" never fires`,
    { layer: name },
    `read its potentials: ${option('nirOutput', 'last')}, max or mean`,
  );

/** @throws DiagnosticError E0207 where others hear the spikes of a population whose potentials are read */
export function requireUnheard(
  { read, connected }: { readonly read: readonly Read[]; readonly connected: readonly Connected[] },
  population: number,
): void {
  const hearer = connected.find(({ source }) => source === population);
  if (hearer !== undefined)
    read[population]!.node.fail(
      'E0207',
      `its potentials are to be read, but "${read[hearer.to]!.node.name}" hears its spikes: a population gives one of both`,
      `read its spikes: ${option('nirOutput', 'count')} or first`,
    );
}

/** Neurons that nothing resets never have to be compared. */
export function silent(read: Read): Read {
  const { rule } = read.neuron;
  const firing =
    rule.firing?.reset.kind === 'none' ? undefined : rule.firing && { ...rule.firing, isSilent: true as const };
  return { ...read, neuron: { ...read.neuron, rule: { ...rule, firing } } };
}
