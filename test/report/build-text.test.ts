import { describe, expect, it } from '@jest/globals';
import { AS_TRAINED, type BuildRecord } from '../../isa/index.ts';
import { renderBuildText } from '../../report/index.ts';

const placement = (method: string, jinEnergy: number) => ({
  method,
  jinEnergy,
  hops: { mean: 1.25, max: 3 },
  latencyCycles: { mean: 8.75, max: 14 },
  largestLinkLoad: 70,
  largestRouterLoad: 90.6,
  multicastHops: 500,
  leastMulticastHops: 450,
  linkHops: { east: 125, west: 125, north: 125, south: 125 },
  routerTraversals: 900,
  deliveries: 400,
  seconds: 0.1,
  routeEntries: { total: 7, largest: 2 },
});

const record: BuildRecord = {
  format: 'snn-build/1',
  tool: 'snnc',
  network: 'net',
  target: 'edge',
  chip: { sha256: 'a'.repeat(64), bytes: 12_345, selfTestSamples: 1 },
  conversion: {
    mode: 'default',
    threshold: 'mse',
    per: 'channel',
    correct: 'none',
    balance: false,
    window: 32,
    ticks: 33,
    calibrationSamples: 0,
    inputStep: 0.5,
    inputRange: [0, 127],
    annMacs: 1000,
  },
  layers: [
    {
      name: 'conv\u001b[2J',
      shape: [2, 3, 4],
      depth: 0,
      delays: [0],
      thresholdFloat: [0.5, 1],
      thresholdInteger: [50, 100],
      shifts: [0],
      weightError: 0.01,
      shrunkChannels: 0,
      shrinkFactor: 1,
      neurons: 24,
      cores: [0, 5],
      sharedCores: 1,
      weights: 200,
      weightBits: 8,
      zeroedWeights: 50,
      bitsNeeded: 17,
      bitsAvailable: 24,
      deadChannels: 1,
      use: { neurons: 12, axons: 30, synapseBits: 800, programWords: 9, parameters: 4, sinkRows: 1 },
    },
  ],
  ledger: null,
  mapping: {
    cores: 2,
    tiles: 3,
    assignment: 'traffic',
    coresAvailable: 64,
    trees: 3,
    km1: 30,
    seed: 0,
    rateSamples: 4,
    perCore: { neurons: { mean: 12, max: 12 }, axons: { mean: 25.25, max: 30 }, synapseBits: { mean: 700, max: 800 } },
    limits: { neurons: 100, axons: 40, synapseBits: 8000 },
    placements: [placement('anneal', 1234.4), placement('random', 2500)],
  },
  seconds: { one: 0.25, two: 0.5 },
  warnings: [],
};
const style = { color: false, width: 100 };

describe('renderBuildText', () => {
  it('says of a network that was spiking already that nothing was converted', () => {
    const conversion = { ...record.conversion, mode: AS_TRAINED, threshold: AS_TRAINED, annMacs: 0 };
    const text = renderBuildText({ ...record, conversion }, style, 'chip.bin');
    expect(text).toContain('per inference; neurons as trained, nothing converted');
    expect(text).not.toMatch(/conventional|silent channels|thresholds/);
  });

  it('says how full the fullest memory is, what became zero, and how long it took', () => {
    const text = renderBuildText(record, style, 'chip.bin');
    expect(text).toContain('75 % axons');
    expect(text).toContain('25.0 %');
    expect(text).toContain('17 of 24');
    expect(text).toContain('2 (1 shared)');
    expect(text).toContain('3 tiles in 2 cores');
    expect(text).toContain('750.0 ms');
    expect(text).toContain('snnemu run chip.bin');
  });

  it('shows the placement beside simpler ones, and on what the packets were measured', () => {
    const text = renderBuildText(record, style, 'chip.bin');
    expect(text).toContain('measured on 4 calibration samples');
    expect(text).toMatch(/anneal +1,234 +500 +1\.25 \(3\) +8\.8 \(14\) +70 +91/);
    expect(text).toMatch(/random +2,500/);
    expect(text).toContain('25 (at most 30) axons');
    const unmeasured = { ...record, mapping: { ...record.mapping, rateSamples: 0 } };
    expect(renderBuildText(unmeasured, style, 'chip.bin')).toContain('one packet per neuron assumed');
  });

  it('shows what the conversion lost: terms relative to the activations, stations, advice', () => {
    const moments = (rms: number) => ({ mean: 0, meanAbsolute: rms, rms });
    const terms = {
      unevenness: moments(0.1),
      rounding: moments(0.2),
      clipping: moments(0.02),
      inherited: moments(0),
      total: moments(0.3),
    };
    const layer = {
      layer: 'conv\u001b[2J',
      threshold: { min: 0.5, mean: 1, max: 1.5 },
      clippedShare: 0.125,
      silentChannels: 0,
      rate: 0.0625,
      errorNorm: 0.3,
      boundNorm: null,
      fixedPoint: null,
      activationRms: 2,
      terms,
      rounding: { share: 0.5, measured: moments(0.4), expected: moments(0.5) },
    };
    const readout = { ...layer, layer: 'last', threshold: null, rounding: null };
    const ledger = {
      samples: 16,
      labelled: 8,
      stations: {
        ann: { correct: 7, agreeing: 16, difference: 0 },
        spiking: { correct: 6, agreeing: 15, difference: 0.25 },
        integer: { correct: 5, agreeing: 14, difference: 0.0125 },
      },
      layers: [layer, readout],
      advice: ['use --mode exact'],
    };
    const lines = renderBuildText({ ...record, ledger }, style, 'chip.bin').split('\n');
    const fields = (start: string) =>
      lines
        .find((line) => line.trimStart().startsWith(start) && line.includes('…'))!
        .trim()
        .split(/ {2,}/);
    expect(fields('conv').slice(1)).toEqual([
      '0.500…1.50',
      '12.5 %',
      '0.063',
      ...['5.0 %', '10.0 %', '1.0 %', '0.0 %', '15.0 %', '12.5 %'],
    ]);
    expect(lines.find((line) => line.includes('in integers'))).toMatch(/5 of 8 +62\.5 % +25\.0 +14 of 16 +1\.3 %/);
    expect(lines.find((line) => line.includes('advice'))).toContain('--mode exact');
    expect(lines.join('')).not.toContain('\u001b');
  });

  it('does not claim to have written what was not', () => {
    const text = renderBuildText(record, style, undefined);
    expect(text).toContain('would be written');
    expect(text).not.toContain('wrote');
  });

  it('lets no name of a layer control the terminal', () => {
    expect(renderBuildText(record, style, 'chip.bin')).not.toContain('\u001b');
  });
});
