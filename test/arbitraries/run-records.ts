/** Run records with any numbers in them. */
import fc from 'fast-check';
import { ENERGY_EVENTS, type RunRecord } from '../../isa/index.ts';
import { arbitraryCounts } from './counts.ts';

const natural = fc.nat(10_000_000);
const summary = fc.record({ median: natural, p99: natural, max: natural });
const part = (event: string) =>
  fc
    .tuple(fc.option(natural), fc.option(fc.double({ min: 1e-14, max: 1e-9, noNaN: true })))
    .map(([count, jouleEach]) => ({
      event,
      count,
      jouleEach,
      joule: count === null || jouleEach === null ? null : count * jouleEach,
      kind: jouleEach === null ? ('unknown' as const) : ('assumed' as const),
      source: `a rather long sentence on where the figure of ${event} was published and how it was derived`,
    }));

export const runRecords: fc.Arbitrary<RunRecord> = fc.record({
  format: fc.constant('snn-run/1' as const),
  tool: fc.constant('test'),
  chip: fc.record({
    sha256: fc.constant('0123456789abcdef'),
    file: fc.constant('chip.bin'),
    network: fc.constant('digits'),
    target: fc.constant('edge'),
    process: fc.constant('22 nm'),
    cores: natural,
    coresTotal: natural,
    neurons: natural,
    window: fc.nat(100),
    bytes: natural,
  }),
  ticks: fc.nat(100),
  inferences: fc.integer({ min: 1, max: 100 }),
  outputs: fc.array(fc.record({ index: natural, predicted: fc.nat(9), label: fc.nat(9) }), { maxLength: 15 }),
  accuracy: fc.record({
    correct: natural,
    total: natural,
    top1: fc.double({ min: 0, max: 1, noNaN: true }),
    ci95: fc.tuple(fc.constant(0.25), fc.constant(0.75)),
  }),
  selfTest: fc.record({ samples: natural, exact: fc.boolean() }),
  spikeDigest: fc.constant('feed'.repeat(16)),
  counts: arbitraryCounts(
    natural,
    fc.record({ east: natural, west: natural, north: natural, south: natural }),
    natural,
  ),
  perLayer: fc.array(
    fc.record({
      name: fc.constantFrom('conv1', 'fc'),
      neurons: natural,
      cores: natural,
      spikes: natural,
      spikePayload: natural,
      synops: natural,
      macs: natural,
      rate: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { maxLength: 5 },
  ),
  timing: fc.constant('cycle' as const),
  latency: fc.record({
    cyclesPerInference: summary,
    secondsPerInference: summary,
    perTick: fc.constant([]),
    critical: fc.array(
      fc.record({
        core: natural,
        tile: natural,
        ticks: natural,
        integrateCycles: natural,
        updateCycles: natural,
        layers: fc.constant([{ name: 'conv1', integrateCycles: 1, updateCycles: 2 }]),
      }),
      { maxLength: 10 },
    ),
    bound: fc.record({
      integrate: natural,
      update: natural,
      network: natural,
      barrier: natural,
      wait: natural,
      host: natural,
    }),
    inferencesPerSecond: natural,
  }),
  energy: fc.record({
    jouleTotal: fc.double({ min: 1e-12, max: 1e-3, noNaN: true }),
    joulePerInference: fc.double({ min: 1e-12, max: 1e-3, noNaN: true }),
    partial: fc.boolean(),
    parts: fc.tuple(...ENERGY_EVENTS.map(part)),
    assumed: fc.constantFrom<string[]>([], ['synop']),
    unknown: fc.constant([]),
  }),
  comparison: fc.record({ annMacs: natural, annJoule: fc.constant(1e-6), source: fc.constant('Horowitz') }),
  host: fc.record({ seconds: fc.constant(1.5), synopsPerSecond: natural, peakRssBytes: natural }),
});
