#!/usr/bin/env node
/** The compiler's command line. */
import { printStoredHelp } from './ui/stored-help.ts';

if (!printStoredHelp('snnc', import.meta.url)) {
  const [{ snnc }, { runProcess }] = await Promise.all([import('./commands/snnc.ts'), import('./ui/process.ts')]);
  await runProcess(snnc);
}
