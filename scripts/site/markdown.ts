/** Markdown, as the documents are written, to HTML. */
import GithubSlugger from 'github-slugger';
import MarkdownIt from 'markdown-it';

/** A document of the site. */
export interface Rendered {
  /** Of its first heading. */
  readonly title: string;
  readonly html: string;
  /** Headings of the second level. */
  readonly sections: readonly { readonly id: string; readonly title: string }[];
}

/**
 * @param text of a document; headings get the anchors that GitHub gives them, tables a box of their own that can be scrolled
 * @param resolve what a link or picture of the document becomes
 */
export function renderMarkdown(text: string, resolve: (link: string) => string): Rendered {
  const markdown = new MarkdownIt({ html: false, linkify: false });
  const slugger = new GithubSlugger();
  const sections: { id: string; title: string }[] = [];
  let title = '';
  // Markers of generated parts are for programs.
  const tokens = markdown.parse(text.replaceAll(/^<!-- .* -->$/gm, ''), {});
  for (const [k, token] of tokens.entries()) {
    if (token.type === 'heading_open') {
      const words = plainText(tokens[k + 1]!);
      const id = slugger.slug(words);
      token.attrSet('id', id);
      if (token.tag === 'h1') title ||= words;
      if (token.tag === 'h2') sections.push({ id, title: words });
    }
    for (const child of token.children ?? [])
      for (const name of ['href', 'src']) {
        const link = child.attrGet(name);
        if (link !== null) child.attrSet(name, resolve(link));
      }
  }
  markdown.renderer.rules.table_open = () => '<div class="wide"><table>';
  markdown.renderer.rules.table_close = () => '</table></div>';
  return { title, html: markdown.renderer.render(tokens, markdown.options, {}), sections };
}

type Token = ReturnType<MarkdownIt['parse']>[number];

const plainText = (inline: Token): string =>
  (inline.children ?? [])
    .filter(({ type }) => type === 'text' || type === 'code_inline')
    .map(({ content }) => content)
    .join('');

/** Text as it stands in HTML. */
export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
