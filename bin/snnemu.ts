#!/usr/bin/env node
/** The emulator's command line. */
import { snnemu } from './commands/snnemu.ts';
import { runProcess } from './ui/process.ts';

await runProcess(snnemu);
