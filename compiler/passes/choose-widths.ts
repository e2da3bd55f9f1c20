/** Where layers have widths of their own: which bits the weights of each are stored in. */
import { fail, type InputEncoding, option, type StoredBits } from '../../isa/index.ts';
import type { PacketRates } from '../ir/rates.ts';
import type { Schedule } from '../ir/schedule.ts';
import type { SpikingGraph } from '../ir/spiking.ts';
import type { BuildOptions } from '../options.ts';
import { pass, type PassTools, type SampleHooks } from '../pass.ts';
import { must } from '../verify/rules.ts';
import { type LayerWidths, namedWidths, widthsText } from '../widths.ts';
import { correctionSamples, type KeptSample } from './calibrate/kept-samples.ts';
import { RoundedRun } from './quantise/hear-layer.ts';
import { chosenRounding } from './quantise/rounding.ts';
import { chooseWidths, countedIn, type LayerSensitivity, measureSensitivities } from './quantise/sensitivity.ts';

export interface ChosenWidths {
  /** Per layer. */
  readonly bits: readonly StoredBits[];
  /** Per layer, where the widths were chosen by it. */
  readonly sensitivities?: readonly LayerSensitivity[];
}

/** Of a network whose ticks are scheduled and whose packets are counted. */
interface WidthNeeds {
  readonly spiking: SpikingGraph;
  readonly schedule: Schedule;
  readonly encoding: InputEncoding;
  readonly options: BuildOptions;
  readonly samples: readonly KeptSample[];
  readonly rates: PacketRates;
}

type AskedAverage = Extract<LayerWidths, { readonly kind: 'average' }>;

/**
 * What every width of the target costs each layer; fewer than there are layers where one of them does not fit.
 *
 * @throws whatever the signal was aborted with
 */
async function sensitivitiesOf(needs: WidthNeeds, tools: SampleHooks): Promise<LayerSensitivity[]> {
  const { spiking, encoding, options, samples } = needs;
  const widths = options.target.widths.weightBits.toSorted((a, b) => a - b);
  const bySecondOrder = chosenRounding(options, samples.length) === 'second-order';
  const run = bySecondOrder ? new RoundedRun(spiking, correctionSamples(samples), encoding, tools) : undefined;
  return measureSensitivities(needs, widths, run);
}

/** @throws DiagnosticError E0103 where no width is as narrow */
async function byAverage(needs: WidthNeeds, asked: AskedAverage, tools: PassTools): Promise<ChosenWidths> {
  const { spiking, options } = needs;
  const widths = options.target.widths.weightBits.toSorted((a, b) => a - b);
  if (asked.bits < widths[0]!)
    fail(
      'E0103',
      `${option('weightBits', widthsText(asked))}: the narrowest weights of ${options.target.name} have ${widths[0]!} bit`,
      undefined,
      `ask for ${widths[0]!} bit on average, or more`,
    );
  const sensitivities = await sensitivitiesOf(needs, tools);
  // A layer that does not fit is named by the pass that rounds it.
  if (sensitivities.length < spiking.graph.layers.length)
    return { bits: spiking.graph.layers.map(() => widths.at(-1)!) };
  return { bits: chooseWidths(sensitivities, asked.bits, asked.of), sensitivities };
}

/** @throws DiagnosticError E0103 for names and averages that no layer can have; whatever the signal was aborted with */
async function widthsOf(needs: WidthNeeds, tools: PassTools): Promise<ChosenWidths> {
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
      return byAverage(needs, asked, tools);
  }
}

/** @throws DiagnosticError E0103 for names and averages that no layer can have; whatever the signal was aborted with */
export const chooseWidthsPass = pass({
  name: 'choose-widths',
  says: `bits of the weights of every layer, where these differ: by name, or by what each width costs (${option('weightBits', 'auto:2.5')})`,
  run: async (level: WidthNeeds, tools) => ({ widths: await widthsOf(level, tools) }),
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
    const counts = sensitivities.map((layer) => countedIn(layer, asked.of));
    const all = counts.reduce((a, b) => a + b, 0);
    const counted = counts.reduce((sum, count, l) => sum + count * bits[l]!, 0);
    must(counted <= asked.bits * all * (1 + 1e-12), `weights have ${widthsText(asked)} bits on average`);
  },
});
