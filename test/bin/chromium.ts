/** Chromium, where it is there: tests that need it are skipped elsewhere, and say so. */
import { existsSync } from 'node:fs';
import { it } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const isThere = existsSync(CHROMIUM);
if (!isThere) process.stderr.write('skipped: no Chromium\n');

export const itInChromium = isThere ? it : it.skip;

/** Ended by who asks for it. */
export const launchChromium = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
