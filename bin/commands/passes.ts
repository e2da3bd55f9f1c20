/** `snnc passes` */
import { PASSES } from '../../compiler/index.ts';
import { renderTable } from '../../report/index.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import type { Io } from '../ui/io.ts';
import { withFlags } from '../ui/flags.ts';
import { checkJsonOutput, publish } from '../ui/results.ts';

export async function passes({ json }: { readonly json: string | undefined }, io: Io): Promise<ExitCode> {
  await checkJsonOutput(io, json, []);
  const rows = PASSES.map(({ name, says }) => [name, withFlags(says)] as const);
  await publish(io, {
    json,
    record: () => PASSES.map(({ name, says }) => ({ format: 'snn-pass/1' as const, name, meaning: withFlags(says) })),
    text: (style) => `${renderTable([{ title: 'pass' }, { title: 'what it does', words: true }], rows, style)}\n`,
  });
  return EXIT.done;
}
