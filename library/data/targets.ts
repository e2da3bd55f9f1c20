/** What outputs should be: numbers beside the samples, one for each output. And whether a file of labels holds such. */
import { fail } from '../../isa/index.ts';
import { type ArrayFile, elementCount } from './array-file.ts';
import type { AnswerFile } from './dataset.ts';
import { elementBytes, numbersOf } from './elements.ts';
import { arrayLabels } from './labels.ts';

/** Rows of numbers beside the samples. */
interface Rows {
  readonly count: number;
  values(start: number): AsyncGenerator<Float32Array, void, void>;
}

/**
 * The array as targets.
 *
 * @param outputs of the network
 * @throws E0604 unless it has as many numbers for a sample
 */
export function arrayTargets(array: ArrayFile, outputs: number): AnswerFile {
  if (!isRowPerSample(array, outputs))
    fail(
      'E0604',
      `targets of the shape [${array.shape.join(', ')}]; the network has ${outputs} outputs`,
      { file: array.file },
      `store targets as [samples, ${outputs}]`,
    );
  return targetsOf(rowsOf(array, outputs));
}

/**
 * The array as what it is: classes, one per sample; a row of zeros and a one per sample, which names a class; or targets,
 * which is said. Numbers that are whole are classes where there is one per sample; of one output that holds for 0 and 1.
 *
 * @param outputs of the network; undefined: the array can only be classes
 * @throws E0606 where the shape is neither
 */
export async function labelsOrTargets(array: ArrayFile, outputs: number | undefined): Promise<AnswerFile> {
  const { shape, element, file } = array;
  const perSample = elementCount(shape) === shape[0];
  const isFloat = element.name.startsWith('f');
  if (outputs === undefined || (perSample && (outputs > 1 || !isFloat)) || !isRowPerSample(array, outputs))
    return arrayLabels(array);
  const rows = rowsOf(array, outputs);
  const name = outputs === 1 ? await binary(rows) : await oneHot(rows);
  if (name !== undefined)
    return {
      count: rows.count,
      kind: 'label',
      notes: [`${file}: ${name}`],
      async *values(start) {
        for await (const row of rows.values(start)) yield { label: outputs === 1 ? row[0]! : row.indexOf(1) };
      },
    };
  return { ...targetsOf(rows), notes: [`${file} holds quantities: they are compared with the values of the outputs`] };
}

const isRowPerSample = ({ shape }: ArrayFile, outputs: number): boolean =>
  elementCount(shape.slice(1)) === outputs && shape.length > 0;

const targetsOf = (rows: Rows): AnswerFile => ({
  count: rows.count,
  kind: 'target',
  async *values(start) {
    for await (const target of rows.values(start)) yield { target };
  },
});

function rowsOf(array: ArrayFile, outputs: number): Rows {
  const { element, file, shape } = array;
  const count = shape[0]!;
  const bytes = outputs * elementBytes(element);
  return {
    count,
    async *values(start) {
      const stream = await array.open(start * bytes);
      try {
        for (let index = start; index < count; index++) {
          const place = { file, offset: stream.position };
          yield numbersOf(await stream.read(bytes, `row ${index} of ${count}`), element, place);
        }
      } finally {
        await stream.close();
      }
    },
  };
}

/** What rows of one number are, where all are 0 or 1. */
async function binary(rows: Rows): Promise<string | undefined> {
  for await (const [value] of rows.values(0)) if (value !== 0 && value !== 1) return undefined;
  return 'numbers 0 and 1 are taken as the two classes of the one output';
}

/** What rows are that have a single 1 among zeros. */
async function oneHot(rows: Rows): Promise<string | undefined> {
  for await (const row of rows.values(0)) {
    let ones = 0;
    for (const value of row)
      if (value === 1) ones++;
      else if (value !== 0) return undefined;
    if (ones !== 1) return undefined;
  }
  return 'each row has a single 1, whose place is taken as the class';
}
