/** Short constructors for the figures of a built-in target. */
import type { OriginPath, Target } from '../target.ts';
import type { EnergyFigure } from '../target-energy.ts';

type Cycles = Target['timing']['laneCycles'];
type KnownKind = Cycles['kind'];

/** A time in cycles of the target's clock. */
export const cycles = (value: number, kind: KnownKind, source: string): Cycles => ({
  value,
  unit: 'cycles',
  kind,
  source,
});

/** An energy in picojoules, stored in joules as the decimal number that is meant (23.6 pJ = 2.36e-11 J exactly as written). */
export function picojoules(value: number, kind: KnownKind, source: string): EnergyFigure {
  const [digits, exponent = '0'] = String(value).split('e');
  return { value: Number(`${digits}e${Number(exponent) - 12}`), unit: 'J', kind, source };
}

/** The source of what nobody but the maker of a model decides. */
export const design = (what: string): string => `${what}: a choice of this design`;

/** An event whose energy is part of another figure. */
export const includedIn = (what: string): EnergyFigure => picojoules(0, 'derived', `included in ${what}`);

/** An energy that nobody has published: totals that would need it are partial. */
export const unknown = (source: string): EnergyFigure => ({ value: null, unit: 'J', kind: 'unknown', source });

/** One figure for all work on states beside neuron updates. */
export const stateWork = (figure: EnergyFigure) => ({
  stateBitRead: figure,
  stateBitWritten: figure,
  parameterBitRead: figure,
  vectorAdd: figure,
  multiplierBit: figure,
});

type Origins = NonNullable<Target['origins']>;
type Origin = NonNullable<Origins[OriginPath]>;

/** Units of the numbers that stand without one. */
export const UNITS: Readonly<Record<OriginPath, string>> = {
  mesh: 'tiles',
  coresPerTile: 'cores',
  'limits.neurons': 'neurons per core',
  'limits.axons': 'axons per core',
  'limits.axonGroups': 'groups per core',
  'limits.synapseBits': 'bits per core',
  'limits.programWords': '32-bit words per core',
  'limits.parameters': '32-bit words per core',
  'limits.sinkRows': 'rows per core',
  'limits.sinkListWords': '32-bit words per core',
  'limits.delaySlots': 'ticks',
  'limits.routeEntries': 'entries per router',
  'widths.vBits': 'bits',
  'widths.payloadBits': 'bits',
  'widths.packetBits': 'bits',
  'widths.weightBits': 'bits',
  'timing.lanes': 'additions',
  'timing.updateLanes': 'neurons',
  'timing.bufferFlits': 'flits',
};

type Stated = readonly [kind: Origin['kind'], source: string];

/**
 * Unit, kind and source of every number that stands without one.
 *
 * @param stated what is known; everything else is assumed for the reason `otherwise`
 */
export const origins = (otherwise: string, stated: Partial<Record<OriginPath, Stated>> = {}): Origins =>
  Object.fromEntries(
    Object.entries(UNITS).flatMap(([path, unit]): [string, Origin][] => {
      const known = stated[path as OriginPath];
      // Where nothing is stated of packets, the number is not there either.
      if (known === undefined && path === 'widths.packetBits') return [];
      const [kind, source] = known ?? ['assumed', otherwise];
      return [[path, { unit, kind, source }]];
    }),
  );

/** Tables and memories that belong to this machine and that no real chip has in this form. */
export const MODEL_MEMORIES = {
  axonGroups: 256,
  programWords: 4096,
  parameters: 4096,
  sinkRows: 1024,
  sinkListWords: 65_536,
  routeEntries: 4096,
} as const;

const NOT_PUBLISHED = 'not published; the least that can be stated';

/**
 * Times of a target for which none are published. No network is built for such a target as it stands, and whoever removes
 * its constraints sees that these are assumed.
 */
export const unpublishedTimes: Omit<Target['timing'], 'clockHz'> = {
  lanes: 1,
  laneCycles: cycles(1, 'assumed', NOT_PUBLISHED),
  eventCycles: cycles(0, 'assumed', NOT_PUBLISHED),
  vectorCycles: cycles(0, 'assumed', NOT_PUBLISHED),
  updateLanes: 1,
  updateActiveCycles: cycles(1, 'assumed', NOT_PUBLISHED),
  updateIdleCycles: cycles(1, 'assumed', NOT_PUBLISHED),
  hopEastWestCycles: cycles(1, 'assumed', NOT_PUBLISHED),
  hopNorthSouthCycles: cycles(1, 'assumed', NOT_PUBLISHED),
  ejectionCycles: cycles(1, 'assumed', NOT_PUBLISHED),
  injectionCycles: cycles(0, 'assumed', NOT_PUBLISHED),
  creditCycles: cycles(1, 'assumed', NOT_PUBLISHED),
  bufferFlits: 1,
  barrierCycles: cycles(0, 'assumed', NOT_PUBLISHED),
  barrierHopCycles: cycles(0, 'assumed', NOT_PUBLISHED),
};
