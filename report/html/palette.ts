/** The colours of the report, each with one meaning; test/report/palette.test.ts holds their contrast. */

/** In #rrggbb, by the name of the variable. */
export const LIGHT = {
  paper: '#ffffff',
  card: '#f6f8fa',
  ink: '#1b1f24',
  soft: '#545d68',
  line: '#cfd6de',
  link: '#0b57a4',
  warn: '#6b5300',
  good: '#176b2f',
  bad: '#b3261e',
  data: '#3d5166',
  c1: '#0b5cad',
  c2: '#b35900',
  c3: '#00727a',
  c4: '#7a3fc8',
  c5: '#57606a',
  c6: '#b3216b',
} as const;

export type Palette = Readonly<Record<keyof typeof LIGHT, string>>;

export const DARK: Palette = {
  paper: '#11151a',
  card: '#1a2027',
  ink: '#e6edf3',
  soft: '#a3adb8',
  line: '#3a434d',
  link: '#7cbdff',
  warn: '#e3cf57',
  good: '#5fd07a',
  bad: '#ff8a80',
  data: '#b9c9d9',
  c1: '#6cb6ff',
  c2: '#f0a050',
  c3: '#4fd1d9',
  c4: '#c297ff',
  c5: '#a3adb8',
  c6: '#ff8ac0',
};

/** Share of a cell's colour in a table of counts at most; the rest is paper, so that ink stays readable on it. */
export const MOST_TINT = 0.4;

const declared = (palette: Palette): string =>
  Object.entries(palette)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';');

/** The colours of either scheme: dark where the reader's system says so, and always light on paper. */
export const COLOURS = `:root{color-scheme:light dark;${declared(LIGHT)}}
@media screen and (prefers-color-scheme:dark){:root{${declared(DARK)}}}`;
