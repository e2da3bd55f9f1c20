/** HDF5 files of h5py (../nir/make.py) give the numbers and texts that were put into them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type Hdf5Dataset, type Hdf5Group, openHdf5 } from '../../../../compiler/read/hdf5/file.ts';

const open = (name: string): Hdf5Group =>
  openHdf5(new Uint8Array(readFileSync(new URL(`${name}.h5`, import.meta.url))));

function dataset(group: Hdf5Group, name: string): Hdf5Dataset {
  const found = group.get(name);
  if (found?.kind !== 'dataset') throw new Error(`${name} is no dataset`);
  return found;
}

const counted = Array.from({ length: 105 }, (_, k) => k);

describe.each(['arrays', 'latest'])('%s.h5', (name) => {
  it('has numbers of any kind', () => {
    const file = open(name);
    expect(dataset(file, 'contiguous').shape).toEqual([5, 7, 3]);
    expect([...dataset(file, 'contiguous').numbers()]).toEqual(counted);
    expect([...dataset(file, 'whole').numbers()]).toEqual(counted.map((value) => value - 9));
    expect([...dataset(file, 'truth').numbers()]).toEqual([1, 0]);
    expect([...dataset(file, 'scalar').numbers()]).toEqual([200]);
    expect([...dataset(file, 'nothing').numbers()]).toEqual([]);
  });

  it('has texts of fixed and of any length', () => {
    const file = open(name);
    expect(dataset(file, 'bytes').texts()).toEqual(['fixed', 'text']);
    expect(dataset(file, 'text').texts()).toEqual(['any length, µ']);
    expect(file.get('unknown')).toBeUndefined();
  });
});

describe('chunks', () => {
  const packed = (): Hdf5Group => {
    const group = open('arrays').get('packed');
    if (group?.kind !== 'group') throw new Error('packed is no group');
    return group;
  };

  it('reach over the border, shuffled, packed and with check sums', () => {
    expect([...dataset(packed(), 'chunks').numbers()]).toEqual(counted);
  });

  it('are found by a tree of several levels', () => {
    expect([...dataset(packed(), 'many').numbers()]).toEqual(Array.from({ length: 300 }, (_, k) => k));
  });

  it('packed in another way are refused', () => {
    expect(() => dataset(open('arrays'), 'lzf').numbers()).toThrow(/E0202.*packed by filter 32000/);
  });
});
