/** Links of the site, as a browser follows them. */
import { posix } from 'node:path';

/** Files of the site by their path in it. */
export type SiteFiles = ReadonlyMap<string, string | Uint8Array>;

/** Links of all pages that lead nowhere, and those that a page would load from elsewhere. */
export function brokenLinks(files: SiteFiles): string[] {
  const anchors = new Map<string, Set<string>>();
  const anchorsOf = (path: string, html: string): Set<string> => {
    const found = anchors.get(path) ?? new Set([...html.matchAll(/ (?:id|name)="([^"]*)"/g)].map((match) => match[1]!));
    anchors.set(path, found);
    return found;
  };
  const fault = (page: string, link: string, isLoaded: boolean): string | undefined => {
    if (/^[a-z][a-z+.-]*:/i.test(link) || link.startsWith('//'))
      return isLoaded && !link.startsWith('data:') ? 'is loaded from elsewhere' : undefined;
    const [file = '', anchor = ''] = link.split('#');
    const target = file === '' ? page : posix.normalize(posix.join(posix.dirname(page), decodeURI(file)));
    const content = files.get(target);
    if (content === undefined) return 'is not there';
    if (anchor === '' || typeof content !== 'string') return undefined;
    return anchorsOf(target, content).has(decodeURIComponent(anchor)) ? undefined : 'has no such anchor';
  };
  const found = new Set<string>();
  for (const [page, html] of files) {
    if (!page.endsWith('.html') || typeof html !== 'string') continue;
    // A program may hold what looks like a link.
    const marked = html.replaceAll(/(<script\b[^>]*>)[^]*?<\/script>/g, '$1</script>');
    for (const [, tag, link] of marked.matchAll(/<(a|img|link|script|source|iframe)\b[^>]*? (?:href|src)="([^"]*)"/g)) {
      const text = link!.replaceAll('&amp;', '&');
      const what = fault(page, text, tag !== 'a');
      if (what !== undefined) found.add(`${page}: ${text} ${what}`);
    }
  }
  return [...found];
}
