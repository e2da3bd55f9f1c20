/** What every layer did in an inference. */
import type { RunRecord } from '../../isa/index.ts';
import { formatCount, formatMean } from '../format.ts';
import { payloadOf } from '../spikes.ts';
import { type Content, figure, firstRows, fold, note, perInference, table } from './markup.ts';

const MOST_ROWS = 128;

export function activity({ perLayer, counts, inferences }: RunRecord): Content {
  const { shown, more } = firstRows(perLayer, MOST_ROWS);
  const payloads = payloadOf(counts) === undefined ? [] : (['spikePayload'] as const);
  const sums = ['spikes', ...payloads, 'synops', 'macs'] as const;
  const rows = shown.map((layer, k) => [
    layer.name,
    ...(['neurons', 'cores'] as const).map((name) =>
      figure(`perLayer.${k}.${name}`, layer[name], formatCount(layer[name])),
    ),
    ...sums.map((name) => {
      const value = layer[name];
      return value === undefined ? '' : perInference([`perLayer.${k}.${name}`], value, inferences, formatMean);
    }),
    figure(`perLayer.${k}.rate`, layer.rate, layer.rate.toFixed(4)),
  ]);
  const columns = [
    { title: 'layer' },
    ...['neurons', 'cores', ...sums, 'rate'].map((name) => ({
      title: name === 'spikePayload' ? 'payloads' : name,
      number: true,
    })),
  ];
  return fold('What every layer did', [
    table('Activity per inference by layer; rate is in spikes per neuron and tick of the window', columns, rows),
    more === '' ? '' : note(more),
  ]);
}
