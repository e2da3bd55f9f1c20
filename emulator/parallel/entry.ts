/** The file that a worker starts with, and its start. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * The file of a worker, as it was built. Sources start it, too: they run only under tools that translate what they import, and
 * no such tool is there in a worker. The package finds itself by its name, from sources and from what is built alike.
 *
 * @param name in the list of scripts/bundle-programs.mjs
 */
export const workerEntry = (name: string): URL =>
  new URL(`dist/bundle/${name}.js`, pathToFileURL(createRequire(import.meta.url).resolve('snnc/package.json')));

/**
 * Starts a worker. Where this module is a source, so is the program's, and the tool that translates it would be started in the
 * worker too: what is built needs none, and starting it takes longer than loading the rest.
 */
export const startWorker = (entry: URL, options: WorkerOptions = {}): Worker =>
  new Worker(entry, { ...options, ...(import.meta.url.endsWith('.ts') && { execArgv: [] }) });
