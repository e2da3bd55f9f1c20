/** Arrays of archives, as users name them. */
import { existsSync } from 'node:fs';

/** `file.npz:name`, unless a file of the whole name exists. */
export function splitMember(spec: string): { path: string; member?: string } {
  const at = spec.lastIndexOf(':');
  if (at <= 0 || existsSync(spec) || !existsSync(spec.slice(0, at))) return { path: spec };
  return { path: spec.slice(0, at), member: spec.slice(at + 1) };
}
