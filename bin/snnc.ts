#!/usr/bin/env node
/** The compiler's command line. */
import { snnc } from './commands/snnc.ts';
import { runProcess } from './ui/process.ts';

await runProcess(snnc);
