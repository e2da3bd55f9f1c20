/** E07xx and E09xx: runs, and faults of the programs. */
import { fileURLToPath } from 'node:url';
import { givenUp } from '../../../bin/queue/watch.ts';
import { computeAll, Crew, type CrewJob } from '../../../bin/sweep/crew.ts';
import { AnnEvaluator } from '../../../compiler/index.ts';
import { readAnn } from '../../arbitraries/read-ann.ts';
import { Emulator } from '../../../emulator/index.ts';
import { MemoryPlan } from '../../../emulator/wasm/memory.ts';
import { type Chip, DiagnosticError, encodeChip, fail, type FailedPoint, readChip } from '../../../isa/index.ts';
import { endlessChip } from '../../programs/endless.ts';
import { npy, tinyNetwork } from '../../bin/world.ts';
import { runRecord } from '../../report/run-records.ts';
import type { Examples } from '../example.ts';
import { recordOf } from '../record-of.ts';

const changed = (line: string, says: string, change: (chip: Chip) => Chip) => ({
  line,
  files: (chip: Uint8Array) => ({ 'example.bin': encodeChip(change(readChip(chip, 'chip.bin'))) }),
  says,
});

/** A chip without an end, and this stream of events. */
const streamed = (events: string, says: string) => ({
  line: 'snnemu stream example.bin --events example.txt',
  files: () => ({
    'example.bin': encodeChip(endlessChip({ recurring: false })),
    'example.txt': new TextEncoder().encode(events),
  }),
  says,
});

export const runs: Examples<'E07' | 'E09'> = {
  E0701: {
    call: (chip) => new Emulator(readChip(chip, 'chip.bin'), { timing: 'none' }).infer(new Int16Array(36).fill(32_000)),
    says: 'payload 32000 lies outside of the proven range',
  },
  E0702: changed('snnemu run example.bin', 'self-test sample 0', (chip) => ({
    ...chip,
    selfTest: {
      samples: chip.selfTest!.samples.map((sample) => ({ ...sample, spikes: sample.spikes + 1 })),
    },
  })),
  E0703: changed('snnemu diff example.bin', 'sample 0 differs', (chip) => ({
    ...chip,
    cores: chip.cores.map((core) => ({ ...core, synapses: core.synapses.map((byte) => byte ^ 1) })),
  })),
  E0704: { line: 'snnemu run chip.bin --deadline 1cycles', says: '4 of 4 inferences took longer than the deadline' },
  E0712: { line: 'snnemu run chip.bin --energy-budget 0.001nJ', says: 'more than the budget of 1.000 pJ' },
  E0720: {
    line: 'snnemu rerun example.json',
    files: () => ({ 'example.json': JSON.stringify(runRecord()) }),
    says: 'the record cannot be repeated: it does not say with which options and data it was made',
  },
  E0721: {
    line: 'snnemu rerun example.json --chip absent.bin',
    files: (chip: Uint8Array) => ({ 'example.json': recordOf(chip) }),
    says: 'an input of the record is not there',
  },
  E0722: {
    line: 'snnemu rerun example.json',
    files: (chip: Uint8Array) => ({ 'example.json': recordOf(chip) }),
    says: 'values differ, chip.sha256 first',
  },
  E0723: {
    before: [1, 2].map(
      (part) => `snnemu eval chip.bin --data images.npy --limit ${6 + part} --part ${part}/2 -o ${part}.gz`,
    ),
    line: 'snnemu merge chip.bin 1.gz 2.gz',
    says: 'the parts are not of one evaluation: it differs from 1.gz (2.gz, at samples)',
  },
  E0724: {
    before: ['snnemu eval chip.bin --data images.npy --part 1/3 -o 1.gz'],
    line: 'snnemu merge chip.bin 1.gz',
    says: 'of 3 parts 2 are missing: 2, 3',
  },
  E0725: { line: 'snnemu merge chip.bin images.npy', says: 'what is packed is damaged or cut short (images.npy)' },
  E0705: {
    call: () => {
      const plan = new MemoryPlan();
      plan.reserve(2 ** 33);
      plan.build();
    },
    says: 'the kernels need',
  },
  E0706: {
    line: 'snnemu eval chip.bin --data example.npy --probe 0 --probe-out x.json',
    files: () => ({ 'example.npy': npy(new Uint8Array(36 * 200_000), [200_000, 6, 6]) }),
    says: 'the probes would record up to',
  },
  E0707: { line: 'snnemu stream chip.bin --ticks 5', says: 'the chip runs inferences of' },
  E0708: streamed('0 1\n3 3\n', 'element 3 of an input of 3'),
  E0709: streamed('0 1\n4294901760 1\n', 'tick 4294901760; ticks are counted'),
  E0710: {
    call: () =>
      computeAll<CrewJob, FailedPoint>(
        [{ buildKey: '' }],
        new Crew({
          entry: new URL('data:text/javascript,process.exit(1)'),
          workers: 1,
          signal: new AbortController().signal,
        }),
        (_index, { outcome }) => {
          const [found] = outcome.status === 'failed' ? outcome.diagnostics : [];
          return fail('E0710', found?.code === 'E0710' ? found.message : '');
        },
      ),
    says: 'the thread of the point ended by itself: exit code 1',
  },
  E0711: {
    line: 'snnc tune net.json --data images.npy --labels labels.txt --calibrate images.npy --mode exact --grid T=4 --energy 1pJ --store example-store -o example.bin',
    says: 'no point of 1 meets the limits',
  },
  E0713: {
    line: 'snnemu worker --queue redis://127.0.0.1:1 --store example-store',
    says: 'no Redis at redis://127.0.0.1:1: ',
  },
  E0714: {
    files: () => ({ 'example.csv': `file,label\n${fileURLToPath(import.meta.url)},0\n` }),
    line: 'snnemu sweep net.json --data example.csv --T 4 --queue redis://127.0.0.1:1 --store example-store',
    says: 'the table names a file by its whole path',
  },
  // It takes a Redis, and workers that fail: test/bin/queue/sweep-queue.test.ts
  E0715: {
    call: () => {
      throw new DiagnosticError([givenUp('job stalled more than allowable limit')]);
    },
    says: 'no worker could compute the point: job stalled more than allowable limit',
  },
  // A fault of ours has no input that causes it: the library is asked for what it never promised.
  E0901: {
    call: () => {
      const source = new TextEncoder().encode(JSON.stringify(tinyNetwork()));
      const ann = readAnn(source, { fileName: 'net.json', readSideFile: () => new Uint8Array() });
      new AnnEvaluator(ann).output('nowhere');
    },
    says: 'nowhere',
  },
};
