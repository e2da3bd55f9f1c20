/** A network of populations without an end: nothing is decoded, the spikes of the output go to the host as they come. */
import { fail, option, V } from '../../isa/index.ts';
import { isTouched, programPayloads } from '../neurons/parts/program-code.ts';
import type { Population, PopulationGraph, PopulationNetwork } from '../ir/population.ts';
import { movedToEnd, reader, requireDecoding, requireHeard } from './decode.ts';
import { fireToFixed } from './steps.ts';

const number = (value: number) => ({ values: Float64Array.of(value), unit: 'number' }) as const;

/**
 * The network with its output as its last population. One that others hear, or that hears itself, gets a population behind it, which sends on
 * what it sends.
 *
 * @throws DiagnosticError E0202 where another population does not fire, E0322 where the network needs an end
 */
export function endlessGraph({
  output,
  layers,
  ...network
}: PopulationNetwork & { readonly layers?: object }): PopulationGraph {
  const { populations } = network;
  if (layers !== undefined)
    fail(
      'E0322',
      'conventional layers beside populations count what comes in an inference, and there is none without an end',
      undefined,
      'build the populations alone, or with an end',
    );
  requireHeard(populations, output.population);
  const last = populations[output.population]!;
  requireDecoding(last, output.decoding);
  requireSpikes(last, output.decoding);
  const isHeard = populations.some(({ connections }) => connections.some(({ source }) => source === output.population));
  const ordered = isHeard
    ? [...populations, relay(last, output.population)]
    : movedToEnd(populations, output.population);
  // Two steps at least: one would have none in which a next one is prepared.
  return { ...network, steps: Math.max(2, network.steps), populations: ordered, counts: true, endless: true };
}

function requireSpikes({ name, program }: Population, decoding: string): void {
  if (decoding !== 'count' && decoding !== 'first')
    fail(
      'E0322',
      `the output is a potential of "${name}" at the end (${decoding}), and there is none`,
      { layer: name, path: 'output.decode' },
      'let the output fire, and decode it by count or first; or build it with an end',
    );
  const most = programPayloads(program)?.max ?? Infinity;
  if (most > 1 && !isTouched(program))
    fail(
      'E0322',
      `"${name}" sends up to ${most} spikes of a step in one packet, and packets for the host carry one`,
      { layer: name },
      `let the neurons of the output fire once in a step (of a NIR graph ${option('nirSpikes', 1)})`,
    );
}

/** One neuron for each of the output, which fires when it does, a tick later. @throws DiagnosticError E0322 */
function relay(output: Population, index: number): Population {
  if (isTouched(output.program))
    fail(
      'E0322',
      `"${output.name}" can fire several times in a step and is heard by populations: its spikes cannot be sent on one by one`,
      { layer: output.name },
      'let nothing hear the output',
    );
  const program = {
    planes: [],
    steps: [fireToFixed(0, 'ge', 'threshold')],
    initial: [{ plane: V, parameter: 'initial' }],
  };
  return reader(output, index, 'out', V, program, { initial: number(0), threshold: number(1) });
}
