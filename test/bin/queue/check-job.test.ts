import { sep } from 'node:path';
import fc from 'fast-check';
import { resolve } from 'node:path/posix';
import { describe, expect, it } from '@jest/globals';
import { JobRefused, localJob, readJob, withoutRoots } from '../../../bin/queue/check-job.ts';
import { leavesTheRoot } from '../../../bin/queue/files.ts';
import { queueFiles, type QueueJob } from '../../../isa/index.ts';

const sum = (digit: string): string => digit.repeat(64);
const job: QueueJob = {
  ...{ format: 'snn-queue-job/1', tool: 'snnemu 1.0.0', sweep: sum('a'), key: sum('b'), buildKey: sum('c') },
  ...{ keepsBuild: false, network: '../net.onnx', files: sum('d') },
  options: { data: '/data/images.npy', target: 'edge', T: '8', 'target.limits.neurons': '16', balance: true },
};
const list = { format: 'snn-queue-files/1' as const, folder: '/home/me/plans', files: [], folders: [] };
const inputs = `${sep}store${sep}inputs`;
const root = `${inputs}${sep}${sum('d')}`;
const laid = { root, list };

describe('a job', () => {
  it('is taken with names that begin at the folder of its files', () => {
    expect(localJob(readJob({ ...job }, 'snnemu 1.0.0'), laid, '/store', '1.0.0')).toEqual({
      ...{ network: '../net.onnx', folder: `${root}/home/me/plans`, version: '1.0.0', store: '/store' },
      ...{ buildKey: sum('c'), keepsBuild: false },
      options: { ...job.options, data: `${root}/data/images.npy` },
    });
  });

  it.each([
    ['of another version', { ...job, tool: 'snnemu 2.0.0' }],
    ['without a key', { ...job, key: undefined }],
    ['with a key that is a path', { ...job, key: '../../../../etc/passwd' }],
    ['with more than a job has', { ...job, store: '/etc' }],
    ['with an option that points do not have', { ...job, options: { ...job.options, json: '/etc/passwd' } }],
    ['with a probe', { ...job, options: { ...job.options, 'probe-out': '/etc/passwd' } }],
    ['with an option of all objects', { ...job, options: JSON.parse('{"constructor":"x"}') as object }],
    ['that is a text', 'job'],
    ['that is nothing', null],
    ['that is a list', [job]],
  ])('%s is refused', (_, data) => {
    expect(() => readJob(data, 'snnemu 1.0.0')).toThrow(JobRefused);
  });

  it.each(['../../../../../../etc/passwd', '/../etc/passwd', '/data/../../x', 'a/../../../../../x', '..', '../../..'])(
    'whose network is %s never gets out of its folder',
    (network) => {
      let path = root;
      try {
        const { folder, network: name } = localJob({ ...job, network }, laid, '/store', '1.0.0');
        path = resolve(folder, name);
      } catch (error) {
        expect(error).toBeInstanceOf(JobRefused);
      }
      expect(path === root || path.startsWith(`${root}/`)).toBe(true);
    },
  );

  it('never has a name out of its folder, whatever is typed', () => {
    const name = fc
      .array(fc.constantFrom('..', '.', '', 'a', 'b:c', '/'), { maxLength: 12 })
      .map((all) => all.join('/'));
    fc.assert(
      fc.property(name, fc.constantFrom('/', '/a', '/a/b/c'), (data, folder) => {
        const options = { data };
        try {
          const local = localJob({ ...job, network: 'n', options }, { root, list: { ...list, folder } }, '/s', '1');
          const path = resolve(local.folder, String(local.options.data));
          expect(path === root || path.startsWith(`${root}/`)).toBe(true);
          // What it leads to is what the name leads to on its own machine.
          expect(path.slice(root.length) || '/').toBe(resolve(folder, data));
          expect(leavesTheRoot(data, folder)).toBe(false);
        } catch (error) {
          if (!(error instanceof JobRefused)) throw error;
          expect(leavesTheRoot(data, folder)).toBe(true);
        }
      }),
    );
  });
});

describe('what a worker says', () => {
  it('has the paths of the machine of the sweep', () => {
    const said = {
      place: { file: `${root}/data/x.npy`, line: 3 },
      notes: [`an entry of ${root}/data left out`, `${root}`, `${root}/`, 'other'],
    };
    expect(withoutRoots(said, inputs)).toEqual({
      place: { file: '/data/x.npy', line: 3 },
      notes: ['an entry of /data left out', '/', '/', 'other'],
    });
  });
});

describe('a list of files', () => {
  const paths = (path: string) => ({ ...list, files: [{ path, sha256: sum('e'), bytes: 1 }] });
  it.each(['/a', '/a/b.c/..d', '/home/ü/...', '/a:b', '/a\\b'])('can have %s', (path) => {
    expect(queueFiles.schema.safeParse(paths(path)).success).toBe(true);
  });
  it.each([
    'a',
    '/',
    '/a/',
    '//a',
    '/..',
    '/a/../b',
    '/./a',
    '/a\0b',
    '/a\nb',
    `/${'x'.repeat(256)}`,
    `${'/x'.repeat(3000)}`,
  ])('cannot have %j', (path) => {
    expect(queueFiles.schema.safeParse(paths(path)).success).toBe(false);
  });
});
