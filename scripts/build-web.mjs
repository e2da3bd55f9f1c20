// Builds the page of web/: one file, web/dist/index.html, with program, worker, style and examples in it, so that it opens from a
// folder, a server or an attachment, and asks for nothing else: `npm run web [path]`. Takes the library from the sources.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const web = join(root, 'web');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const common = {
  bundle: true,
  minify: true,
  write: false,
  platform: 'browser',
  format: 'iife',
  target: 'es2023',
  conditions: ['snnc-sources'],
  // Colours that a library for tables would take from Node, and that are not used here.
  external: ['@colors/colors'],
  loader: { '.onnx': 'binary', '.gz': 'binary' },
  define: { SNNC_TOOL: JSON.stringify(`snnc ${version}`) },
  logLevel: 'error',
};

const bundled = async (entry, plugins = []) => {
  const { outputFiles } = await build({ ...common, entryPoints: [join(web, entry)], plugins });
  return outputFiles[0].text;
};

/** `worker:path` is the program of that file, bundled, as text. */
const workers = {
  name: 'workers',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^worker:/ }, ({ path }) => ({ path: path.slice('worker:'.length), namespace: 'worker' }));
    onLoad({ filter: /.*/, namespace: 'worker' }, async ({ path }) => ({
      contents: await bundled(path),
      loader: 'text',
    }));
  },
};

/** Writes the page. @returns its path */
async function buildPage(path = join(web, 'dist', 'index.html')) {
  const page = readFileSync(join(web, 'page', 'index.html'), 'utf8');
  const style = readFileSync(join(web, 'page', 'style.css'), 'utf8');
  const script = await bundled('app/main.ts', [workers]);
  mkdirSync(dirname(path), { recursive: true });
  // As functions: `$` in a program is no pattern.
  writeFileSync(
    path,
    page.replace('/*STYLE*/', () => style).replace('/*SCRIPT*/', () => script),
  );
  return path;
}

const path = await buildPage(process.argv[2]);
console.log(`${relative(process.cwd(), path)}: ${(readFileSync(path).length / 1e6).toFixed(1)} MB`);
