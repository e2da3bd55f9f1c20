// What `npm pack` would publish holds every file that its documents link to: `npm run package`. With `--types`, are-the-types-wrong
// looks at the package too (fetched for it from the registry): `npm run package:types`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';

const shell = process.platform === 'win32';
const ATTW = '@arethetypeswrong/cli@0.18.5';

function pack(...words) {
  const text = execFileSync('npm', ['pack', '--json', '--ignore-scripts', ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell,
  });
  return JSON.parse(text)[0];
}

/** Links of a document to files, code left out. */
function linksOf(path) {
  const prose = readFileSync(path, 'utf8')
    .replaceAll(/```[^]*?```/g, '')
    .replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link.split('#')[0])
    .filter((link) => link !== '' && !/^[a-z][a-z+.-]*:/i.test(link));
}

function missingLinks(files) {
  const paths = files.map(({ path }) => path);
  const isThere = (path) => paths.includes(path) || paths.some((one) => one.startsWith(`${path.replace(/\/$/, '')}/`));
  return paths
    .filter((path) => path.endsWith('.md'))
    .flatMap((path) =>
      linksOf(path)
        .filter((link) => !isThere(posix.normalize(posix.join(posix.dirname(path), link))))
        .map((link) => `${path}: ${link} is not in the package`),
    );
}

if (process.argv.includes('--types')) {
  const folder = mkdtempSync(join(tmpdir(), 'snnc-package-'));
  try {
    const { filename } = pack('--pack-destination', folder);
    // The package is of ES modules alone, which require() of this Node cannot load.
    const words = ['exec', '--yes', `--package=${ATTW}`, '--', 'attw', join(folder, filename), '--profile', 'esm-only'];
    execFileSync('npm', words, { stdio: 'inherit', shell });
  } finally {
    rmSync(folder, { recursive: true });
  }
} else {
  const missing = missingLinks(pack('--dry-run').files);
  for (const line of missing) console.error(line);
  process.exitCode = missing.length === 0 ? 0 : 1;
}
