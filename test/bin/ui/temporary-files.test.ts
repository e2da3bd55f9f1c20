import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { removeLeftovers, temporaryName } from '../../../bin/ui/temporary-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'snnc-temporary-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A process that is no more. */
const ended = spawnSync(process.execPath, ['--version']).pid;

it('removes what processes that are no more left of the same file, and nothing else', async () => {
  const path = join(folder, 'chip.bin');
  const own = temporaryName(path);
  const left = join(dirname(own), basename(own).replace(`-${process.pid}.`, `-${ended}.`));
  const ofAnother = join(folder, basename(left).replace('.chip.bin.', '.other.bin.'));
  const elsewhere = join(folder, basename(left).replace(/\.[0-9a-f]{8}-/, '.00000000-'));
  const kept = [own, ofAnother, elsewhere, join(folder, '.chip.bin.tmp'), join(folder, '.chip.bin.12.tmp')];
  for (const file of [left, ...kept]) writeFileSync(file, 'x');
  await removeLeftovers(path);
  expect(readdirSync(folder).sort()).toEqual(kept.map((file) => basename(file)).sort());
});

it('says nothing of a folder that is not there', async () => {
  await expect(removeLeftovers(join(folder, 'none', 'chip.bin'))).resolves.toBeUndefined();
});
