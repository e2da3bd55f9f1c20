/** Spikes as they are told: a neuron that fires several times in a tick is counted once, and its payload says how often. */
import type { RunRecord } from '../isa/index.ts';
import { formatCount, plural } from './format.ts';

type Counted = Pick<RunRecord['counts'], 'spikes' | 'spikePayload'>;

/** The sum of payloads where it says more than the number of spikes; undefined where all payloads are 1. */
export const payloadOf = ({ spikes, spikePayload = spikes }: Counted): number | undefined =>
  spikePayload === spikes ? undefined : spikePayload;

/** `12 spikes`, or `12 spikes with payloads of 30 in all`. */
export function spikesText(counts: Counted): string {
  const payload = payloadOf(counts);
  const spikes = plural(counts.spikes, 'spike');
  return payload === undefined ? spikes : `${spikes} with payloads of ${formatCount(payload)} in all`;
}
