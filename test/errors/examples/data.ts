/** E06xx: data. */
import { images, npy } from '../../bin/world.ts';
import { ONE_NEURON } from '../one-neuron.ts';
import type { Examples } from '../example.ts';

export const data: Examples<'E06'> = {
  E0601: { line: 'snnemu eval chip.bin --data net.json', says: 'the data have no known format' },
  E0602: {
    line: 'snnemu eval chip.bin --data example.npy',
    files: () => ({ 'example.npy': images(2).subarray(0, 150) }),
    says: 'the file has 150',
  },
  E0603: {
    line: 'snnemu eval chip.bin --data example.npy',
    files: () => ({ 'example.npy': npy(new Uint8Array(25), [1, 5, 5]) }),
    says: 'neither a sample nor a batch of samples',
  },
  E0604: {
    line: 'snnemu eval chip.bin --data images.npy --labels one.txt',
    files: () => ({ 'one.txt': '0\n' }),
    says: '1 labels for 12 samples',
  },
  E0605: { line: 'snnemu run chip.bin --input images.npy#12', says: 'there is no sample 12: the data hold 12' },
  E0606: {
    line: 'snnemu eval chip.bin --data example.npy',
    files: () => ({ 'example.npy': Buffer.from(images(1)).fill('|S1', 21, 24) }),
    says: 'elements of type S1 are not read',
  },
  E0607: {
    files: () => ({ 'example.json': JSON.stringify(ONE_NEURON), 'example.csv': '0.5\n-0.5\n' }),
    before: ['snnc build example.json -o x.bin'],
    line: 'snnemu eval x.bin --data example.csv --encode poisson',
    says: 'sample 1 has -0.5, element 0; --encode poisson has no spikes for values below 0',
  },
};
