/** `snnc passes` */
import { PASSES } from '../../compiler/index.ts';
import { pass } from '../../isa/index.ts';
import { renderTable } from '../../report/index.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import type { Io } from '../ui/io.ts';
import { checkJsonOutput, publish } from '../ui/results.ts';

export async function passes({ json }: { readonly json: string | undefined }, io: Io): Promise<ExitCode> {
  await checkJsonOutput(io, json, []);
  await publish(io, {
    json,
    record: () => PASSES.map(([name, meaning]) => ({ format: pass.format, name, meaning })),
    text: (style) => `${renderTable([{ title: 'pass' }, { title: 'what it does' }], PASSES, style)}\n`,
  });
  return EXIT.done;
}
