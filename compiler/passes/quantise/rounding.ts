/** How the weights of a network are rounded: what was asked for, or what loses less. */
import type { BuildOptions, Rounding } from '../../options.ts';

/** Up to this width rounding loses much: weights are clipped, and rounded by what they hear; more bits keep every weight. */
export const WIDEST_NARROW = 4;

/** Where it is not asked for, rounding does not follow fewer samples than this. */
const LEAST_SAMPLES = 32;

type Asked = Pick<BuildOptions, 'rounding' | 'weightBits'>;

/** How weights are rounded if there are samples enough. */
export const wantedRounding = ({ rounding, weightBits }: Asked): Rounding =>
  rounding ?? (weightBits <= WIDEST_NARROW ? 'second-order' : 'nearest');

/** @param samples calibration samples that there are */
export const chosenRounding = (asked: Asked, samples: number): Rounding =>
  asked.rounding === undefined && samples < LEAST_SAMPLES ? 'nearest' : wantedRounding(asked);
