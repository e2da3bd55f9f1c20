/** How the weights of a network are rounded: what was asked for, or what loses less. */
import type { BuildOptions, Rounding } from '../../options.ts';

/** Up to this width rounding loses much: weights are clipped, and rounded by what they hear; more bits keep every weight. */
export const WIDEST_NARROW = 4;

/** Where it is not asked for, rounding does not follow fewer samples than this. */
const LEAST_SAMPLES = 32;

type Asked = Pick<BuildOptions, 'rounding' | 'weightBits' | 'layerWidths'>;

/** Whether some layer may have narrow weights. */
function isNarrow({ weightBits, layerWidths: asked }: Asked): boolean {
  switch (asked?.kind) {
    case undefined:
      return weightBits <= WIDEST_NARROW;
    case 'average':
      return true;
    case 'given':
      return asked.bits.some((bits) => bits <= WIDEST_NARROW);
    case 'named':
      return asked.rules.some(({ value }) => value <= WIDEST_NARROW) || weightBits <= WIDEST_NARROW;
  }
}

/** How weights are rounded if there are samples enough. */
export const wantedRounding = (asked: Asked): Rounding =>
  asked.rounding ?? (isNarrow(asked) ? 'second-order' : 'nearest');

/** @param samples calibration samples that there are */
export const chosenRounding = (asked: Asked, samples: number): Rounding =>
  asked.rounding === undefined && samples < LEAST_SAMPLES ? 'nearest' : wantedRounding(asked);
