/**
 * What colours and patterns mean, on every chart of the report alike: six kinds of work, told apart by pattern as well as by
 * colour; one plain colour for values of no kind; dashes for the conventional network.
 */
import { html, type Markup } from './markup.ts';

/** Fillings of the kinds of work; style.ts defines the patterns. */
const FILL = {
  synapses: 'var(--c1)',
  neurons: 'url(#p2)',
  network: 'url(#p3)',
  memory: 'url(#p4)',
  clock: 'url(#p5)',
  waiting: 'url(#p6)',
} as const;

export type Work = keyof typeof FILL;

const WORDS: Readonly<Record<Work, string>> = {
  synapses: 'synaptic operations',
  neurons: 'neuron updates',
  network: 'network and host',
  memory: 'synapse memory',
  clock: 'clock, barrier and static power',
  waiting: 'waiting',
};

const WORKS = Object.keys(FILL) as Work[];

/** Values that are of no kind of work, or of several: accuracy, maps, spikes, sums. */
export const DATA = 'var(--data)';

/** Frame of what is of the conventional network, which is not filled. */
export const CONVENTIONAL = { stroke: 'var(--ink)', strokeDash: [5, 3], fill: 'var(--paper)' } as const;

const WORK_OF_EVENT: ReadonlyMap<string, Work> = new Map(
  Object.entries({
    synapses: 'synop mac',
    neurons:
      'neuronUpdateActive neuronUpdateIdle stateBitRead stateBitWritten parameterBitRead vectorAdd multiplierBit spike reset',
    network:
      'packet delivery linkHopEastWest linkHopNorthSouth linkHopBetweenChips withinTile routerTraversal hostPacket',
    memory: 'synapseBitRead',
    waiting: 'idleCoreCycle emptyCoreCycle',
  } satisfies Partial<Record<Work, string>>).flatMap(([work, events]) =>
    events.split(' ').map((event) => [event, work as Work] as const),
  ),
);

/** The kind of work of an event of an energy; cycles of working cores, barriers and static power are those of the clock. */
export const workOfEvent = (event: string): Work => WORK_OF_EVENT.get(event) ?? 'clock';

/** The kind of work of what bounds a tick. */
export const WORK_OF_CAUSE = {
  integrate: 'synapses',
  update: 'neurons',
  network: 'network',
  barrier: 'clock',
  wait: 'waiting',
} as const satisfies Record<string, Work>;

/** A kind of work as it is filled in charts, beside its name in a table. */
export const swatchOf = (work: Work): Markup => swatch(FILL[work]);

/** Those that occur, in their order. */
export const worksIn = (works: readonly Work[]): Work[] => WORKS.filter((work) => works.includes(work));

/** A scale of a chart: its field says kinds of work. */
export const fillOf = (field: string, works: readonly Work[]) => ({
  field,
  type: 'nominal' as const,
  legend: null,
  scale: { domain: [...works], range: works.map((work) => FILL[work]) },
});

const swatch = (fill: string, dashed = false): Markup =>
  html`<svg class="swatch" width="18" height="12" aria-hidden="true" focusable="false"><rect x=".5" y=".5" width="17" height="11" fill="${fill}" stroke="var(--ink)"${dashed ? html` stroke-dasharray="3 2"` : ''}/></svg>`;

/** The legend of a chart of such kinds. */
export const legendOf = (works: readonly Work[]): Markup =>
  html`<ul class="key">${works.map((work) => html`<li>${swatch(FILL[work])} ${WORDS[work]}</li>`)}</ul>`;

/** The legend of the whole report. */
export const wholeLegend = (): Markup =>
  html`<div class="legend"><p class="note">In every chart of this report:</p><ul class="key">${WORKS.map((work) => html`<li>${swatch(FILL[work])} ${WORDS[work]}</li>`)}<li>${swatch(DATA)} what is of no kind, or a sum</li><li>${swatch('var(--paper)', true)} the conventional network</li><li><span class="good">✓</span> kept, right</li><li><span class="bad">✗</span> missed, wrong</li></ul></div>\n`;
