/** Points without a result, by what is in the way. */
import { formatCount, plural } from '../../format.ts';
import { type Content, html, note, sentence, table } from '../markup.ts';
import type { Section } from '../section.ts';
import type { ExploredPoint, Exploration, PointFailure } from './model.ts';

const MOST_ROWS = 40;
const MOST_NUMBERS = 12;

export function failuresSection({ points, factors, elsewhere }: Exploration): Section | undefined {
  const groups = new Map<string, { readonly failure: PointFailure; readonly points: ExploredPoint[] }>();
  for (const point of points) {
    if (point.failure === undefined) continue;
    const key = `${point.failure.code} ${alike(point.failure.message)}`;
    const group = groups.get(key) ?? { failure: point.failure, points: [] };
    group.points.push(point);
    groups.set(key, group);
  }
  if (groups.size === 0) return undefined;
  const sorted = [...groups.values()].sort((a, b) => b.points.length - a.points.length);
  const rows = sorted.slice(0, MOST_ROWS).map(({ failure, points: own }): Content[] => [
    failure.code,
    formatCount(own.length),
    html`${sentence(failure.message)}${failure.remedy === undefined ? '' : html`<br><span class="note">${sentence(failure.remedy)}</span>`}`,
    failure.stage,
    numbersText(own),
    html`${commonSettings(
      own,
      points,
      factors.map(({ name }) => name),
    )}`,
  ]);
  const count = points.filter(({ failure }) => failure !== undefined).length;
  const columns = [
    { title: 'code' },
    { title: 'points', number: true },
    { title: 'the first of them says, and what to do' },
    { title: 'where' },
    { title: 'which' },
    { title: 'all of them have' },
  ];
  const more = sorted.length - rows.length;
  return {
    id: 'failures',
    title: 'Without a result',
    body: html`${note(`${plural(count, 'point')} of ${formatCount(points.length)}. Messages that differ in numbers and settings alone are counted together; \`snnc explain\` explains a code. `)}${table('Points without a result, by diagnostic', columns, rows)}${more > 0 ? note(`and ${more} kinds more; ${elsewhere}`) : ''}`,
  };
}

/** The same for messages that differ in numbers and fields that were set alone. */
const alike = (message: string): string =>
  message
    .slice(0, 400)
    .replace(/,? ?[\w.]+=\S+/g, '')
    .replace(/\d[\d.,]*/g, '#');

function numbersText(points: readonly ExploredPoint[]): string {
  const shown = points.slice(0, MOST_NUMBERS).map(({ number }) => number);
  return points.length > MOST_NUMBERS ? `${shown.join(', ')}, …` : shown.join(', ');
}

/** What distinguishes them: settings that all of them have, and not all points. */
function commonSettings(
  own: readonly ExploredPoint[],
  all: readonly ExploredPoint[],
  names: readonly string[],
): string {
  const first = own[0]!;
  const common = names.filter((name) => {
    const value = first.settings[name];
    return (
      value !== undefined &&
      own.every(({ settings }) => settings[name] === value) &&
      all.some(({ settings }) => settings[name] !== value)
    );
  });
  return common.length === 0 ? '–' : common.map((name) => `${name}=${String(first.settings[name])}`).join(', ');
}
