/** The front, two figures at a time, and as a table. */
import { plural } from '../../format.ts';
import { PLOT_PIXELS, renderChart } from '../chart.ts';
import { frontKey, type FrontPoint, frontSpec, type FrontStanding, SHAPES } from '../front-chart.ts';
import { type Content, figure, html, type HtmlColumn, type Markup, note, table } from '../markup.ts';
import type { Section } from '../section.ts';
import { scaleOf } from './scale.ts';
import { type ExploredPoint, type Exploration, type FigureKind, isOnFront, settingOf, spread } from './model.ts';

/** Of more points those of the front and others evenly through the plan are drawn. */
const MOST_MARKS = 500;
/** Where there are no more points, all are labelled in a chart; else those of the front, unless it has more. */
const MOST_LABELS = 12;
const MOST_FRONT_ROWS = 40;
const HEIGHT = 260;

const STANDING: Readonly<Record<Exclude<ExploredPoint['standing'], 'failed'>, FrontStanding>> = {
  front: 'on the front',
  undecided: 'open',
  dominated: 'dominated',
  outside: 'outside',
};

export async function frontsSection(exploration: Exploration): Promise<Section | undefined> {
  const { axes, points, noun } = exploration;
  const pairs = pairsOf(axes.filter((kind) => isVaried(points, kind)));
  const charts: Content[] = [];
  for (const [across, up] of pairs) charts.push(await frontChart(exploration, across, up));
  const drawn = charts.filter((chart) => chart !== '');
  if (drawn.length === 0) return undefined;
  const many =
    points.length > MOST_MARKS
      ? note(
          `Of ${plural(points.length, noun)} at most ${MOST_MARKS} are drawn in a chart: the front, and others evenly through the plan. `,
        )
      : '';
  return {
    id: 'front',
    title: 'The front, two figures at a time',
    body: html`${note(`A ${noun} is on the front where no other is as good in all figures and better in one; in a picture of two of them it can lie behind the dashed line, which joins what is best there. `)}<div class="two">${drawn}</div>\n${many}`,
  };
}

/** What is the same in all points makes no picture. */
function isVaried(points: readonly ExploredPoint[], kind: FigureKind): boolean {
  const scale = scaleOf(points, kind);
  return scale !== undefined && scale.least < scale.largest;
}

/** All pairs of the first three axes; what is better when larger goes upwards. */
function pairsOf(axes: readonly FigureKind[]): [across: FigureKind, up: FigureKind][] {
  const first = axes.slice(0, 3);
  return first.flatMap((up, k) => first.slice(k + 1).map((across): [FigureKind, FigureKind] => [across, up]));
}

/** '' where no point has both figures. */
async function frontChart({ points, named, noun }: Exploration, across: FigureKind, up: FigureKind): Promise<Content> {
  const both = points.filter(({ figures }) => figures[across.id] !== undefined && figures[up.id] !== undefined);
  const isKept = (point: ExploredPoint): boolean => isOnFront(point) || named.has(point.number);
  const drawn = spread(both, MOST_MARKS, isKept);
  const front = drawn.filter(isKept);
  if (drawn.length === 0) return '';
  const isLabelled = drawn.length <= MOST_LABELS ? () => true : front.length <= MOST_LABELS ? isKept : () => false;
  const hasEnergy = across.id === 'energy' || up.id === 'energy';
  const marks = drawn.map((point): FrontPoint => {
    const [x, y] = [point.figures[across.id]!, point.figures[up.id]!];
    const shown = isKept(point);
    const { standing } = point;
    return {
      label: isLabelled(point) ? point.mark : '',
      ...{ x: x.value, y: y.value },
      low: (shown ? y.low : undefined) ?? y.value,
      high: (shown ? y.high : undefined) ?? y.value,
      standing: standing === 'failed' ? 'outside' : STANDING[standing],
      certain: !(hasEnergy && point.isPartial),
    };
  });
  const { interval, ...upward } = up;
  const { interval: _, ...sideways } = across;
  const intervals = interval !== undefined && marks.some(({ low, high }) => low < high);
  return renderChart({
    id: `chart-front-${up.id}-${across.id}`,
    title: `${up.name} against ${across.name}${intervals ? `, with the ${interval} of the front` : ''}`,
    description: `${plural(drawn.length, noun)}; on the front: ${front.length === 0 ? 'none for certain' : front.map(({ mark }) => mark).join(', ')}. The table of the front has the numbers.`,
    key: frontKey(
      (Object.keys(SHAPES) as FrontStanding[]).filter((kind) => marks.some(({ standing }) => standing === kind)),
    ),
    spec: frontSpec(merged(marks), sideways, upward, { width: PLOT_PIXELS, height: HEIGHT, isCrowded: true }),
  });
}

/** Points of the same place with one label for all of them. */
function merged(marks: readonly FrontPoint[]): FrontPoint[] {
  const labels = new Map<string, string[]>();
  const placeOf = ({ x, y }: FrontPoint): string => `${x} ${y}`;
  for (const mark of marks)
    if (mark.label !== '') labels.set(placeOf(mark), [...(labels.get(placeOf(mark)) ?? []), mark.label]);
  const left = new Set(labels.keys());
  return marks.map((mark) => {
    const isFirst = mark.label !== '' && left.delete(placeOf(mark));
    return { ...mark, label: isFirst ? labels.get(placeOf(mark))!.join(', ') : '' };
  });
}

/** The front as a table, the least energy first. */
export function frontTable(exploration: Exploration): Markup {
  const front = exploration.points
    .filter(isOnFront)
    .sort((a, b) => (a.figures.energy?.value ?? 0) - (b.figures.energy?.value ?? 0) || a.number - b.number);
  const shown = front.slice(0, MOST_FRONT_ROWS);
  const more = front.length - shown.length;
  return html`${pointsTable('Points on the front, the least energy first', shown, exploration)}${more > 0 ? note(`and ${more} more; ${exploration.elsewhere}`) : ''}`;
}

/** Settings and figures of points. */
export function pointsTable(caption: string, points: readonly ExploredPoint[], exploration: Exploration): Markup {
  const { factors, figures, noun } = exploration;
  const withVerdict = points.some(({ verdict }) => verdict !== '');
  const columns: HtmlColumn[] = [
    { title: noun, number: true },
    ...factors.map(({ name }) => ({ title: name, number: true })),
    ...figures.map(({ name }) => ({ title: name, number: true })),
    { title: 'standing' },
    ...(withVerdict ? [{ title: 'verdict' }] : []),
  ];
  const rows = points.map((point) => [
    point.mark,
    ...factors.map(({ name }) => settingOf(point, name)),
    ...figures.map((kind) => figureCell(point, kind)),
    standingText(point),
    ...(withVerdict ? [point.verdict] : []),
  ]);
  return table(caption, columns, rows);
}

function figureCell({ figures, isPartial }: ExploredPoint, { id, text }: FigureKind): Content {
  const found = figures[id];
  if (found === undefined) return '–';
  const least = id === 'energy' && isPartial ? '≥ ' : '';
  return html`${least}${figure(found.path, found.value, text(found.value))}`;
}

function standingText({ standing, failure }: ExploredPoint): Content {
  switch (standing) {
    case 'front':
      return html`<span class="good">● front</span>`;
    case 'undecided':
      return '◇ open';
    case 'failed':
      return html`<span class="bad">✗ ${failure?.code ?? 'failed'}</span>`;
    case 'outside':
      return 'outside';
    case 'dominated':
      return '';
  }
}
