/** Parts of the documents, for the tests that hold them against the code. */

/** Cells of the rows of the one table whose first column has this title. @throws Error where there are none or several */
export function markdownTable(text: string, title: string): string[][] {
  const lines = text.split('\n');
  const heads = [...lines.keys()].filter((k) => lines[k]!.startsWith(`| ${title} |`));
  if (heads.length !== 1) throw new Error(`${heads.length} tables begin with the column ${title}`);
  const rest = lines.slice(heads[0]! + 2);
  const end = rest.findIndex((line) => !line.startsWith('|'));
  return rest.slice(0, end < 0 ? undefined : end).map((line) =>
    line
      .replace(/^\|/, '')
      .replace(/\|$/, '')
      .split('|')
      .map((cell) => cell.trim()),
  );
}
