#!/usr/bin/env node
/** The emulator's command line. */
import { printStoredHelp } from './ui/stored-help.ts';

if (!printStoredHelp('snnemu', import.meta.url)) {
  const [{ snnemu }, { runProcess }] = await Promise.all([import('./commands/snnemu.ts'), import('./ui/process.ts')]);
  await runProcess(snnemu);
}
