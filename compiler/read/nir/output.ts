/** How the output of a NIR graph is read, which the graph does not say. */
import { fail, option } from '../../../isa/index.ts';
import type { Decoding, PopulationNetwork } from '../../ir/population.ts';
import type { NirNode } from './fields.ts';
import { madeUpNode } from './made-up.ts';
import type { Read, ReadGraph } from './populations.ts';

interface Asking {
  /** What the output is: the last neurons, or Output itself. */
  readonly node: NirNode;
  readonly fires: boolean;
  readonly asked: Decoding | undefined;
  /** By metadata of our own. */
  readonly written: Decoding | undefined;
}

interface ReadOut {
  readonly graph: ReadGraph;
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
 * The graph as it is read: a population whose potentials are, sends no spikes.
 *
 * @throws DiagnosticError E0204 where spikes are asked for of what never fires
 */
export function readOut(graph: ReadGraph, { node, fires, asked, written }: Asking): ReadOut {
  const { read, connected } = graph;
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
  if (readsSpikes(decoding) || !fires) return { graph, output, said };
  const made = withPotentials(graph, population);
  const twice = made.read === population ? '' : twiceText(node.name);
  return { graph: made.graph, output: { ...output, population: made.read }, said: said && `${said}${twice}` };
}

export const neverFires = (decoding: Decoding, { name }: NirNode): never =>
  fail(
    'E0204',
    `${option('nirOutput', decoding)} reads spikes, and "${name}" never fires`,
    { layer: name },
    `read its potentials: ${option('nirOutput', 'last')}, max or mean`,
  );

/**
 * The graph with a population whose potentials can be read, as it sends nothing: where others hear its spikes, a second one that
 * hears what it hears.
 */
export function withPotentials(
  graph: ReadGraph,
  population: number,
): { readonly graph: ReadGraph; readonly read: number } {
  const { read, connected, constants } = graph;
  const found = read[population]!;
  if (connected.every(({ source }) => source !== population))
    return { graph: { ...graph, read: read.with(population, silent(found)) }, read: population };
  const node = madeUpNode(`${found.node.name} read`, found.node.type, (name) =>
    read.some((each) => each.node.name === name),
  );
  const to = read.length;
  const same = <E extends { readonly to: number }>(edges: readonly E[]): E[] => [
    ...edges,
    ...edges.filter((edge) => edge.to === population).map((edge) => ({ ...edge, to })),
  ];
  return {
    graph: { read: [...read, { ...silent(found), node }], connected: same(connected), constants: same(constants) },
    read: to,
  };
}

/** That neurons are there twice, for the user. */
export const twiceText = (name: string): string =>
  `; others hear the spikes of "${name}", so its neurons are there twice: those of "${name} read" hear the same, and are read`;

/** Neurons that nothing resets never have to be compared. */
function silent(read: Read): Read {
  const { rule } = read.neuron;
  const firing =
    rule.firing?.reset.kind === 'none' ? undefined : rule.firing && { ...rule.firing, isSilent: true as const };
  return { ...read, neuron: { ...read.neuron, rule: { ...rule, firing } } };
}
