/**
 * Makes a site of the documents and of what the code says of itself, in site/; every link of it is followed, and one that leads
 * nowhere ends the run.
 *
 *     npm run site
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brokenLinks } from './site/links.ts';
import { filesBelow, makeSite } from './site/pages.ts';
import { referencePages } from './site/reference.ts';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const out = join(root, 'site');
// The reference of the library as TypeDoc has just written it, and the page to try things on where it was built.
const api = new Map(
  [...filesBelow(join(root, 'api'), 'api')].map(([path, content]) => [path, withoutCopies(path, content)]),
);
const web = filesBelow(join(root, 'web', 'dist'), 'try');
const files = makeSite(root, {
  reference: await referencePages(),
  files: new Map([...api, ...web]),
  navigation: [
    ...(api.has('api/index.html')
      ? [{ title: 'Library', pages: [{ path: 'api/index.html', title: 'Functions, settings and types' }] }]
      : []),
    ...(web.has('try/index.html')
      ? [{ title: 'Try it', pages: [{ path: 'try/index.html', title: 'In the browser' }] }]
      : []),
  ],
});
/** Its first page is docs/library.md, beside which it lays copies of what that links to: the pages of the site take their place. */
function withoutCopies(path: string, content: string | Uint8Array): string | Uint8Array {
  if (typeof content !== 'string') return content;
  const up = '../'.repeat(path.split('/').length - 1);
  return content
    .replaceAll(/href="(?:\.\.\/)*media\/([\w-]+)\.md/g, `href="${up}docs/$1.html`)
    .replaceAll(/href="(?:\.\.\/)*media\/([\w-]+\.mjs)"/g, `href="${up}examples/library/$1.html"`);
}

rmSync(out, { recursive: true, force: true });
for (const [path, content] of files) {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), content);
}
const broken = brokenLinks(files);
for (const link of broken) console.error(link);
const pages = [...files.keys()].filter((path) => path.endsWith('.html')).length;
console.log(`site/index.html: ${pages} pages, ${broken.length} broken links`);
process.exitCode = broken.length === 0 ? 0 : 1;
