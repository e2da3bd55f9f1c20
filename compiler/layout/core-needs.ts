/** What a core needs of its target, counted from its plan and from the source runs that it sends and hears. */
import {
  boxElement,
  boxSize,
  intersectBoxes,
  operationLength,
  type DiagnosticCode,
  type Mnemonic,
  type Shape,
  type Target,
  type TargetFigure,
  option,
} from '../../isa/index.ts';
import { beforePooling, lowerBound, pooledIndex, type BranchAxons } from './axons.ts';
import { codeOf } from '../layer-neurons.ts';
import type { CorePlan, PlannedGroup, TickStep } from './core-plan.ts';
import { INPUT, type QuantisedBranch, type QuantisedGraph } from '../ir/layers.ts';
import type { SourceRun } from '../ir/mapped.ts';

export interface CoreNeeds {
  readonly neurons: number;
  readonly axons: number;
  readonly axonGroups: number;
  readonly synapseBits: number;
  readonly parameters: number;
  readonly programWords: number;
  readonly sinkRows: number;
  readonly sinkListWords: number;
}

/** What depends on the other cores: who listens to this one, and whom it hears. */
export interface CoreTraffic {
  /** Words of the instructions that send, one for each source run. */
  readonly sendingWords: number;
  readonly sinkRows: number;
  readonly sinkListWords: number;
}

/**
 * Exactly what the emitted core takes.
 *
 * @param traffic without it: as little as there can be, one instruction per tile that sends and no sink rows
 */
export function coreNeeds(plan: CorePlan, traffic?: CoreTraffic): CoreNeeds {
  const events = plan.groups.reduce((sum, group) => sum + handlerWords(group), 0);
  const { touch } = plan;
  const gated = [...plan.windows, ...(touch ?? [])].reduce(
    (sum, { steps, stepTicks }) =>
      sum + operationLength(stepTicks > 1 ? 'EVERY' : 'WINDOW') + stepWords(steps, traffic === undefined),
    0,
  );
  const ends = (touch === undefined ? 2 : 3) * operationLength('END');
  return {
    neurons: plan.room,
    axons: plan.axons,
    axonGroups: plan.groups.length,
    synapseBits: 8 * plan.synapseBytes,
    parameters: plan.parameters.reduce((sum, { values }) => sum + values.length, 0),
    programWords: events + gated + (traffic?.sendingWords ?? 0) + wordsOf(plan.resets) + ends,
    sinkRows: traffic?.sinkRows ?? 0,
    sinkListWords: traffic?.sinkListWords ?? 0,
  };
}

/** The instruction that carries out each kind of operator. */
export const EVENT_OPERATION = { conv: 'CONV', dense: 'DENSE', sparse: 'SPARSE', diagonal: 'DIAG' } as const;

const handlerWords = ({ units }: PlannedGroup): number =>
  units.reduce(
    (sum, { branch }) => sum + operationLength(EVENT_OPERATION[branch.operator.kind]),
    operationLength('END'),
  );

const wordsOf = (steps: readonly { readonly instruction: { readonly op: Mnemonic } }[]): number =>
  steps.reduce((sum, { instruction }) => sum + operationLength(instruction.op), 0);

/** @param all whether those that send count, once per tile */
const stepWords = (steps: readonly TickStep[], all: boolean): number =>
  wordsOf(all ? steps : steps.filter(({ instruction }) => instruction.covers !== 'listeners'));

/** Words of the instructions that send these source runs. */
export const sendingWords = ({ layers }: QuantisedGraph, sent: readonly SourceRun[]): number =>
  sent.reduce((sum, { layer }) => {
    const sending = codeOf(layers[layer]!).tick.filter(({ covers }) => covers === 'listeners');
    return sum + wordsOf(sending.map((instruction) => ({ instruction })));
  }, 0);

/**
 * The traffic of a core.
 *
 * @param sent source runs of the core's own tiles
 * @param heard source runs that have the core among their listeners
 */
export function coreTraffic(
  graph: QuantisedGraph,
  plan: CorePlan,
  sent: readonly SourceRun[],
  heard: readonly SourceRun[],
): CoreTraffic {
  let sinkRows = 0;
  let sinkListWords = 0;
  for (const run of heard)
    for (const group of hearingGroups(graph, plan, run)) {
      sinkRows++;
      if (group.axons.kind === 'list') sinkListWords += boxSize(run.box);
    }
  return { sendingWords: sendingWords(graph, sent), sinkRows, sinkListWords };
}

/** Groups with a unit that hears something of the run; each has one sink row for it. */
export function hearingGroups(
  graph: QuantisedGraph,
  plan: CorePlan,
  run: Pick<SourceRun, 'layer' | 'box'>,
): PlannedGroup[] {
  const shape = sourceShape(graph, run.layer);
  return plan.groups.filter(({ units }) =>
    units.some(({ branch, axons }) => branch.source === run.layer && hears(branch, axons, run, shape)),
  );
}

/** Shape of a layer, or of the input. */
export const sourceShape = (graph: QuantisedGraph, source: number): Shape =>
  source === INPUT ? graph.inputShape : graph.layers[source]!.shape;

function hears(branch: QuantisedBranch, axons: BranchAxons, run: Pick<SourceRun, 'box'>, shape: Shape): boolean {
  if (axons.kind === 'region') return intersectBoxes(beforePooling(axons.region, branch), run.box) !== undefined;
  const size = boxSize(run.box);
  for (let k = 0; k < size; k++)
    if (listedAxon(axons.sources, pooledIndex(branch, shape, boxElement(run.box, shape, k))) >= 0) return true;
  return false;
}

/** Axon of a pooled source index among those listed; -1 where it is not. */
export function listedAxon(sources: Uint32Array, pooled: number): number {
  if (pooled < 0) return -1;
  const at = lowerBound(sources, pooled);
  return sources[at] === pooled ? at : -1;
}

/** A limit that a core breaks. */
export interface Excess {
  readonly code: DiagnosticCode;
  readonly figure: TargetFigure;
  readonly what: string;
  readonly needed: number;
  readonly limit: number;
  readonly remedy: string;
}

const LIMITS = [
  ['neurons', 'E0316', 'neurons', 'use a smaller layer'],
  ['axons', 'E0306', 'distinct in-axons', 'reduce the fan-in (pool before the layer, or fewer input channels)'],
  [
    'synapseBits',
    'E0307',
    'bits of synapse memory',
    `use narrower weights (${option('weightBits')}) or a smaller fan-in`,
  ],
  ['parameters', 'E0309', 'parameters', 'leave out the bias'],
  ['programWords', 'E0308', 'program words', 'use fewer branches into the layer'],
  ['axonGroups', 'E0314', 'axon groups', 'use fewer branches into the layer'],
  ['sinkRows', 'E0310', 'sink rows', 'use a smaller layer before this one'],
  ['sinkListWords', 'E0310', 'words of sink lists', 'use a smaller layer before this one'],
] as const satisfies readonly (readonly [keyof CoreNeeds, DiagnosticCode, string, string])[];

/** The first limit of the target that a core breaks; undefined where it fits. */
export function firstExcess(needs: CoreNeeds, { limits }: Target): Excess | undefined {
  for (const [name, code, what, remedy] of LIMITS)
    if (needs[name] > limits[name])
      return { code, figure: `limits.${name}`, what, needed: needs[name], limit: limits[name], remedy };
  return undefined;
}
