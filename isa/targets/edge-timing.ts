/** Times of a chip like `edge`: cycles by the time that its memories take at its clock, and by its lanes. */
import type { Target } from '../target.ts';
import type { EdgeModel, EdgeSizes } from './edge-model.ts';
import { cycles, design } from './figures.ts';

const HOP_CYCLES = 3;

export function edgeTiming({ timing }: EdgeSizes, model: EdgeModel): Target['timing'] {
  const { clockHz, lanes, updateLanes, bufferFlits } = timing;
  const { neuronBank, parameterBank, synapses, scheduler, program } = model.kib;
  const step = (kib: number): number => model.accessCycles(kib);
  const state = Math.max(neuronBank, parameterBank);
  const integration = Math.max(neuronBank, synapses);
  /** Neurons beyond the banks wait for their turn. */
  const turns = Math.ceil(updateLanes / lanes);
  const banks = turns === 1 ? '' : `; ${updateLanes} neurons take ${turns} turns at ${lanes} banks`;
  const update = (what: string) =>
    cycles(turns * step(state), 'assumed', design(what) + banks + model.accessCyclesText(state));
  const hop = () => cycles(HOP_CYCLES, 'assumed', design('switch allocation, switch traversal, link: one cycle each'));
  const side = `${updateLanes} neurons per cycle from ${lanes} banks, pipelined`;
  return {
    clockHz,
    lanes,
    laneCycles: cycles(
      step(integration),
      'assumed',
      design(`${lanes} additions per cycle from ${lanes} banks of neuron memory, pipelined`) +
        model.accessCyclesText(integration),
    ),
    eventCycles: cycles(
      step(scheduler) + step(program),
      'assumed',
      design('read the axon counter, fetch the handler') +
        model.accessCyclesText(scheduler) +
        model.accessCyclesText(program),
    ),
    vectorCycles: cycles(
      step(state),
      'assumed',
      design(`${lanes} neurons per cycle from ${lanes} banks, pipelined`) + model.accessCyclesText(state),
    ),
    updateLanes,
    updateActiveCycles: update(side),
    updateIdleCycles: update('idle neurons are visited too; no cycle is saved'),
    hopEastWestCycles: hop(),
    hopNorthSouthCycles: hop(),
    ejectionCycles: cycles(3, 'assumed', design('switch allocation, switch traversal, local link: one cycle each')),
    injectionCycles: cycles(2, 'assumed', design('packet assembly and local link')),
    creditCycles: cycles(2, 'assumed', design('credit link and credit counter')),
    bufferFlits,
    barrierCycles: cycles(8, 'assumed', design('start and end of the barrier in the cores')),
    barrierHopCycles: cycles(
      HOP_CYCLES,
      'assumed',
      design(`the barrier wave travels like a flit, ${HOP_CYCLES} cycles per hop`),
    ),
  };
}

/** Links of 16 wires between the chips of a grid. */
export function edgeChips(
  { width, height }: { readonly width: number; readonly height: number },
  { hopEastWestCycles: { value: hop }, creditCycles: { value: credit } }: Target['timing'],
): NonNullable<Target['chips']> {
  return {
    width,
    height,
    linkCycles: cycles(
      hop + 3 + 4 + 2,
      'assumed',
      design(
        `${hop} as between tiles of a chip; 3 more to send a 64-bit flit over 16 wires, 16 bits per cycle; 4 for the synchronisers of both sides; 2 for pads and board`,
      ),
    ),
    flitCycles: cycles(4, 'assumed', design('a 64-bit flit over 16 wires, 16 bits per cycle')),
    creditCycles: cycles(
      credit + 4 + 2,
      'assumed',
      design(`${credit} as within a chip; 4 for the synchronisers of both sides; 2 for pads and board`),
    ),
  };
}
