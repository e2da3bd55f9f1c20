/** What the documents tell a stranger to type. */

/** A command of a document, as it can be run: without prompt, `npx`, comment, pipe and redirection. */
export interface DocumentCommand {
  /** As it stands in the document, continued lines joined. */
  readonly line: string;
  readonly words: readonly string[];
  /** Into which its output goes, where that is a file beside it. */
  readonly into: string | undefined;
  /** Whether it stands in a block of code, and not in a sentence or a table. */
  readonly isInBlock: boolean;
}

const STARTS = /^(npx|npm|snnc|snnemu|node|git|curl|pip|python3?|sensor|sudo|apt|docker|cd|make) /;

/** Commands of a document in the order in which they stand. */
export function commandsIn(document: string): DocumentCommand[] {
  const found: DocumentCommand[] = [];
  let isFenced = false;
  for (const text of document.replaceAll(/ \\\n\s*/g, ' ').split('\n')) {
    if (/^\s*```/.test(text)) isFenced = !isFenced;
    else if (isFenced || text.startsWith('    ')) found.push(...commandOf(text.trim(), true));
    else for (const match of text.matchAll(/`([^`]+)`/g)) found.push(...commandOf(match[1]!, false));
  }
  return found;
}

/** In sentences, only what names a file and leaves nothing out is a command. */
function commandOf(text: string, isInBlock: boolean): DocumentCommand[] {
  const line = text.replace(/^\$ /, '');
  const bare = line.replace(/^([A-Z_]+=\S+ )+/, '');
  // Behind a prompt stands a command, whatever it is.
  if (line === text && !STARTS.test(bare)) return [];
  if (!isInBlock && (/…|<|\.\.\./.test(line) || !/\.(bin|onnx|nir|net|json|asm|mjs)\b/.test(line))) return [];
  const [own = ''] = bare.split('|').filter((part) => /\bsnn(c|emu) /.test(part));
  const words = own
    .replace(/\s#.*$/, '')
    .replace(/\s\d?>>?\s*\S+.*$/, '')
    .trim()
    .replace(/^npx /, '');
  const into = /\s>\s*(\w[\w.]*)/.exec(own)?.[1];
  return [{ line, words: words === '' ? [] : words.split(/\s+/), into, isInBlock }];
}
