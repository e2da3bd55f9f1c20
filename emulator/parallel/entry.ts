/** The file that a worker starts with, and its start. */
import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * A module of this package as a worker can load it. Built modules are taken as they are. Sources run only under tools
 * that translate what they import, and no such tool is there in a worker: the module that was built from them stands in.
 *
 * @param path of the module from the root of the package, without extension
 * @param importer `import.meta.url` of a module that lies two folders below the sources' root
 */
export function workerEntry(path: string, importer: string): URL {
  return importer.endsWith('.ts') ? new URL(`../../dist/${path}.js`, importer) : new URL(`../../${path}.js`, importer);
}

/**
 * Starts a worker. Where this module is a source, so is the program's, and the tool that translates it would be started in the
 * worker too: what is built needs none, and starting it takes longer than loading the rest.
 */
export const startWorker = (entry: URL, options: WorkerOptions = {}): Worker =>
  new Worker(entry, { ...options, ...(import.meta.url.endsWith('.ts') && { execArgv: [] }) });
