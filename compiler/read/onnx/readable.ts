/** Names of a model as messages and nodes have them. */

/** `/0/Conv` → `0/Conv`; control characters, which would garble messages, become `_`. */
export function readable(name: string): string {
  return name
    .replace(/^\/+/, '')
    .replace(/\p{Cc}/gu, '_')
    .slice(0, 200);
}
