/** Where the file is that a worker starts with. */

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
