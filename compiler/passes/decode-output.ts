/** Of a network of populations: what comes out of it is decoded by a last population, which is read. */
import { shapeSize } from '../../isa/index.ts';
import type { BuildOptions } from '../options.ts';
import { decoded } from '../populations/decode.ts';
import { endlessGraph } from '../populations/endless.ts';
import type { PopulationGraph, PopulationNetwork } from '../ir/population.ts';
import { withWidths } from '../populations/quantise-population.ts';
import { pass } from '../pass.ts';
import { must } from '../verify/rules.ts';
import { brokenProgram } from '../verify/verify-program.ts';

interface Needs {
  readonly network: PopulationNetwork;
  readonly options: BuildOptions;
}

const printPopulations = ({ populations, steps }: PopulationGraph): string =>
  [
    `${steps} steps`,
    ...populations.flatMap(({ name, shape, connections, program }) => [
      `${name}  ${shape.join('×')}`,
      ...connections.map(({ source, operator, delay }) => {
        const from = source < 0 ? 'input' : populations[source]!.name;
        return `    from ${from}: ${operator.kind} (${operator.weight.length} weights), delay ${delay}`;
      }),
      `    ${program.steps.map(({ op, parameters }) => [op, ...parameters].join(' ')).join('; ')}`,
    ]),
  ].join('\n');

/** @throws DiagnosticError E0202 where the output cannot be decoded as the network asks for, E0322 where it is to have no end and cannot */
export const decodeOutputPass = pass({
  name: 'decode-output',
  says: 'of populations: spikes counted, the first one, or a potential, made on the chip',
  run: ({ network, options: { endless } }: Needs) => ({
    spikingGraph: endless === true ? endlessGraph(network) : decoded(network),
  }),
  print: ({ spikingGraph }) => printPopulations(spikingGraph),
  verify: ({ spikingGraph: { populations } }) => {
    for (const { name, program, parameters, shape } of populations) {
      // How wide V is, and with it planes without a width, is not said yet: any width does.
      const wide = withWidths(program, 1);
      for (const rule of brokenProgram(wide, new Set(Object.keys(parameters)))) must(false, rule, name);
      for (const { values } of Object.values(parameters))
        must([1, shape[0], shapeSize(shape)].includes(values.length), 'a value for each channel or neuron', name);
    }
  },
});
