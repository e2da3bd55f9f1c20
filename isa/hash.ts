/** SHA-256, by which files, inputs and builds are known. */
import { platform } from '#platform';

/** In hexadecimal digits. */
export function sha256Of(content: Uint8Array | string): string {
  const hash = platform.newSha256();
  hash.update(content);
  return hash.hex();
}
