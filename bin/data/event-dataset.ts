/** Recordings of events as samples. */
import { EventAccount } from '../events/account.ts';
import { type Bins, binRecording } from '../events/bins.ts';
import { fail } from '../../isa/index.ts';
import { elementCount, MAX_SAMPLE_ELEMENTS } from '../../library/data/array-file.ts';
import type { RawDataset } from '../../library/data/dataset.ts';
import type { EventRequest } from './dataset.ts';
import type { Recordings } from './recordings.ts';

/**
 * @param shape of a sample: [channels, height, width], or with the steps before them
 * @throws DiagnosticError E0606 for oversized samples
 */
export function eventDataset(
  { files, notes, beginAtZero }: Recordings,
  shape: readonly number[],
  { options, signal }: EventRequest,
): { readonly raw: RawDataset; readonly account: EventAccount } {
  const [channels = 1, height = 1, width = 1] = shape.slice(-3);
  const steps = shape.length > 3 ? shape[0]! : 1;
  if (elementCount(shape) > MAX_SAMPLE_ELEMENTS)
    fail(
      'E0606',
      `a sample of the shape [${shape.join(', ')}] is not read; at most ${MAX_SAMPLE_ELEMENTS} elements are`,
    );
  const account = new EventAccount(options.dtUs, steps, beginAtZero);
  account.assume(notes);
  const bins: Bins = { steps, shape: [channels, height, width], options, account, signal };
  const raw: RawDataset = {
    count: files.length,
    shape,
    description: `${files.length} recordings of events`,
    async *values(start, end) {
      for (const { open, label } of files.slice(start, end)) {
        const recording = await open();
        try {
          yield { ...(await binRecording(recording, bins)), ...(label !== undefined && { label }) };
        } finally {
          await recording.source.close();
        }
      }
    },
  };
  return { raw, account };
}
