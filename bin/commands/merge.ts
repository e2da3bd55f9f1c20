/** `snnemu merge`: the record of an evaluation from its parts. */
import { requireEnd } from '../../emulator/index.ts';
import { type EvalEnd, fail, InputLossSum, type RunRecord } from '../../isa/index.ts';
import { renderRunText } from '../../report/index.ts';
import { runTable } from '../../report/record-tables.ts';
import { addDataRecords, addEnds, isEndOf } from '../eval-parts/add-up.ts';
import { SampleRestorer } from '../eval-parts/kept-sample.ts';
import { readHead, readPart } from '../eval-parts/part-reader.ts';
import { type NamedPart, wholeOf } from '../eval-parts/whole.ts';
import { type ChipFile, readChipFile } from '../ui/chip-file.ts';
import { withData } from '../ui/events.ts';
import { leavesRange } from '../ui/data.ts';
import { EXIT, exitCodeOf, type ExitCode } from '../ui/exit.ts';
import { checkOutputs } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { printDiagnostics } from '../ui/messages.ts';
import { startProgress } from '../ui/progress.ts';
import { csvOutput, named, outputPaths, publish } from '../ui/results.ts';
import { sessionOptions } from './eval-part.ts';
import { newAccumulator, recordFaults } from './run-session.ts';

export interface MergeValues {
  readonly chip: string;
  readonly parts: readonly string[];
  readonly csv: string | undefined;
  readonly json: string | undefined;
}

/** @throws DiagnosticError E0723, E0724, E0725 */
export async function merge({ chip: path, parts: files, csv, json }: MergeValues, io: Io): Promise<ExitCode> {
  await checkOutputs(io, outputPaths(json, ...named(csv)), [path, ...files]);
  const file = await readChipFile(io, path);
  requireEnd(file.chip);
  const found: NamedPart[] = [];
  for (const each of files) found.push({ file: each, head: await readHead(io, each) });
  const parts = wholeOf(found, file.sha256, `snnemu ${io.version}`);
  const { head } = parts[0]!;
  const record = await addUp(path, file, parts, io);
  await publish(io, {
    json,
    record: () => record,
    text: (style) => renderRunText(record, style, { perTick: head.options.perTick }),
    files: csvOutput(csv, () => runTable(record)),
  });
  const faults = [...leavesRange(record.input!, file.chip), ...recordFaults(record)];
  printDiagnostics(faults, io);
  const missed = faults.find(({ severity }) => severity === 'error');
  return missed === undefined ? EXIT.done : exitCodeOf(missed.code);
}

const notOfChip = (what: string, file: string): never =>
  fail('E0725', `${what} of this chip`, { file }, 'compute that part again');

/** Takes all samples again in their order, which is what one run would have done. */
async function addUp(path: string, file: ChipFile, parts: readonly NamedPart[], io: Io): Promise<RunRecord> {
  const { head } = parts[0]!;
  const accumulator = newAccumulator(io, file, sessionOptions(head, path));
  const restorer = new SampleRestorer(file.chip);
  const loss = new InputLossSum();
  const ends: EvalEnd[] = [];
  const progress = await startProgress(io, 'merging', 'samples');
  try {
    let done = 0;
    for (const part of parts) {
      const samples = readPart(io, part.file, part.head);
      let next = await samples.next();
      for (; next.done !== true; next = await samples.next()) {
        const restored = restorer.restore(next.value);
        if (restored === undefined) return notOfChip(`sample ${next.value.index} is not`, part.file);
        accumulator.add(restored.sample, restored.inference);
        loss.add(next.value.input);
        progress.update(++done, head.samples);
      }
      if (!isEndOf(next.value, file.chip)) notOfChip('what it amounts to is not', part.file);
      ends.push(next.value);
    }
  } finally {
    progress.stop();
  }
  return {
    ...withData({ ...accumulator.finish(addEnds(ends)), input: loss.result() }, addDataRecords(ends), file.chip),
    ...(head.origin && { origin: head.origin }),
  };
}
