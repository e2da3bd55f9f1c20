/** The colours of the report can be read by those who see little, in either scheme. */
import { describe, expect, it } from '@jest/globals';
import { DARK, LIGHT, MOST_TINT, type Palette } from '../../report/html/palette.ts';

type Rgb = readonly [number, number, number];

const rgb = (colour: string): Rgb => {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return [r!, g!, b!];
};

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((byte) => {
    const part = byte / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
}

const mixed = (colour: Rgb, share: number, paper: Rgb): Rgb => {
  const [r, g, b] = colour.map((byte, k) => byte * share + paper[k]! * (1 - share));
  return [r!, g!, b!];
};

describe.each([
  ['light', LIGHT],
  ['dark', DARK],
] as const)('the palette: %s', (_, palette: Palette) => {
  const paper = rgb(palette.paper);

  it.each(['ink', 'soft', 'link', 'warn', 'good', 'bad'] as const)(
    'text of colour %s has a contrast of 4.5 : 1 on the page and on cards',
    (name) => {
      for (const ground of ['paper', 'card'] as const)
        expect(contrast(rgb(palette[name]), rgb(palette[ground]))).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each(['data', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6'] as const)(
    'marks of colour %s have a contrast of 4.5 : 1 on the page',
    (name) => {
      expect(contrast(rgb(palette[name]), paper)).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each(['good', 'bad'] as const)('counts can be read on cells of colour %s, however full', (name) => {
    const ground = mixed(rgb(palette[name]), MOST_TINT, paper);
    expect(contrast(rgb(palette.ink), ground)).toBeGreaterThanOrEqual(4.5);
  });

  it('has no colour twice among those that mean something', () => {
    const names = ['ink', 'warn', 'good', 'bad', 'data', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6'] as const;
    expect(new Set(names.map((name) => palette[name])).size).toBe(names.length);
  });
});
