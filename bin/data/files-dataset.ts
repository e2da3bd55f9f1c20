/** Many files of one sample each as a data set. */
import { fail } from '../../isa/index.ts';
import type { RawDataset } from '../../library/data/dataset.ts';
import type { FileList } from './labelled-files.ts';

/**
 * @param open what a file holds: one sample
 * @throws E0603 where a sample has another shape than the first, E0606 where a file holds several
 */
export async function filesDataset(
  { files, notes }: FileList,
  open: (file: string) => Promise<RawDataset>,
): Promise<RawDataset> {
  const { shape } = await open(files[0]!.file);
  return {
    count: files.length,
    shape,
    description: `${files.length} files, each [${shape.join(', ')}]`,
    notes,
    async *values(start, end) {
      for (const { file, label } of files.slice(start, end)) {
        const one = await open(file);
        if (one.count !== 1)
          fail('E0606', `the file holds ${one.count} samples; of several files, each holds one`, { file });
        if (String(one.shape) !== String(shape))
          fail(
            'E0603',
            `the sample has the shape [${one.shape.join(', ')}], that of the first file is [${shape.join(', ')}]`,
            { file },
            'bring all samples to the size of the input',
          );
        for await (const { values } of one.values(0, 1)) yield { values, ...(label !== undefined && { label }) };
      }
    },
  };
}
