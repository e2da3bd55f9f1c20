import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeInput } from '../../../compiler/passes/encode-input.ts';
import { InputValues } from '../../../compiler/passes/calibrate/input-values.ts';
import { lostInput } from '../../../compiler/passes/calibrate/lost-input.ts';
import { builtinTargets, type InputEncoding, quantiseInput, stepsOf } from '../../../isa/index.ts';
import { rightAnswers } from './scaled-networks.ts';

const edge = builtinTargets().get('edge')!;
const PLAIN = { scale: 255, mean: [0], std: [1] };

/** Per channel what calibration saw. */
function seen(...channels: readonly (readonly number[])[]): InputValues[] {
  return channels.map((values) => {
    const channel = new InputValues();
    channel.addAll(Float64Array.from(values), 0, values.length);
    return channel;
  });
}

const encode = (channels: readonly (readonly number[])[], influence = channels.map(() => 1)): InputEncoding =>
  encodeInput(
    [channels.length, 1, 1],
    { preprocessing: PLAIN, floats: seen(...channels), influence: Float64Array.from(influence) },
    edge,
  );

/** n values from `low` to `high`. */
const ramp = (low: number, high: number, n = 200): number[] =>
  Array.from({ length: n }, (_, k) => low + ((high - low) * k) / (n - 1));

describe('encodeInput', () => {
  it('takes the largest magnitude where there are no glitches', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (top, share) => {
          const encoding = encode([ramp(-top * share, top)]);
          expect(encoding.step / (top / 127)).toBeCloseTo(1, 12);
          expect(encoding.payloadMax).toBe(127);
          expect(encoding.payloadMin).toBe(Math.floor((-top * share) / encoding.step + 0.5));
          expect('channelSteps' in encoding).toBe(false);
        },
      ),
    );
  });

  it('gives no glitch the resolution of the others', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        fc.double({ min: 100, max: 1e12, noNaN: true }),
        (top, glitch) => {
          const { step } = encode([[...ramp(0, top), top * glitch]]);
          // The ends of bins are an eighth of an octave apart.
          expect(step * 127).toBeGreaterThanOrEqual(0.99 * top);
          expect(step * 127).toBeLessThanOrEqual(1.13 * top);
        },
      ),
    );
  });

  it('a glitch in a channel that is 0 otherwise changes the step of none', () => {
    const silent = ramp(0, 0);
    expect(encode([ramp(0, 1), [...silent.slice(1), 500]])).toMatchObject({ step: 1 / 127, payloadMax: 127 });
    // With nothing else to go by, it is what there is.
    expect(encode([silent, [...silent.slice(1), 500]]).step).toBe(500 / 127);
  });

  it('has a step per channel where the weights make channels of different scale count alike', () => {
    const { step, channelSteps, payloadMax } = encode([ramp(0, 1), ramp(0, 1e4)], [1e4, 1]);
    expect([step, channelSteps, payloadMax]).toEqual([1e4 / 127, [1 / 127, 1e4 / 127], 127]);
    // What hardly counts is not made finer, and less than a bit is not worth steps of their own.
    expect(encode([ramp(0, 1), ramp(0, 1e4)], [1, 1])).not.toHaveProperty('channelSteps');
    expect(encode([ramp(0, 0.7), ramp(0, 1)], [1, 1])).not.toHaveProperty('channelSteps');
  });

  it('of bytes follows from the preprocessing alone', () => {
    const facts = { preprocessing: PLAIN, floats: undefined, influence: Float64Array.of(1, 1e6) };
    expect(encodeInput([2, 1, 1], facts, edge)).toMatchObject({ step: 1 / 127, payloadMin: 0, payloadMax: 127 });
  });

  it('payloads times steps are the values of every channel, in every tick', () => {
    const encoding = { ...encode([ramp(0, 1), ramp(0, 1e4)], [1e4, 1]), shape: [2, 1, 2] as const };
    const steps = stepsOf(encoding);
    const x = Float64Array.of(1, 0.5, 1e4, 100, 0.25, 1, 5e3, 0);
    quantiseInput(x, encoding).forEach((payload, k) => {
      const step = steps[Math.floor(k / 2) % 2]!;
      expect(Math.abs(payload * step - x[k]!)).toBeLessThanOrEqual(0.501 * step);
    });
  });
});

describe('lostInput', () => {
  const samples = (values: readonly number[]) => values.map((value) => ({ x: Float64Array.of(value), label: -1 }));
  const lost = (calibrated: readonly number[], values: readonly number[]) =>
    lostInput(encode([calibrated]), samples(values), Float64Array.of(1))?.message;

  it('is silent where payloads keep what varies', () => {
    expect(lost(ramp(0, 1), ramp(0, 1))).toBeUndefined();
    expect(lost(ramp(-3, 1), ramp(-3, 1))).toBeUndefined();
    expect(lost(ramp(0, 1), [])).toBeUndefined();
  });

  it('says that all is 0, that all is rounded to 0 or limited, and that a constant hides what varies', () => {
    expect(lost(ramp(0, 0), ramp(0, 0))).toMatch('all values of the calibration data are 0');
    expect(lost(ramp(0, 255), ramp(0, 1))).toMatch('100.0 % become payload 0 and 0.0 % are limited');
    expect(lost(ramp(0, 1), ramp(100, 255))).toMatch('0.0 % become payload 0 and 100.0 % are limited');
    expect(lost(ramp(300, 303), ramp(300, 303))).toMatch(/lose \d+\.\d % of what varies/);
  });
});

describe('a network on data of any scale', () => {
  it('loses at most a point against the control whose data were scaled beforehand', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 4, maxLength: 4 }),
        fc.constantFrom(0, 100, -500, 1e9),
        fc.nat(1e6),
        async (decades, glitch, seed) => {
          const control = await rightAnswers({ scales: [1, 1, 1, 1], glitch: 0, seed });
          const scaled = await rightAnswers({ scales: decades.map((decade) => 10 ** decade), glitch, seed });
          expect(scaled).toBeGreaterThanOrEqual(control - 0.01);
        },
      ),
      { numRuns: 8 },
    );
  });
});
