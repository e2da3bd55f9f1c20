/**
 * The loader's semantic check. Whatever the bytes of a chip file say, a chip that passes can be run: every address,
 * index, route and budget lies within its target, packets cannot deadlock, and no number leaves its width.
 */
import { type Bounds, bitsNeeded, fitsSigned } from './bounds.ts';
import { boxSize } from './boxes.ts';
import type { Chip, CoreImage } from './chip.ts';
import { isEndless, ticksOfRun } from './endless.ts';
import type { Diagnostic } from './diagnostics.ts';
import { groupEventTicks, neuronBounds } from './range/counted.ts';
import { PLANE_NAMES } from './planes.ts';
import type { Sending } from './range/heard.ts';
import { treesSentOnce } from './range/one-shot.ts';
import type { Unprovable } from './range/endless.ts';
import { type Found, mustWalk, walk } from './range/walked.ts';
import { targetSchema } from './target.ts';
import { type CheckedCore, checkCores } from './verify/core.ts';
import { CheckEnded, Findings } from './verify/findings.ts';
import { checkHeader, checkPlacements } from './verify/maps.ts';
import { checkPlanes } from './verify/planes.ts';
import { checkPackets, checkSinks, provePayloads } from './verify/sinks.ts';
import { checkRoutes, findSources, type Source } from './verify/trees.ts';

/**
 * Checks a decoded chip file.
 *
 * @returns what is wrong, at most 20 entries; empty where the chip can be run. E0405 for contradictions, E0406 where a
 *   potential or current could leave its width. The work is bounded by the size of the file and a fixed budget.
 */
export function verifyChip(chip: Chip): Diagnostic[] {
  const findings = new Findings();
  try {
    checkChip(chip, findings);
  } catch (fault) {
    if (!(fault instanceof CheckEnded)) throw fault;
  }
  return findings.diagnostics;
}

/** Each step relies on what the steps before have found in order. */
function checkChip(chip: Chip, findings: Findings): void {
  const target = targetSchema.safeParse(chip.target);
  for (const issue of target.error?.issues ?? [])
    findings.inconsistent(`target: ${issue.message}`, { section: 'target', path: issue.path.join('.') });
  for (const { feature } of chip.target.constraints ?? [])
    findings.inconsistent(`a program of this machine cannot be one for a target with the constraint "${feature}"`, {
      section: 'target',
      path: 'constraints',
    });
  findings.endIfAny();
  checkHeader(chip, findings);
  findings.endIfAny();
  checkPlanes(chip, findings);
  findings.endIfAny();
  const cores = checkCores(chip, findings);
  findings.endIfAny();
  const sources = findSources(chip, cores, findings);
  findings.endIfAny();
  checkRoutes(chip, sources, findings);
  checkSinks(chip, sources, findings);
  checkPlacements(chip, cores, sources, findings);
  findings.endIfAny();
  const sent = proveRanges(chip, cores, sources, findings);
  findings.endIfAny();
  checkPackets(chip.target, sent, findings);
  for (const core of chip.cores) provePayloads(core, sources, sent, findings);
}

/** What a proof has found of a core: the neuron that needs the most bits, or the first that leaves its width. */
interface OutOfRange {
  /** Absent where it is the whole core. */
  readonly neuron?: number;
  readonly message: string;
}

const REMEDY = 'Rebuild with smaller weights, a shorter window, or a target with wider membrane potentials.';
const ENDLESS_REMEDY =
  'Let every plane come to rest: a DECAY, a clip with ALUP function=min and max, or policy=wrap; or claim ranges that every tick keeps, with min and max of a .plane for every plane of every neuron of the core.';

/**
 * The range proof of every core: by sums where that is enough, else tick by tick.
 *
 * @returns what packets that carry a plane can hold, by their tree
 */
function proveRanges(
  chip: Chip,
  cores: readonly CheckedCore[],
  sources: ReadonlyMap<number, Source>,
  findings: Findings,
): ReadonlyMap<number, Bounds> {
  const sent = new Map<number, Bounds>();
  const turns = new Map<number, Sending>();
  for (const [tree, source] of sources) if (source.kind !== 'read') turns.set(tree, source.turns);
  const once = cores.flatMap(({ image, tick }) => treesSentOnce(image, tick, turns, ticksOfRun(chip), findings.spend));
  for (const tree of once) turns.set(tree, { ...turns.get(tree)!, once: true });
  for (const checked of cores) {
    const { image: core } = checked;
    const walked = (): OutOfRange | undefined =>
      leaves(walk(core, chip.target, turns, ticksOfRun(chip), findings.spend, sent));
    let found: OutOfRange | undefined;
    if (isEndless(chip) || mustWalk(core, checked)) found = walked();
    else {
      found = widest(core, chip, turns, findings);
      // What a neuron adds to itself until it fires is no sum: the threshold bounds it.
      if (found !== undefined && walked() === undefined) found = undefined;
    }
    if (found === undefined) continue;
    const { neuron = -1 } = found;
    const layer = chip.placements.find(
      ({ core: index, firstNeuron, box }) =>
        index === core.core && neuron >= firstNeuron && neuron < firstNeuron + boxSize(box),
    )?.layer;
    findings.report(
      'E0406',
      found.message,
      { core: core.core, ...(layer !== undefined && { layer: chip.layers[layer]!.name }) },
      isEndless(chip) ? ENDLESS_REMEDY : REMEDY,
    );
  }
  return sent;
}

function leaves(found: Found | Unprovable | undefined): OutOfRange | undefined {
  if (found === undefined) return undefined;
  if ('fault' in found) return { message: `nothing is proven of ticks without end: ${found.fault}` };
  const { plane, neuron, min, max, bits, tick, claim, unsettled } = found;
  const what = `${PLANE_NAMES[plane]!} of neuron ${neuron} can reach ${min}..${max} in tick ${tick}`;
  if (unsettled === true)
    return { neuron, message: `nothing is proven of ticks without end: ${what}, and still has not come to rest` };
  const message = claim === true ? `${what}, which is more than its row claims` : `${what}; it has ${bits} bits`;
  return { neuron, message };
}

function widest(
  core: CoreImage,
  chip: Chip,
  turns: ReadonlyMap<number, Sending>,
  findings: Findings,
): OutOfRange | undefined {
  const { vBits } = chip.target.widths;
  const groupTicks = groupEventTicks(core, turns, chip.ticks);
  const { v, i } = neuronBounds(core, groupTicks, chip.ticks, findings.spend);
  let worst = { bits: vBits, neuron: -1, state: 'V', min: 0, max: 0 };
  for (let neuron = 0; neuron < core.neuronCount; neuron++)
    for (const [state, bounds] of [
      ['V', v],
      ['I', i],
    ] as const) {
      const range = { min: bounds.min[neuron]!, max: bounds.max[neuron]! };
      if (fitsSigned(range, vBits)) continue;
      const bits = bitsNeeded(range);
      if (bits > worst.bits) worst = { bits, neuron, state, ...range };
    }
  if (worst.neuron < 0) return undefined;
  return {
    neuron: worst.neuron,
    message: `${worst.state} of neuron ${worst.neuron} can reach ${worst.min}..${worst.max}, which needs ${worst.bits} bits; the target has ${vBits}`,
  };
}
