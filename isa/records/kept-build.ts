/** What stands beside a chip that `snnemu sweep` and `snnc tune` keep, so that points with the same build share it. */
import { z } from 'zod';
import { conversionOfPoint, sha256 } from './parts/points.ts';

const format = 'snn-kept-build/1';

const schema = z.strictObject({
  format: z.literal(format),
  key: sha256.describe('of tool, inputs and options of the build; the files are named after it'),
  sha256: sha256.describe('of the chip file beside'),
  conversion: conversionOfPoint,
  notes: z.array(z.string()).describe('warnings and notes of the build'),
});

export const keptBuild = { format, title: 'Record of a build that is kept in a store', schema } as const;
