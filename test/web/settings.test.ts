/** What the page is asked for, as a link and as a command line. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CODE_NAMES, CONVERSION_MODES, CORRECTIONS } from '../../compiler/index.ts';
import { builtinTargets } from '../../isa/index.ts';
import {
  faultOf,
  FIELD_NAMES,
  fieldOf,
  fromLink,
  NO_SETTINGS,
  type Settings,
  toCommand,
  toLink,
} from '../../web/settings.ts';
import { toBuild } from '../../web/worker/to-build.ts';

/** Values that a field takes, the open one among them. */
function valuesOf(name: (typeof FIELD_NAMES)[number]): fc.Arbitrary<string> {
  const { choices, range, isList } = fieldOf(name);
  if (choices !== undefined) return fc.constantFrom(...choices);
  const numbers = fc.double({ min: -10, max: 10, noNaN: true }).map(String);
  if (isList === true)
    return fc.oneof(
      fc.constant(''),
      fc.array(numbers, { minLength: 1, maxLength: 3 }).map((list) => list.join(',')),
    );
  const [least, most] = range!;
  return fc.oneof(fc.constant(''), fc.integer({ min: Math.ceil(least), max: Math.min(most, 1e6) }).map(String));
}

const settings: fc.Arbitrary<Settings> = fc.record(
  Object.fromEntries(FIELD_NAMES.map((name) => [name, valuesOf(name)])) as Record<keyof Settings, fc.Arbitrary<string>>,
);

describe('settings of the page', () => {
  it('offer every mode, code, correction and target that there is', () => {
    const offered = (name: (typeof FIELD_NAMES)[number]): (string | undefined)[] => fieldOf(name).choices!.slice(1);
    expect(offered('mode')).toEqual(CONVERSION_MODES);
    expect(offered('code')).toEqual(CODE_NAMES);
    expect(offered('correct')).toEqual(CORRECTIONS);
    expect(['edge', ...offered('target')]).toEqual([...builtinTargets().keys()]);
  });

  it('come back from a link as they were', () => {
    fc.assert(
      fc.property(settings, (asked) => {
        expect(fromLink(`#${toLink(asked)}`, NO_SETTINGS)).toEqual({ settings: asked, faults: [] });
      }),
    );
  });

  it('take nothing from a link that is not theirs, and say so', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string(), { maxKeys: 4 }), (pairs) => {
        const { settings: taken, faults } = fromLink(`#${new URLSearchParams(pairs).toString()}`, NO_SETTINGS);
        for (const name of FIELD_NAMES) expect(faultOf(name, taken[name])).toBeUndefined();
        const bad = Object.entries(pairs).filter(
          ([name, value]) => !Object.hasOwn(NO_SETTINGS, name) || faultOf(name as 'T', value) !== undefined,
        );
        expect(faults).toHaveLength(bad.length);
      }),
    );
    expect(fromLink('#T=0&mode=exakt&weight-bits=8', NO_SETTINGS).faults).toEqual([
      'Window T: "0" is no whole number from 1 to 1024',
      'Conversion: "exakt" is none of default, paper, signed, exact, lead',
    ]);
  });

  it('ask the library for what the command line asks for', () => {
    const asked = {
      ...NO_SETTINGS,
      mode: 'exact',
      code: 'graded',
      T: '8',
      mean: '-0.1,0.2',
      'mesh.width': '4',
      scale: '255',
    };
    expect(toCommand(asked, { network: "my net's.onnx", calibration: 'data.npy' })).toBe(
      `snnc build 'my net'\\''s.onnx' --calibrate data.npy --mode exact --code graded -T 8 --set mesh.width=4 --scale 255 --mean=-0.1,0.2 -o chip.bin`,
    );
    const { target, ...others } = toBuild(asked);
    expect(others).toMatchObject({
      mode: 'exact',
      code: 'graded',
      window: 8,
      preprocessing: { scale: 255, mean: [-0.1, 0.2], std: [1] },
    });
    expect(target).toMatchObject({ mesh: { width: 4, height: 8 } });
    expect(toBuild(NO_SETTINGS)).toEqual({ target: builtinTargets().get('edge') });
  });
});
