/** What README.md and the documents tell a stranger to type runs, and what they link to is in the package. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { edge } from '../isa/targets/edge.ts';
import { floats, node, onnxBytes } from './compiler/read/onnx-model.ts';
import { snnc } from '../bin/commands/snnc.ts';
import { snnemu } from '../bin/commands/snnemu.ts';
import { images, NARROW, type Outcome, wideLines, World } from './bin/world.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const bytesOf = (path: string): Buffer => readFileSync(join(root, path));

/** Commands in the code blocks of a document, continued lines joined, each once. */
function commandsIn(document: string): string[] {
  const code = document
    .replaceAll(/ \\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.startsWith('    '))
    .map((line) => line.trim());
  const lines = code.filter((line) => /^(\$ )?(npx|npm|snnc|snnemu|node|git|curl|pip) /.test(line));
  return [...new Set(lines.map((line) => line.replace(/^\$ /, '').replace(/^npx (?=snn)/, '')))];
}

/** Commands that do not run in a test, and why. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'npm ci && npm run demo':
    'installs from the registry; the demo runs the commands printed below it, which are tried here',
  'npm ci && npm test': 'installs from the registry, and is what runs this test',
};

/** As converters write them. */
const LONG_NAME = 'model/stage_1/'.repeat(13).slice(0, 180);

/** Documents whose commands run one after the other, in the order in which a stranger reads them. */
const DOCUMENTS = ['README.md', 'docs/getting-started.md', 'docs/measured.md', 'docs/commands.md'];

/** Commands that stand in tables only. */
const NAMED = [
  ...['snnc targets', 'snnc passes', 'snnc explain', 'snnc explain E0306', 'snnc inspect chip.bin'],
  ...['snnc inspect chip.bin --floorplan', 'snnc check net.onnx --target loihi', 'snnc init -o mine.json'],
  ...['snnemu run chip.bin --deadline 5ms --per-tick', 'snnemu noc --mesh 4x4 --cycles 100', 'snnemu diff chip.bin'],
  'snnemu eval chip.bin --data examples/mnist/digits-images-idx3-ubyte.gz --timing cycle --json all.json',
  ...['snnemu report all.json', 'snnemu compare t8.json all.json'],
];

const commands = commandsIn(DOCUMENTS.map((path) => bytesOf(path).toString()).join('\n'));
const world = new World();
afterAll(() => {
  world.remove();
});

/** The files that the commands name, small ones in the place of those that a reader brings. */
function prepare(): void {
  for (const folder of ['examples', 'examples/mnist', 'examples/mnist/out', 'examples/populations'])
    world.makeFolder(folder);
  const network = onnxBytes({
    input: ['N', 1, 6, 6],
    nodes: [
      node('Conv', ['x', 'k'], LONG_NAME, { pads: [1, 1, 1, 1] }),
      node('Relu', [LONG_NAME], 'r'),
      node('Flatten', ['r'], 'f'),
      node('MatMul', ['f', 'm'], 'y'),
    ],
    tensors: [floats('k', [2, 1, 3, 3]), floats('m', [72, 10])],
  });
  for (const name of ['net.onnx', 'mnist_cnn_th.onnx', 'examples/mnist/mnist_cnn_th.onnx']) world.write(name, network);
  for (const name of ['train-images-idx3-ubyte.gz', 'test-images-idx3-ubyte.gz']) world.write(name, images(12));
  for (const name of ['calibration', 'digits']) world.write(`examples/mnist/${name}-images-idx3-ubyte.gz`, images(12));
  for (const name of readdirSync(join(root, 'examples/populations')))
    world.write(`examples/populations/${name}`, bytesOf(`examples/populations/${name}`));
  const { limits } = edge;
  world.write('small.json', JSON.stringify({ ...edge, name: 'small', limits: { ...limits, axons: 20 } }));
}

/** Runs a command in a terminal of which no line is too long for it. */
async function inTerminal(line: string): Promise<Outcome> {
  const outcome = await world.run(line, NARROW);
  expect({ line, wide: wideLines(outcome) }).toEqual({ line, wide: [] });
  return outcome;
}

describe('the commands in README.md and the documents for a start', () => {
  it('are all tried here, or named with the reason why not', () => {
    expect(commands.length).toBeGreaterThan(10);
    const left = commands.filter((line) => !/^snn(c|emu) /.test(line));
    expect(left).toEqual(Object.keys(ELSEWHERE));
  });

  it('run in the order in which they stand', async () => {
    prepare();
    for (const line of commands.filter((own) => !(own in ELSEWHERE))) {
      // Figures of windows and targets that the text has in one table: here all are those of one run.
      if (line.startsWith('snnemu compare'))
        for (const name of line.split(' ').filter((word) => /^\w+\.json$/.test(word)))
          world.write(name, world.read('t8.json'));
      const { exit, stderr } = await inTerminal(line);
      expect({ line, exit, stderr: exit === 1 || exit === 2 ? stderr : '' }).toEqual({
        line,
        exit: line.includes('small.json') ? 3 : 0,
        stderr: '',
      });
    }
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
  )('%s fits the terminal', async (line) => {
    expect((await inTerminal(line)).exit).toBe(0);
  });
});

describe('the package', () => {
  it('has every file that README.md and docs link to', () => {
    const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root });
    const [{ files }] = JSON.parse(output.toString()) as [{ files: { path: string }[] }];
    const packed = files.map(({ path }) => path);
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
        .filter((path) => !packed.some((own) => own === path || own.startsWith(`${path}/`)))
        .map((path) => `${document}: ${path}`),
    );
    expect([...new Set(missing)]).toEqual([]);
    expect(documents.filter((document) => !packed.includes(document))).toEqual([]);
  });
});
