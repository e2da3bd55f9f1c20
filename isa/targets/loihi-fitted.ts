/**
 * `loihi-fitted`: Loihi 1 with the constants that the open simulator SANA-FE fitted by regression to an Intel board, in
 * place of the published table. Neither set completes the other: what was not fitted is unknown here.
 */
import type { Target } from '../target.ts';
import type { EnergyFigure } from '../target-energy.ts';
import { cycles, includedIn, picojoules, stateWork, unknown } from './figures.ts';
import { loihi, LOIHI_ORIGINS, WHOLE_STEP } from './loihi.ts';

const FIT = 'SANA-FE, constants fitted by regression to an Intel Loihi board';
/** Published error of the fitted model against the board: energy within 12 %. */
const ERROR_OF_FIT = 0.12;
/** Of synapses that are stored densely. */
const SYNOP_PJ = 35.5;

const GRID_NANOSECONDS = 0.1;

function nanoseconds(
  time: number,
  what: string,
  kind: 'published' | 'derived' = 'published',
): ReturnType<typeof cycles> {
  return cycles(Math.round(time / GRID_NANOSECONDS), kind, `${FIT}: ${what} ${time} ns, on the 0.1 ns grid`);
}

const fitted = (
  value: number,
  what: string,
  kind: 'published' | 'derived' = 'published',
  relativeUncertainty = ERROR_OF_FIT,
): EnergyFigure => ({ ...picojoules(value, kind, `${FIT}: ${what}`), relativeUncertainty });

const NOT_FITTED = unknown('not among the fitted constants');

export const loihiFitted: Target = {
  ...loihi,
  name: 'loihi-fitted',
  description:
    'Loihi 1 with times and energies fitted to a board instead of the published ones; published errors of the fit: energy within 12 %, latency within 25 %. Sizes as in loihi.',
  timing: {
    clockHz: {
      value: 10e9,
      unit: 'Hz',
      kind: 'assumed',
      source: 'grid of the model (0.1 ns): the real chip is asynchronous and has no clock',
    },
    lanes: 1,
    laneCycles: nanoseconds(
      3.8,
      'synaptic operation, dense (sparse 4.7 ns and convolution 3.1 ns are timed the same here):',
    ),
    eventCycles: nanoseconds(16, 'axon in, per message'),
    vectorCycles: cycles(0, 'derived', 'bias and current are part of the fitted neuron access'),
    updateLanes: 1,
    updateActiveCycles: nanoseconds(9.7, 'neuron access 6.0 ns + update 3.7 ns =', 'derived'),
    updateIdleCycles: nanoseconds(6, 'neuron access, every neuron and step'),
    hopEastWestCycles: nanoseconds(4.1, 'tile hop east-west'),
    hopNorthSouthCycles: nanoseconds(6.5, 'tile hop north-south'),
    ejectionCycles: cycles(1, 'assumed', 'not fitted apart from axon in, which eventCycles holds; least time possible'),
    injectionCycles: nanoseconds(5.1, 'axon out, per message'),
    creditCycles: cycles(1, 'assumed', 'flow control is not published'),
    bufferFlits: loihi.timing.bufferFlits,
    barrierCycles: nanoseconds(600, 'barrier of one tile'),
    barrierHopCycles: nanoseconds(
      60,
      'barrier of 1..29 tiles 600..1,800 ns, taken as that of all 32: (1,800 - 600) / (2 * (8 + 4 - 2)) =',
      'derived',
    ),
  },
  energy: {
    synop: fitted(
      SYNOP_PJ,
      'synaptic operation, dense 35.5 pJ. Sparse 33.6 pJ and convolution 24.0 pJ are paid the same here, so the uncertainty reaches from one to the other: 35.5 / 24.0 - 1 = 0.48',
      'published',
      0.48,
    ),
    mac: picojoules(
      SYNOP_PJ,
      'assumed',
      'equal to synop: Loihi 1 has no graded spikes, so an event with another payload than 1 has no figure',
    ),
    synapseBitRead: includedIn('synop'),
    neuronUpdateActive: fitted(72.8, 'neuron access 51.2 pJ + update 21.6 pJ = 72.8 pJ', 'derived'),
    neuronUpdateIdle: fitted(51.2, 'neuron access 51.2 pJ, every neuron and step'),
    ...stateWork(WHOLE_STEP),
    spike: fitted(69.3, 'neuron that spikes, beside access and update, 69.3 pJ'),
    packet: includedIn('delivery: a message goes to one core, so what a message costs is counted per delivery'),
    delivery: fitted(
      111,
      'axon out 111 pJ + axon in 0 pJ per message = 111 pJ; deliveries of input and read-outs are counted as the same',
      'derived',
    ),
    linkHopEastWest: fitted(3, 'tile hop east-west 3.0 pJ'),
    linkHopNorthSouth: fitted(4.2, 'tile hop north-south 4.2 pJ'),
    withinTile: NOT_FITTED,
    routerTraversal: includedIn('delivery, linkHopEastWest and linkHopNorthSouth'),
    barrier: unknown('only the time of the barrier was fitted'),
    reset: NOT_FITTED,
    hostPacket: NOT_FITTED,
    activeCoreCycle: unknown('leakage is not among the fitted constants'),
    idleCoreCycle: unknown('leakage is not among the fitted constants'),
  },
  origins: {
    ...LOIHI_ORIGINS,
    'timing.lanes': { unit: 'additions', kind: 'derived', source: 'the fitted time is that of one synaptic operation' },
    'timing.updateLanes': { unit: 'neurons', kind: 'derived', source: 'the fitted time is that of one neuron' },
  },
  notModelled: [
    ...loihi.notModelled.filter((what) => !what.startsWith('self-timed')),
    'the time of a spike in the update, 30 ns (its energy is counted)',
    'synaptic operations of sparse and convolutional storage, which cost less or take longer or shorter than dense ones',
    'a message per destination core: the model sends one packet along a tree and pays one message per leaf',
    'self-timed, overlapping work; the model has a synchronous grid of 0.1 ns',
  ],
};
