/** What a converted network is that no NIR graph can say: of its mode and code, its input and its outputs. Neurons and connections are told by the writer. */
import { type InputEncoding, namesFit, option, shapeSize } from '../isa/index.ts';
import { CONVERSIONS } from './conversions.ts';
import { isSigned } from './layer-neurons.ts';
import type { Scheduled } from './stages.ts';

type Converted = Pick<Scheduled, 'spiking' | 'encoding' | 'ann' | 'formed' | 'options'>;

export const conversionLosses = (converted: Converted): readonly string[] => [
  ...firingLosses(converted),
  ...inputLosses(converted),
  ...outputLosses(converted),
];

/** When layers fire, and what a spike says. */
function firingLosses({ spiking, options: { code } }: Converted): string[] {
  const { mode, window, lead, neurons } = spiking;
  const { order } = CONVERSIONS[mode];
  const losses = [
    order.integratesFirst &&
      `that a layer fires only when it has integrated all that comes in ${window} steps (${option('mode', mode)}): in the graph it fires from the first step on`,
    order.choosesLead &&
      `that a layer begins to fire ${lead} steps behind those that it hears (${option('mode', mode)}): in the graph it fires from the first step on`,
    code !== 'unary' &&
      `how packets say counts of spikes (${option('code', code)}): nodes send each spike by itself, in its step`,
    neurons.some(isSigned) && `that neurons take spikes back (${option('mode', mode)}): nodes send no negative ones`,
  ];
  return losses.filter((loss) => loss !== false);
}

function inputLosses({ spiking: { window }, encoding }: Converted): string[] {
  const losses = [
    `that the input is held: it must come in each of the ${window} steps, as x' = ${encodingText(encoding)}`,
    encoding.channelSteps !== undefined &&
      `that channels of the input have steps of their own, ${encoding.channelSteps.map(short).join(', ')}: the largest, ${short(encoding.step)}, is that of all`,
  ];
  return losses.filter((loss) => loss !== false);
}

function outputLosses({ spiking: { graph, window }, formed, ann }: Converted): string[] {
  const after = [...formed.after, ...(ann.after ?? [])].map(({ op }) => op);
  const outputs = shapeSize(graph.layers.at(-1)!.shape);
  const { labels } = ann;
  const losses = [
    window > 1 && `that an output is V / ${window}, for ${window} steps of input`,
    after.length > 0 && `what the network does to its outputs: ${after.join(', ')}`,
    labels !== undefined && !namesFit(labels.length, outputs) && `the names of its ${labels.length} classes`,
  ];
  return losses.filter((loss) => loss !== false);
}

const short = (value: number): string => String(Number(value.toPrecision(6)));

/** One number where all channels have it. */
const listed = (values: readonly number[]): string =>
  values.every((value) => value === values[0]) ? short(values[0] ?? 0) : `[${values.map(short).join(', ')}]`;

const encodingText = ({ scale, mean, std }: InputEncoding): string =>
  `(x / ${short(scale)} − ${listed(mean)}) / ${listed(std)}`;
