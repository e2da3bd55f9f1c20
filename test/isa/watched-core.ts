/** One core of the interleaved machine on its own, with a look at its states after every single addition. */
import type { CoreImage } from '../../isa/index.ts';
import { newCounters } from '../interleaved/counters.ts';
import { Core, type Work } from '../interleaved/core.ts';
import type { Mesh } from '../interleaved/network.ts';
import { plainSink, tinyTarget } from './chips.ts';

/** Called with the values of V and I of a neuron, whether or not they have changed. */
export type Watch = (state: 'V' | 'I', neuron: number, value: number) => void;

/** Payloads of one tick by axon; 0 = silent. */
export type TickEvents = readonly number[];

/** Takes every packet, and delivers none. */
const NOWHERE = { canInject: () => true, inject: () => undefined } as unknown as Mesh;

/** Runs one inference. Payloads come by tick and axon. */
export function watchCore(image: CoreImage, events: readonly TickEvents[], watch: Watch): void {
  const target = tinyTarget();
  // A lane step is one addition.
  const timing = { ...target.timing, lanes: 1, updateLanes: 1 };
  const sinks = image.groups.map(({ axonCount }, group) =>
    plainSink({ tree: group, group, delay: 0, sourceCount: axonCount }),
  );
  const core = new Core({ ...image, sinks }, { ...target, timing }, NOWHERE, newCounters());
  const watchAll = (): void => {
    for (let neuron = 0; neuron < image.neuronCount; neuron++) {
      watch('V', neuron, core.potential(neuron));
      watch('I', neuron, core.current(neuron));
    }
  };
  const run = (work: Work, afterStep: () => void): void => {
    while (work.next().done !== true) afterStep();
  };
  // Before a neuron is reset, its state means nothing.
  run(core.reset(), () => undefined);
  watchAll();
  events.forEach((payloads, tick) => {
    image.groups.forEach(({ firstAxon, axonCount }, tree) => {
      for (let index = 0; index < axonCount; index++) {
        const payload = payloads[firstAxon + index]!;
        if (payload !== 0) core.receive({ tree, index, payload }, tick);
      }
    });
    run(core.tick(tick), watchAll);
  });
}
