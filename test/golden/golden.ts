/**
 * Goldens: a case is one JSON file with its network, flags and expectation together. `npm run accept` rewrites the
 * expectations of test/golden/cases; the chip files of test/golden/files are never rewritten, since they stand for files
 * that are out in the world.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildChip, type BuildOptions } from '../../compiler/index.ts';
import { Emulator } from '../../emulator/index.ts';
import { builtinTargets, disassemble, readChip, SpikeDigest, type Chip, type Target } from '../../isa/index.ts';
import { floatSamples, TEST_OPTIONS } from '../arbitraries/builds.ts';

/** What a chip file does with its self-test samples. */
export interface Behaviour {
  readonly ticks: number;
  readonly cores: number;
  readonly predicted: readonly number[];
  readonly readout: readonly (readonly number[])[];
  readonly spikeDigest: string;
  readonly cycles: readonly number[];
  readonly counts: Readonly<Record<string, unknown>>;
}

export interface GoldenCase {
  readonly about: string;
  readonly target: string;
  readonly targetChanges?: { readonly limits?: Partial<Target['limits']>; readonly mesh?: Target['mesh'] };
  readonly flags: Partial<BuildOptions>;
  readonly network: { readonly input: { readonly shape: readonly number[] } };
  readonly expected?: { readonly behaviour: Behaviour; readonly program: readonly string[] };
}

const casesFolder = fileURLToPath(new URL('cases/', import.meta.url));
export const filesFolder = fileURLToPath(new URL('files/', import.meta.url));

export const readCase = (name: string): GoldenCase =>
  JSON.parse(readFileSync(`${casesFolder}${name}`, 'utf8')) as GoldenCase;

export const caseNames = (): string[] => readdirSync(casesFolder).filter((name) => name.endsWith('.json'));

export function behaviourOf(chip: Chip): Behaviour {
  const emulator = new Emulator(chip, { timing: 'cycle' });
  const digest = new SpikeDigest();
  const runs = chip.selfTest!.samples.map(({ input }) => {
    const inference = emulator.infer(input);
    digest.add(inference);
    return { predicted: inference.predicted, readout: [...inference.readout], cycles: inference.timing!.cycles };
  });
  return {
    ticks: chip.ticks,
    cores: chip.cores.length,
    predicted: runs.map((run) => run.predicted),
    readout: runs.map((run) => run.readout),
    spikeDigest: digest.hex(),
    cycles: runs.map((run) => run.cycles),
    counts: { ...emulator.counts() },
  };
}

async function buildCase(golden: GoldenCase): Promise<Uint8Array> {
  const base = builtinTargets().get(golden.target)!;
  const { limits, mesh } = golden.targetChanges ?? {};
  const target = { ...base, limits: { ...base.limits, ...limits }, mesh: mesh ?? base.mesh };
  const options = { ...TEST_OPTIONS, selfTestSamples: 3, target, ...golden.flags };
  const result = await buildChip(
    {
      source: new TextEncoder().encode(JSON.stringify(golden.network)),
      fileName: 'golden.net.json',
      readSideFile: (name) => {
        throw new Error(`no side file ${name}`);
      },
      options,
      calibration: (shape) => floatSamples(shape, options.calibrationLimit, 2021),
    },
    { now: () => 0, verify: true },
  );
  return result.bytes;
}

/** The instructions of all cores as text: what a change of the compiler shows first. */
function programText(chip: Chip): string[] {
  const mnemonics = /^\s*(?:[\w.]+:\s*)?(?:END|DENSE|SPARSE|CONV|DIAG|WINDOW|BIAS|CURRENT|FIRE|READ|RESET)\b/;
  return disassemble(chip)
    .split('\n')
    .filter((line) => mnemonics.test(line))
    .map((line) => line.replace(/;.*$/, '').trim());
}

export async function observeCase(golden: GoldenCase): Promise<NonNullable<GoldenCase['expected']>> {
  const chip = readChip(await buildCase(golden));
  return { behaviour: behaviourOf(chip), program: programText(chip) };
}

export async function acceptCase(name: string): Promise<void> {
  const golden = readCase(name);
  const expected = await observeCase(golden);
  writeFileSync(`${casesFolder}${name}`, `${JSON.stringify({ ...golden, expected }, null, 2)}\n`);
}
