/** One core of the interleaved machine on its own, with a look at its states after every single addition. */
import type { CoreImage, SinkRow, Target } from '../../isa/index.ts';
import { newCounters } from '../interleaved/counters.ts';
import { Core } from '../interleaved/core.ts';
import type { Mesh } from '../interleaved/network.ts';
import type { Work } from '../interleaved/sequencer.ts';
import { plainSink, tinyTarget } from './chips.ts';

/** Called with the values of V and I of a neuron, whether or not they have changed. */
export type Watch = (state: 'V' | 'I', neuron: number, value: number) => void;

/** Payloads of one tick by axon; 0 = silent. */
export type TickEvents = readonly number[];

/** Takes every packet, and delivers none. */
const NOWHERE = { canInject: () => true, inject: () => undefined } as unknown as Mesh;

/**
 * Runs one inference.
 *
 * @param events payloads by tick and axon
 * @param afterStep called after the reset and after every single addition
 */
export function runCore(
  image: CoreImage,
  events: readonly TickEvents[],
  afterStep: (core: Core) => void,
  { widths }: Pick<Target, 'widths'> = tinyTarget(),
): void {
  const target = { ...tinyTarget(), widths };
  // A lane step is one addition.
  const timing = { ...target.timing, lanes: 1, updateLanes: 1 };
  const core = new Core({ ...image, sinks: heardAtOnce(image) }, { ...target, timing }, NOWHERE, newCounters());
  const run = (work: Work, then: () => void): void => {
    while (work.next().done !== true) then();
  };
  // Before a neuron is reset, its state means nothing.
  run(core.reset(), () => undefined);
  afterStep(core);
  events.forEach((payloads, tick) => {
    image.groups.forEach(({ firstAxon, axonCount }, tree) => {
      for (let index = 0; index < axonCount; index++) {
        const payload = payloads[firstAxon + index]!;
        if (payload !== 0) core.receive({ tree, index, payload }, tick);
      }
    });
    run(core.tick(tick), () => {
      afterStep(core);
    });
  });
}

/** Sinks by which the packets of tree g mean the axons of group g in the tick in which they are sent. */
export const heardAtOnce = ({ groups }: CoreImage): SinkRow[] =>
  groups.map(({ axonCount }, group) => plainSink({ tree: group, group, delay: 0, sourceCount: axonCount }));

/** Runs one inference, with a look at V and I. */
export function watchCore(image: CoreImage, events: readonly TickEvents[], watch: Watch): void {
  runCore(image, events, (core) => {
    for (let neuron = 0; neuron < image.neuronCount; neuron++) {
      watch('V', neuron, core.potential(neuron));
      watch('I', neuron, core.current(neuron));
    }
  });
}
