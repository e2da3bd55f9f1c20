import { describe, expect, it } from '@jest/globals';
import { type BuildSummary, renderBuildText } from '../../report/index.ts';

const record: BuildSummary = {
  network: 'net',
  target: 'edge',
  chip: { sha256: 'a'.repeat(64), bytes: 12_345, selfTestSamples: 1 },
  conversion: {
    mode: 'default',
    threshold: 'mse',
    per: 'channel',
    window: 32,
    ticks: 33,
    calibrationSamples: 0,
    annMacs: 1000,
  },
  layers: [
    {
      name: 'conv\u001b[2J',
      shape: [2, 3, 4],
      neurons: 24,
      cores: [0, 5],
      weights: 200,
      zeroedWeights: 50,
      bitsNeeded: 17,
      bitsAvailable: 24,
      deadChannels: 1,
      use: { neurons: 12, axons: 30, synapseBits: 800 },
    },
  ],
  mapping: {
    cores: 2,
    coresAvailable: 64,
    trees: 3,
    routeEntries: 2,
    limits: { neurons: 100, axons: 40, synapseBits: 8000 },
  },
  seconds: { one: 0.25, two: 0.5 },
};
const style = { color: false, width: 100 };

describe('renderBuildText', () => {
  it('says how full the fullest memory is, what became zero, and how long it took', () => {
    const text = renderBuildText(record, style, 'chip.bin');
    expect(text).toContain('75 % axons');
    expect(text).toContain('25.0 %');
    expect(text).toContain('17 of 24');
    expect(text).toContain('750.0 ms');
    expect(text).toContain('snnemu run chip.bin');
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
