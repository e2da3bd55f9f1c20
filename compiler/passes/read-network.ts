/** Reads the network, whatever its format, by one of the two entrances of a build. */
import { fail, option } from '../../isa/index.ts';
import type { BuildOptions } from '../options.ts';
import type { Network } from '../ann/network.ts';
import { pass } from '../pass.ts';
import { printAnn } from '../print/print-ann.ts';
import { readNetwork, type ReadOptions } from '../read/index.ts';
import { NIR_OPTIONS, type NirOptions } from '../read/nir/rules.ts';
import { verifyAnn } from '../verify/verify-ann.ts';

interface Needs extends ReadOptions {
  readonly source: Uint8Array;
  readonly options: Pick<
    BuildOptions,
    'approximate' | 'dt' | 'endless' | 'nir' | 'outputName' | 'stated' | 'stepTicks' | 'window'
  >;
}

/** So many steps a neuron is given to fire, and a mapping is weighed with, where no end says how many there are. */
const STEPS_WITHOUT_END = 1000;

/** @throws DiagnosticError E0103 for options that only NIR graphs have */
function refuseNirOptions(dt: number | undefined, nir: NirOptions = {}): void {
  const asked = dt !== undefined ? option('dt') : NIR_OPTIONS.find(([name]) => nir[name] !== undefined)?.[1];
  if (asked !== undefined)
    fail(
      'E0103',
      `${asked} is about the steps of a NIR graph${asked === option('dt') ? ' or of populations' : ''}; this network is none`,
      undefined,
      'leave the option out',
    );
}

/** @throws DiagnosticError E0103 where a chip without an end was asked for and cannot be had so */
function refuseEnd(network: Network, stepTicks: number | undefined): void {
  if (network.kind !== 'populations')
    fail(
      'E0103',
      `${option('endless')} is about networks of populations; a converted network answers at the end of its windows`,
      undefined,
      'leave the option out',
    );
  if (stepTicks !== undefined && stepTicks > 1)
    fail(
      'E0103',
      `${option('stepTicks', stepTicks)}: without an end (${option('endless')}) a step lasts one tick`,
      undefined,
      'give loops the delay that they take',
    );
}

/** @throws DiagnosticError E02xx for every fault of the file, E0103 for options that it does not have or needs */
export const readNetworkPass = pass({
  name: 'read-network',
  says: 'ONNX, NIR, .net or net.json → operator graph or populations, all shapes known',
  run: (request: Needs, { warn }) => {
    const { approximate, dt, endless, nir, outputName, stated, stepTicks, window } = request.options;
    // Without an end nothing is asked of a number of steps but how long samples are.
    const isStated = stated?.includes('window') === true;
    const steps = isStated ? window : endless === true ? STEPS_WITHOUT_END : undefined;
    const timing = { steps, dt, rules: nir };
    const network = readNetwork(request.source, { ...request, timing, outputName, approximate, warn });
    const isNir = network.kind === 'populations' && network.taken !== undefined;
    // Of populations the reader has seen to it that dt is of use.
    if (!isNir) refuseNirOptions(network.kind === 'populations' ? undefined : dt, nir);
    if (endless === true) refuseEnd(network, stepTicks);
    if (stepTicks !== undefined && network.kind !== 'populations')
      fail(
        'E0103',
        `${option('stepTicks')} is the length of a step of a network of populations; this network is none`,
        undefined,
        'leave the option out',
      );
    return { network };
  },
  print: ({ network }) =>
    network.kind === 'populations'
      ? `${network.name}: ${network.populations.length} populations`
      : printAnn(network.ann),
  verify: ({ network }) => {
    if (network.kind !== 'populations') verifyAnn(network.ann);
  },
});
