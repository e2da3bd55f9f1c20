/** A small network whose inputs come in any units: the first weights undo the scale, so that the answers are always the same. */
import { buildChip } from '../../../compiler/index.ts';
import { Emulator } from '../../../emulator/index.ts';
import { builtinTargets, preprocess, quantiseInput, type Sample } from '../../../isa/index.ts';
import { TEST_OPTIONS } from '../../arbitraries/builds.ts';
import { seededRandom } from '../../arbitraries/random.ts';

const FEATURES = 4;
const HIDDEN = 16;
const CLASSES = 3;
const CALIBRATED = 400;
const TESTED = 200;
/** Samples between two classes say nothing about scale: they are left out, by this share of the largest output. */
const MARGIN = 0.05;

interface Units {
  /** Of the features. */
  readonly scales: readonly number[];
  /** One value of the calibration data, in units of its feature; 0: there is none such. */
  readonly glitch: number;
  readonly seed: number;
}

/** Share of the samples that a chip answers as the network does. */
export async function rightAnswers({ scales, glitch, seed }: Units): Promise<number> {
  const random = seededRandom(seed + 1);
  const draw = (length: number): number[] => Array.from({ length }, () => 2 * random() - 1);
  const [first, bias, second] = [draw(HIDDEN * FEATURES), draw(HIDDEN), draw(CLASSES * HIDDEN)];
  const samples = Array.from({ length: CALIBRATED + TESTED }, () => draw(FEATURES));
  const outputs = samples.map((x) => forward(x, { first, bias, second }));
  const values = samples.map((x) => Float32Array.from(x, (value, c) => value * scales[c]!));
  if (glitch !== 0) values[7]![2] = glitch * scales[2]!;
  const { chip } = await buildChip(
    {
      source: new TextEncoder().encode(
        network(
          first.map((w, k) => w / scales[k % FEATURES]!),
          bias,
          second,
        ),
      ),
      fileName: 'scaled.net.json',
      readSideFile: (name) => {
        throw new Error(`no side file ${name}`);
      },
      options: {
        ...TEST_OPTIONS,
        ...{ target: builtinTargets().get('edge')!, mode: 'exact', rule: { kind: 'mse' }, window: 64 },
        ...{ calibrationLimit: CALIBRATED, selfTestSamples: 0 },
      },
      calibration: () => listed(values.slice(0, CALIBRATED)),
    },
    { now: () => 0 },
  );
  const emulator = new Emulator(chip, { timing: 'none', kernels: 'ts' });
  let [right, all] = [0, 0];
  for (let k = CALIBRATED; k < samples.length; k++) {
    const sorted = outputs[k]!.toSorted((a, b) => b - a);
    if (sorted[0]! - sorted[1]! < MARGIN * Math.abs(sorted[0]!)) continue;
    const { predicted } = emulator.infer(quantiseInput(preprocess(values[k]!, chip.input), chip.input));
    all++;
    if (predicted === outputs[k]!.indexOf(sorted[0]!)) right++;
  }
  return right / all;
}

interface Weights {
  readonly first: readonly number[];
  readonly bias: readonly number[];
  readonly second: readonly number[];
}

function forward(x: readonly number[], { first, bias, second }: Weights): number[] {
  const hidden = bias.map((b, j) =>
    Math.max(
      0,
      x.reduce((sum, value, i) => sum + value * first[j * FEATURES + i]!, b),
    ),
  );
  return Array.from({ length: CLASSES }, (_, o) => hidden.reduce((sum, h, j) => sum + h * second[o * HIDDEN + j]!, 0));
}

const network = (first: readonly number[], bias: readonly number[], second: readonly number[]): string =>
  JSON.stringify({
    format: 'snn-net/1',
    input: { shape: [FEATURES, 1, 1] },
    layers: [
      {
        ...{ name: 'first', op: 'dense', weight: { shape: [HIDDEN, FEATURES], data: first } },
        bias: { shape: [HIDDEN], data: bias },
      },
      { name: 'act', op: 'relu' },
      { name: 'second', op: 'dense', weight: { shape: [CLASSES, HIDDEN], data: second } },
    ],
  });

// eslint-disable-next-line @typescript-eslint/require-await -- the interface is asynchronous, the numbers are at hand
async function* listed(values: readonly Float32Array[]): AsyncGenerator<Sample> {
  for (const [index, sample] of values.entries()) yield { index, shape: [FEATURES], values: sample };
}
