/** Labels of an array that lie in the same archive under a name that goes with its own. */
import { type ByteSource, headOf } from './bytes.ts';
import { openArray } from './open-array.ts';
import { npzArrays } from './npz.ts';

/** Samples and labels as archives call them: x_test and y_test, test_images and test_labels, … */
const PAIRS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^x(?=$|[_\d-])/i, ['y']],
  [/(?<=^|[_-])x$/i, ['y']],
  [/images?|data|features|inputs?|samples/i, ['labels', 'label', 'targets', 'target']],
];

/**
 * Name of the labels of an array, undefined where none goes with it; and what was found, for people.
 *
 * @param count of the samples: an array of another length is not taken
 */
export async function labelsInside(
  source: ByteSource,
  member: string,
  count: number,
): Promise<{ readonly name?: string; readonly notes: readonly string[] }> {
  const own = member.replace(/\.npy$/, '');
  const names = await npzArrays(source);
  const candidates = PAIRS.flatMap(([pattern, words]) =>
    pattern.test(own) ? words.map((word) => own.replace(pattern, word)) : [],
  );
  // X_test goes with y_test, as scikit-learn has them.
  const name = names.find((found) => candidates.some((wanted) => wanted.toLowerCase() === found.toLowerCase()));
  if (name === undefined || name === own) return { notes: [] };
  const labels = await openArray(source, name, await headOf(source));
  if (labels?.shape[0] !== count)
    return {
      notes: [`${name} of the archive is not taken as labels: it has ${labels?.shape[0] ?? 0} for ${count} samples`],
    };
  return { name, notes: [`the labels are ${name} of the same archive, unless others are given`] };
}
