/** What README.md and the documents tell a stranger to type runs, and what they link to is in the package. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { snnc } from '../bin/commands/snnc.ts';
import { snnemu } from '../bin/commands/snnemu.ts';
import { documentsOf } from '../scripts/site/pages.ts';
import { commandsIn, type DocumentCommand } from './documents/commands.ts';
import { prepare } from './documents/stand-ins.ts';
import { storedHelp } from './bin/stored.ts';
import { NARROW, type Outcome, wideLines, World } from './bin/world.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const bytesOf = (path: string): Buffer => readFileSync(join(root, path));

/** Commands that do not run here, and why. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'npm ci && npm run demo':
    'installs from the registry; .ci/run does both, and the commands that the demo prints are tried here',
  'npm ci && npm test': 'installs from the registry, and is what runs this test',
  'node examples/library/ten-lines.mjs': 'runs in test/examples/library.test.ts',
  'node examples/library/own-target.mjs': 'runs in test/examples/library.test.ts',
  'node examples/library/streaming.mjs': 'runs in test/examples/library.test.ts',
  'node examples/populations/make-rhythm.mjs': 'writes over files of the repository',
  'redis-server --port 6379 --appendonly yes': 'listens until it is ended; test/bin/queue starts one',
  'npx snnemu worker --queue redis://queue-host:6379': 'needs a Redis on another machine; test/bin/queue',
  'npx snnemu sweep mnist_cnn_th.onnx --data digits-images-idx3-ubyte.gz --calibrate calibration-images-idx3-ubyte.gz --calibrate-limit 64 --grid T=4,8 --grid mode=default,exact --queue redis://queue-host:6379':
    'needs one, and a worker; test/bin/queue',
  'sbatch sweep.sh': 'needs Slurm; test/bin/sweep/part.test.ts runs such a script as it does',
  'npm run build && node bench/tune.mjs':
    'measures all points of a space on all samples, with models and data of ../shared',
  'npx esbuild worker.js --bundle --minify --platform=browser --format=esm --splitting --outdir=web --external:@colors/colors':
    'bundles a file of the reader; test/library/browser.test.ts bundles one with the same options, and runs it',
  'OMP_NUM_THREADS=1 python train.py --images train-10k-images-idx3-ubyte.gz --labels train-10k-labels-idx1-ubyte.gz --test-images test-2k-images-idx3-ubyte.gz --test-labels test-2k-labels-idx1-ubyte.gz --output no-biases.onnx':
    'needs Python and torch, which the project does without; what it wrote is in the repository',
};

/** Commands that build and run many chips: in .ci/run alone (SNNC_DOCUMENTS=all), so that `npm test` stays quick. */
const LONG = /^snn(c tune|emu sweep) /;
const isLongToo = process.env.SNNC_DOCUMENTS === 'all';

/** In the order in which a stranger reads them, since some go on with what others have built; then all others. */
const FIRST = ['README.md', 'docs/getting-started.md', 'docs/measured.md', 'docs/commands.md', 'docs/index.md'];
const documents = documentsOf(root).filter((path) => /^(README|docs\/|examples\/)/.test(path));
const DOCUMENTS = [...FIRST, ...documents.filter((path) => !FIRST.includes(path))];

/** Commands that stand in tables only. */
const NAMED = [
  ...['snnc targets', 'snnc passes', 'snnc explain', 'snnc explain E0306', 'snnc inspect chip.bin'],
  ...['snnc inspect chip.bin --floorplan', 'snnc check net.onnx --target loihi', 'snnc init -o mine.json'],
  ...['snnemu run chip.bin --deadline 5ms --per-tick', 'snnemu noc --mesh 4x4 --cycles 100', 'snnemu diff chip.bin'],
  'snnemu eval chip.bin --data examples/mnist/digits-images-idx3-ubyte.gz --timing cycle --json all.json',
  ...['snnemu report all.json', 'snnemu compare t8.json all.json'],
];

/** Of a document, the commands that are run here. */
const commandsOf = (path: string): DocumentCommand[] =>
  commandsIn(bytesOf(path).toString()).filter(
    ({ line, words }) => !(line in ELSEWHERE) && (isLongToo || !LONG.test(words.join(' '))),
  );

const world = new World();
beforeAll(() => prepare(world));
afterAll(() => {
  world.remove();
});

/** What writes to a terminal what it is told to: JSON, scripts and spikes, which are as wide as they are. */
const VERBATIM = /--json -|^snn(c|emu) completion|^snnc disasm|^snnemu stream (?!.* -o )/;

/** Runs a command in a terminal of which no line is too long for it. */
async function inTerminal(line: string): Promise<Outcome> {
  const outcome = await world.run(line, NARROW);
  expect({ line, wide: VERBATIM.test(line) ? [] : wideLines(outcome) }).toEqual({ line, wide: [] });
  return outcome;
}

/** Commands that show a refusal. */
const REFUSED = /small\.json|absent\.bin/;

/** By the command, what had been written before to the files that it names: the same again would give the same. */
const done = new Map<string, string>();
/** By name, the command that wrote the file. */
const writers = new Map<string, string>();

async function runOnce({ words, into }: DocumentCommand): Promise<void> {
  const line = words.join(' ').replace('/dev/stdin', 'events.txt');
  const output = words[words.indexOf('-o') + 1]!;
  const inputs = words
    .filter((word) => word !== output)
    .map((word) => writers.get(word) ?? '')
    .join();
  if (done.get(line) === inputs && (!words.includes('-o') || writers.get(output) === line)) return;
  // Figures of windows and targets that the text has in one table: here all are those of one run.
  if (line.startsWith('snnemu compare'))
    for (const name of words.filter((word) => /^\w+\.json$/.test(word))) world.write(name, world.read('t8.json'));
  const { exit, stdout, stderr } = await inTerminal(line);
  if (into !== undefined) world.write(into, stdout);
  const isRefused = REFUSED.test(line);
  expect({ line, exit, stderr: exit === 0 || isRefused ? '' : stderr }).toEqual({
    line,
    exit: isRefused ? 3 : 0,
    stderr: '',
  });
  done.set(line, inputs);
  if (words.includes('-o')) writers.set(output, line);
}

describe('the commands of the documents', () => {
  it('are all tried here, or named with the reason why not', () => {
    const all = DOCUMENTS.flatMap((path) => commandsIn(bytesOf(path).toString()));
    const strange = all.filter(({ line, words }) => words.length === 0 && !(line in ELSEWHERE));
    expect(strange.map(({ line }) => line)).toEqual([]);
    expect(Object.keys(ELSEWHERE).filter((line) => !all.some((one) => one.line === line))).toEqual([]);
    expect(all.length).toBeGreaterThan(60);
  });

  it.each(DOCUMENTS.filter((path) => commandsOf(path).length > 0))('of %s run in their order', async (path) => {
    for (const command of commandsOf(path)) await runOnce(command);
  });
});

describe('the commands that tables name', () => {
  it.each(NAMED)('%s fits the terminal', async (line) => {
    const { exit, stderr } = await inTerminal(line);
    expect({ exit, stderr: exit === 0 ? '' : stderr }).toEqual({ exit: 0, stderr: '' });
  });

  it.each(
    [snnc, snnemu].flatMap(({ name, commands: all }) =>
      ['', ...all.map((one) => `${one.name} `)].map((one) => `${name} ${one}--help`),
    ),
  )('%s fits the terminal, and is what the build wrote down', async (line) => {
    const { exit, stdout } = await inTerminal(line);
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: storedHelp(line, 80) });
  });
});

describe('the package', () => {
  it('has every file that README.md and docs link to', () => {
    const { files } = JSON.parse(bytesOf('package.json').toString()) as { files: string[] };
    const packed = [...files.filter((path) => !path.startsWith('!')), 'README.md', 'LICENSE', 'package.json'];
    const isPacked = (path: string): boolean =>
      packed.some((own) => own === path || path.startsWith(`${own}/`)) && existsSync(join(root, path));
    const documents = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)];
    const missing = documents.flatMap((document) =>
      [
        ...bytesOf(document)
          .toString()
          .matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g),
      ]
        .map((match) => match[1]!)
        .filter((link) => !/^[a-z]+:/.test(link))
        .map((link) => posix.normalize(posix.join(posix.dirname(document), link)).replace(/\/$/, ''))
        .filter((path) => !isPacked(path))
        .map((path) => `${document}: ${path}`),
    );
    expect([...new Set(missing)]).toEqual([]);
    expect(documents.filter((document) => !isPacked(document))).toEqual([]);
  });
});
