/** Classes of data by their names, and the numbers that networks know them by. */
import { fail } from '../../isa/index.ts';

const CLASSES_SHOWN = 12;

interface ClassNumbers {
  readonly labels: ReadonlyMap<string, number>;
  readonly areNumbers: boolean;
  /** Which class got which number, where the data alone do not say. */
  readonly notes: readonly string[];
}

/**
 * Gives classes their numbers: the index in the names that the network has; the number that every class is called by;
 * else the place in the alphabet, as the loaders of PyTorch and Keras do.
 *
 * @param names of the classes, in any order, each as often as it occurs
 * @param place of the data, for messages
 * @param classNames those of the network
 * @throws E0604 for a class that the network does not have
 */
export function classNumbers(
  names: readonly string[],
  place: string,
  classNames: readonly string[] | undefined,
): ClassNumbers {
  const found = [...new Set(names)].sort();
  const areNumbers = found.every(isClassNumber);
  const unknown = classNames === undefined ? [] : found.filter((name) => !classNames.includes(name));
  if (classNames !== undefined && unknown.some((name) => !isClassNumber(name)))
    fail(
      'E0604',
      `the class ${JSON.stringify(unknown.find((name) => !isClassNumber(name)))} is none of the network: ${shown(classNames)}`,
      { file: place },
      'call the classes of the data as the network does, or by their numbers',
    );
  const known = classNames !== undefined && unknown.length === 0;
  // Of a network with names, what is none of them is a number.
  const numberOf = (name: string, index: number): number => {
    if (known || (classNames?.includes(name) === true && !areNumbers)) return classNames.indexOf(name);
    return areNumbers || classNames !== undefined ? Number(name) : index;
  };
  const labels = new Map(found.map((name, index) => [name, numberOf(name, index)]));
  const byAlphabet = classNames === undefined && !areNumbers;
  return {
    labels,
    areNumbers,
    notes: byAlphabet ? [`classes in the order of their names: ${shown(found, (name) => labels.get(name)!)}`] : [],
  };
}

/** Names for people, with their numbers where those are given; of many, the first. */
export function shown(names: readonly string[], numberOf?: (name: string) => number): string {
  const list = names
    .slice(0, CLASSES_SHOWN)
    .map((name) => (numberOf === undefined ? name : `${numberOf(name)} ${name}`));
  return `${list.join(', ')}${names.length > list.length ? ', …' : ''}`;
}

/** Whether a class is called by its number. */
export const isClassNumber = (name: string): boolean => /^\d{1,9}$/.test(name);
