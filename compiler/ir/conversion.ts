/** A conversion as a network file records it: what set the neurons, so that a build need not do it again. */
import type { InputEncoding } from '../../isa/index.ts';
import type { SpikeCode } from '../codes.ts';
import type { ConversionMode } from '../conversions.ts';
import type { RoleValues } from './neurons.ts';
import type { PacketRates } from './rates.ts';

export interface Conversion {
  readonly mode: ConversionMode;
  /** T in ticks. */
  readonly window: number;
  /** T per layer, the last one that of the network; absent: all have it. */
  readonly windows?: readonly number[] | undefined;
  /** Ticks by which a layer fires behind those that it hears; absent: what the mode takes. */
  readonly lead?: number | undefined;
  /** T of the shift that the biases hold; absent: the window, or there is none. */
  readonly shiftWindow?: number | undefined;
  /** How packets are to say the counts; absent: a packet for every spike. */
  readonly code?: SpikeCode | undefined;
  /** Where the thresholds came from, as the command line writes it; `clip`: from the clip levels. */
  readonly threshold: string;
  readonly per: 'layer' | 'channel';
  /** What calibration means corrected; the neurons below hold it already. */
  readonly correct: 'none' | 'bias' | 'potential' | 'both';
  /** Whether thresholds followed what they clip; the neurons below hold it already. */
  readonly balance: boolean;
  readonly calibrationSamples: number;
  /** How image values become payloads. */
  readonly input: Omit<InputEncoding, 'shape'>;
  /** Packets that the mapping weighs; undefined: everything counts as one packet. */
  readonly rates?: PacketRates | undefined;
  /**
   * The spiking layers in their order, which is that of the activations in the network. Which neurons they have, the mode
   * says; a read-out has no threshold.
   */
  readonly layers: readonly (RoleValues<Float64Array> & { readonly name: string })[];
}
