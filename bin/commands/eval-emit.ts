/** `snnemu eval --emit`: the evaluation as a script, instead of its results. */
import { resolve } from 'node:path';
import { fail } from '../../isa/index.ts';
import { plural, printable } from '../../report/index.ts';
import { slurmScript } from '../eval-parts/slurm.ts';
import { dataFile } from '../ui/data.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import { checkOutputs } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { publish } from '../ui/results.ts';
import { EVAL_OPTIONS } from './eval-options.ts';
import { type EvalPartValues, OF_THE_WHOLE, refuseWhole } from './eval-part.ts';
import type { Emitted } from './emitted.ts';

export interface EvalEmitValues extends EvalPartValues {
  readonly emit: Emitted | undefined;
  readonly tasks: number | undefined;
}

/** What the script says itself, or whoever merges. */
const NOT_OF_A_TASK: ReadonlySet<string> = new Set(['json', 'csv', 'wide', 'workers']);

/** @throws DiagnosticError E0107 where options do not go together */
export async function emitEvaluation(values: EvalEmitValues, io: Io): Promise<ExitCode> {
  const { emit, tasks, chip, data, json, csv, part, output } = values;
  if (emit === undefined) fail('E0107', '--tasks without --emit', undefined, 'write --emit slurm eval.sh --tasks 8');
  if (tasks === undefined)
    fail('E0107', '--emit without --tasks', undefined, 'say how many parts there are: --tasks 8');
  if ((part ?? output) !== undefined)
    fail(
      'E0107',
      `--${part === undefined ? 'output' : 'part'} beside --emit: the script says itself who runs which part`,
    );
  refuseWhole(
    values,
    '--emit',
    OF_THE_WHOLE.filter((name) => name !== 'json' && name !== 'csv'),
  );
  const { file } = emit;
  await checkOutputs(io, [file], [chip, dataFile(io, data)]);
  const results = Object.entries({ json: json === '' ? '-' : json, csv }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const script = slurmScript({
    ...{ chip, results, file, tasks, folder: resolve(io.cwd) },
    options: Object.fromEntries(Object.entries(EVAL_OPTIONS).filter(([name]) => !NOT_OF_A_TASK.has(name))),
    given: io.given?.values ?? {},
  });
  const text = `an evaluation in ${plural(tasks, 'task')}: sbatch ${printable(file)}\n`;
  await publish(io, { text: () => text, files: [{ path: file, content: script }] });
  return EXIT.done;
}
