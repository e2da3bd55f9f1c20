/**
 * The search of the site: a field in the header of every page. What there is to find is a script beside this one, since a page that
 * is opened from a folder may fetch nothing; it is loaded when the field is first used.
 */
import { make } from '../app/elements.ts';
import { type Entry, excerpt, search, wordsOf } from './rank.ts';

declare global {
  /** What search-index.js defines. */
  var snncSections: readonly Entry[] | undefined;
}

const MOST_SHOWN = 20;

const form = document.getElementById('search') as HTMLFormElement;
const input = form.querySelector('input')!;
const panel = form.querySelector<HTMLElement>('.found')!;
const status = panel.querySelector('p')!;
const list = panel.querySelector('ol')!;
const root = form.dataset.root!;

let loading: Promise<readonly Entry[]> | undefined;
const entries = (): Promise<readonly Entry[]> =>
  (loading ??= new Promise((done) => {
    const script = make('script', { src: `${root}search-index.js` });
    script.onload = () => {
      done(globalThis.snncSections ?? []);
    };
    script.onerror = () => {
      loading = undefined;
      done([]);
    };
    document.head.append(script);
  }));

/** A text in which the words are marked. */
function marked(text: string, words: readonly string[]): (Node | string)[] {
  const escaped = words.map((word) => word.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const parts = text.split(new RegExp(`(${escaped.join('|')})`, 'gi'));
  return parts.map((part, k) => (k % 2 === 1 ? make('mark', {}, part) : part));
}

async function show(): Promise<void> {
  const query = input.value;
  const words = wordsOf(query);
  panel.hidden = words.length === 0;
  if (panel.hidden) return;
  const found = search(await entries(), query);
  // While they were loaded, more was typed.
  if (input.value !== query) return;
  const more = found.length > MOST_SHOWN ? `; these are the first ${MOST_SHOWN}` : '';
  status.textContent =
    found.length === 0
      ? 'Nothing has all of these words.'
      : `${found.length} section${found.length === 1 ? '' : 's'}${more}`;
  list.replaceChildren(
    ...found.slice(0, MOST_SHOWN).map(({ path, page, heading, text }) => {
      const where = page === heading ? '' : make('span', {}, page);
      const link = make('a', { href: `${root}${path}` }, make('b', {}, ...marked(heading, words)), ' ', where);
      return make('li', {}, link, make('p', {}, ...marked(excerpt(text, words), words)));
    }),
  );
}

/** To the field, and the links below it, by arrow keys. */
function step(by: number): void {
  const stops = [input, ...list.querySelectorAll('a')];
  const at = stops.indexOf(document.activeElement as HTMLInputElement);
  stops[Math.min(stops.length - 1, Math.max(0, at + by))]?.focus();
}

function close(): void {
  panel.hidden = true;
}

form.hidden = false;
input.addEventListener('focus', () => void entries());
input.addEventListener('input', () => void show());
input.addEventListener('click', () => void show());
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void show().then(() => list.querySelector('a')?.click());
});
form.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    close();
    input.focus();
  } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    step(event.key === 'ArrowDown' ? 1 : -1);
  }
});
form.addEventListener('focusout', ({ relatedTarget }) => {
  if (relatedTarget instanceof Node && !form.contains(relatedTarget)) close();
});
// A link to a section of the page that is shown leaves the panel open otherwise.
list.addEventListener('click', close);
document.addEventListener('click', ({ target }) => {
  if (target instanceof Node && !form.contains(target)) close();
});
document.addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof Element && event.target.closest('input, textarea, select') !== null;
  if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  input.focus();
});
