/** JSON that people write: what is wrong with it is said with its place. */
import { platform } from '#platform';

export type ParsedJson = { readonly value: unknown } | { readonly fault: string };

/** The value of a file in UTF-8, or what is wrong with it: `line 3, column 7: comma expected`. Never throws. */
export function parseJsonFile(bytes: Uint8Array): ParsedJson {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { fault: 'the text is not UTF-8' };
  }
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { fault: firstFault(text) ?? (error instanceof Error ? error.message : String(error)) };
  }
}

/** undefined where it is nested so deep that only the strict parser can follow. */
function firstFault(text: string): string | undefined {
  const jsonc = platform.jsonParser();
  const faults: string[] = [];
  try {
    jsonc.visit(
      text,
      {
        onError: (code, _offset, _length, line, character) => {
          if (faults.length > 0) return;
          const words = jsonc.printParseErrorCode(code).replace(/([a-z])([A-Z])/g, '$1 $2');
          faults.push(`line ${line + 1}, column ${character + 1}: ${words.toLowerCase()}`);
        },
      },
      { disallowComments: true },
    );
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return faults[0];
}
