/** Where layers have widths of their own: which bits the weights of each are stored in. */
import { fail, type InputEncoding, option, type StoredBits } from '../../isa/index.ts';
import type { Schedule } from '../ir/schedule.ts';
import type { SpikingGraph } from '../ir/spiking.ts';
import type { BuildOptions } from '../options.ts';
import { pass, type PassTools } from '../pass.ts';
import { must } from '../verify/rules.ts';
import { namedWidths, widthsText } from '../widths.ts';
import { correctionSamples, type KeptSample } from './calibrate/kept-samples.ts';
import { RoundedRun } from './quantise/hear-layer.ts';
import { chosenRounding } from './quantise/rounding.ts';
import { chooseWidths, type LayerSensitivity, measureSensitivities } from './quantise/sensitivity.ts';

export interface ChosenWidths {
  /** Per layer. */
  readonly bits: readonly StoredBits[];
  /** Per layer, where the widths were chosen by it. */
  readonly sensitivities?: readonly LayerSensitivity[];
}

interface Needs {
  readonly spiking: SpikingGraph;
  readonly schedule: Schedule;
  readonly encoding: InputEncoding;
  readonly options: BuildOptions;
  readonly samples: readonly KeptSample[];
}

/** @throws DiagnosticError E0103 where no width is as narrow */
async function byAverage(needs: Needs, average: number, tools: PassTools): Promise<ChosenWidths> {
  const { spiking, encoding, options, samples } = needs;
  const widths = options.target.widths.weightBits.toSorted((a, b) => a - b);
  if (average < widths[0]!)
    fail(
      'E0103',
      `${option('weightBits', `auto:${average}`)}: the narrowest weights of ${options.target.name} have ${widths[0]!} bit`,
      undefined,
      `ask for ${widths[0]!} bit on average, or more`,
    );
  const bySecondOrder = chosenRounding(options, samples.length) === 'second-order';
  const run = bySecondOrder ? new RoundedRun(spiking, correctionSamples(samples), encoding, tools) : undefined;
  const sensitivities = await measureSensitivities(needs, widths, run);
  // A layer that does not fit is named by the pass that rounds it.
  if (sensitivities.length < spiking.graph.layers.length)
    return { bits: spiking.graph.layers.map(() => widths.at(-1)!) };
  return { bits: chooseWidths(sensitivities, average), sensitivities };
}

/** @throws DiagnosticError E0103 for names and averages that no layer can have; whatever the signal was aborted with */
async function widthsOf(needs: Needs, tools: PassTools): Promise<ChosenWidths> {
  const { options, spiking } = needs;
  const { layerWidths: asked, weightBits } = options;
  const { layers } = spiking.graph;
  switch (asked?.kind) {
    case undefined:
      return { bits: layers.map(() => weightBits) };
    case 'given':
      return { bits: asked.bits };
    case 'named':
      return {
        bits: namedWidths(
          layers.map(({ name }) => name),
          asked.rules,
          weightBits,
        ),
      };
    case 'average':
      return byAverage(needs, asked.bits, tools);
  }
}

/** @throws DiagnosticError E0103 for names and averages that no layer can have; whatever the signal was aborted with */
export const chooseWidthsPass = pass({
  name: 'choose-widths',
  says: `bits of the weights of every layer, where these differ: by name, or by what each width costs (${option('weightBits', 'auto:2.5')})`,
  run: async (level: Needs, tools) => ({ widths: await widthsOf(level, tools) }),
  print: ({ widths: { bits, sensitivities } }, { spiking }) =>
    spiking.graph.layers
      .map(({ name }, l) => {
        const losses = sensitivities?.[l]?.losses.map((each) => `${each.bits}: ${each.loss.toPrecision(3)}`) ?? [];
        return [
          `${name}: ${bits[l]!} bit`,
          ...(losses.length === 0 ? [] : [`loss by width ${losses.join(', ')}`]),
        ].join('; ');
      })
      .join('\n'),
  verify: ({ widths: { bits, sensitivities } }, { spiking, options: { layerWidths: asked } }) => {
    must(bits.length === spiking.graph.layers.length, 'every layer has a width');
    if (asked?.kind !== 'average' || sensitivities === undefined) return;
    const all = sensitivities.reduce((sum, { weights }) => sum + weights, 0);
    const stored = sensitivities.reduce((sum, { weights }, l) => sum + weights * bits[l]!, 0);
    must(stored <= asked.bits * all * (1 + 1e-12), `weights have ${widthsText(asked)} bits on average`);
  },
});
