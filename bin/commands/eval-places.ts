/** `snnemu eval --heads`: labels of networks that tell classes apart in several places. */
import { classesOf, placesOf, type PlacesOf } from '../../emulator/index.ts';
import { type Chip, fail, type Sample, shapeSize } from '../../isa/index.ts';
import type { Dataset, Layout } from '../data/index.ts';
import type { EncodeValues } from '../ui/encoding.ts';
import { type EventValues, openChipData } from '../ui/events.ts';
import type { Io } from '../ui/io.ts';

/** Of the options of `snnemu eval`. */
interface PlaceValues extends EventValues, EncodeValues {
  readonly data: string;
  readonly labels: string | undefined;
  readonly targets: string | undefined;
  readonly layout: Layout | undefined;
  readonly 'top-k': number | undefined;
  readonly curve: boolean;
  readonly samples: string | undefined;
}

/** What segmentation data write where a pixel has no class. */
const NO_CLASS: readonly number[] = [-1, 255];

/**
 * The data with a class for each place of the output.
 *
 * @throws DiagnosticError E0103 where options contradict each other or the output; E0101, E06xx
 */
export async function openPlaces(chip: Chip, values: PlaceValues, heads: PlacesOf, io: Io): Promise<Dataset> {
  const { shape } = chip.output;
  const outputs = shapeSize(shape);
  if (values.labels === undefined)
    fail('E0103', '--heads: nothing is compared without labels', undefined, 'name their file: --labels');
  for (const [name, value] of [
    ['targets', values.targets],
    ['top-k', values['top-k']],
    ['curve', values.curve ? true : undefined],
    ['samples', values.samples],
  ] as const)
    if (value !== undefined) fail('E0103', `--heads and --${name} cannot both be given`, undefined, 'leave one out');
  if (heads !== 'pixels') {
    const sum = heads.reduce((total, scores) => total + scores, 0);
    if (sum !== outputs)
      fail(
        'E0103',
        `--heads ${heads.join(',')}: that is ${sum} outputs; the network has ${outputs}`,
        undefined,
        'give the outputs of each head, in their order',
      );
  }
  const places = placesOf(shape, heads).length;
  const data = await openChipData(io, values.data, chip, {
    ...values,
    labels: undefined,
    targets: values.labels,
    outputs: places,
  });
  if (data.count === 0) fail('E0605', 'the data hold no sample', { file: values.data });
  return data;
}

/**
 * What looks at the labels of a sample.
 *
 * @throws DiagnosticError (it does) E0604 where a place has a label that is neither a class nor one of those that say "none"
 */
export function placeChecker({ output }: Chip, heads: PlacesOf): (sample: Sample) => void {
  const classesAt = placesOf(output.shape, heads).map(({ scores }) => classesOf(scores));
  return ({ index, target }) => {
    classesAt.forEach((classes, place) => {
      const label = target![place]!;
      if (Number.isInteger(label) && (NO_CLASS.includes(label) || (label >= 0 && label < classes))) return;
      const where = heads === 'pixels' ? `pixel ${place}` : `head ${place}`;
      fail(
        'E0604',
        `sample ${index} has label ${label} in ${where}, which tells ${classes} classes apart, from 0 to ${classes - 1}`,
        undefined,
        'number the classes in the order of the outputs, from 0 on; −1 or 255 says that there is none',
      );
    });
  };
}
