/** A record that says it is of the self-test of a chip, and tells of another one. */
import { sha256Of } from '../../isa/index.ts';
import { runRecord } from '../report/run-records.ts';

export const recordOf = (chip: Uint8Array): string =>
  JSON.stringify({
    ...runRecord(),
    origin: {
      ...{ command: 'run', options: { chip: 'chip.bin', timing: 'none' } },
      inputs: [{ option: 'chip', name: 'chip.bin', sha256: sha256Of(chip), files: 1, bytes: chip.length }],
      build: { tool: 'test', sourceSha256: '', options: {} },
    },
  });
