/** Events of neurons as the NIR project writes them (`nir.write_data`): HDF5. Files can hold several samples. */
import { isHdf5 } from '../../../compiler/read/hdf5/signature.ts';
import { fail } from '../../../isa/index.ts';
import type { EventFormat } from '../format.ts';
import { readNirEvents, recordingOf } from '../nir-data.ts';

export const nir: EventFormat = {
  title: 'EventData of NIR (.h5, .hdf5, .nir)',
  extensions: ['h5', 'hdf5', 'nir'],
  recognises: isHdf5,
  async open({ file }) {
    const events = await readNirEvents(file, undefined);
    if (events.samples !== 1)
      fail(
        'E0606',
        `the file holds ${events.samples} samples; one is read as a stream`,
        { file },
        'write a file with one',
      );
    return recordingOf(events, 0);
  },
};
