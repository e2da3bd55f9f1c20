import { describe, expect, it } from '@jest/globals';
import type { CheckRecord } from '../../isa/index.ts';
import { renderUnfitText } from '../../report/index.ts';

const misfit = {
  code: 'E0306',
  message: 'one neuron needs 9\u001b[2J',
  layer: 'conv',
  core: null,
  figure: 'limits.axons',
  needed: 9,
  available: 8,
  remedy: null,
};
const record: CheckRecord = {
  format: 'snn-check/1',
  tool: 'snnc',
  fits: false,
  network: 'net\u001b[2J',
  target: 'small',
  misfit,
  changes: [{ kind: 'option', change: '--weight-bits 4', cores: 1200, coresAvailable: 2000 }],
  triedInVain: ['-T 1'],
  targets: [
    { target: 'near', fits: false, misfit },
    { target: 'far', fits: true, cores: 3, coresAvailable: 128 },
  ],
  nearestTarget: 'far',
};
const style = { color: false, width: 100 };

describe('renderUnfitText', () => {
  it('says what was built, what was tried, and which target fits', () => {
    const text = renderUnfitText(record, style);
    expect(text).toMatch(/--weight-bits 4 +1,200 of 2,000 cores/);
    expect(text).toContain('tried in vain: -T 1');
    expect(text).toContain('far: fits, 3 of 128 cores (the nearest target that fits)');
    expect(text).toMatch(/near: E0306, one neuron needs 9/);
    expect(text).not.toContain('\u001b');
  });

  it('does not promise what was not found', () => {
    const text = renderUnfitText({ ...record, changes: [], triedInVain: [], targets: [], nearestTarget: null }, style);
    expect(text).toContain('No change that was tried makes it fit');
    expect(text).not.toContain('in vain');
    expect(text).not.toContain('Other targets');
  });
});
