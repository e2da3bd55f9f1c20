/**
 * The whole way in two commands: builds the chip file of a trained network, runs it on a handwritten digit, and fails
 * unless the label is right.
 *
 *     npm run demo            the first digit of the file
 *     npm run demo -- 13      digit 13 of digits-images-idx3-ubyte.gz
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = 'examples/mnist';
const out = `${folder}/out`;
const images = `${folder}/digits-images-idx3-ubyte.gz`;
const SIDE = 28;

/** Runs one of the two programs as a user would type it. */
function run(program, args) {
  console.log(`\n$ ${continued([program, ...args])}`);
  const { status } = spawnSync(process.execPath, [`dist/bundle/${program}.js`, ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) {
    console.error(`demo: ${program} ended with code ${status}`);
    process.exit(status ?? 1);
  }
}

/** A command line over several lines, each within 80 columns as far as its words allow. */
function continued(words) {
  const lines = [''];
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`;
    if (longer.length <= 74) lines[lines.length - 1] = longer;
    else lines.push(`    ${word}`);
  }
  return lines.join(' \\\n').trimStart();
}

/** Two rows of pixels per line of text, four shades. */
function draw(pixels) {
  const shade = (value) => ' ░▒▓█'[Math.min(4, Math.floor(value / 52))];
  for (let y = 0; y < SIDE; y += 2) {
    let line = '';
    for (let x = 0; x < SIDE; x++) {
      const value = Math.max(pixels[y * SIDE + x], pixels[(y + 1) * SIDE + x]);
      line += shade(value);
    }
    console.log(`    ${line}`);
  }
}

const raw = gunzipSync(readFileSync(`${root}${images}`));
const labels = gunzipSync(readFileSync(`${root}${folder}/digits-labels-idx1-ubyte.gz`)).subarray(8);
const index = Number(process.argv[2] ?? 7);
if (!Number.isInteger(index) || index < 0 || index >= labels.length) {
  console.error(`demo: digit ${process.argv[2]} is not one of 0..${labels.length - 1}`);
  process.exit(2);
}

mkdirSync(`${root}${out}`, { recursive: true });
const calibration = `${folder}/calibration-images-idx3-ubyte.gz`;
run('snnc', [
  'build',
  `${folder}/mnist_cnn_th.onnx`,
  '--calibrate',
  calibration,
  '--calibrate-limit',
  '200',
  '--scale',
  '255',
  '-o',
  `${out}/chip.bin`,
]);

console.log(`\ndigit ${index} of ${images}:\n`);
draw(raw.subarray(16 + index * SIDE * SIDE, 16 + (index + 1) * SIDE * SIDE));
run('snnemu', ['run', `${out}/chip.bin`, '--input', `${images}#${index}`, '--json', `${out}/run.json`]);

const { predicted } = JSON.parse(readFileSync(`${root}${out}/run.json`, 'utf8')).outputs[0];
const right = predicted === labels[index];
console.log(`\nrecognised ${predicted}; the label is ${labels[index]}: ${right ? 'right' : 'WRONG'}`);
process.exit(right ? 0 : 4);
