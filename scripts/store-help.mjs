// Writes down what `--help` of the programs and of each of their commands prints, for bin/ui/stored-help.ts. Called by the build,
// when the programs are bundled.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** @param root of the repository */
export async function storeHelp(root) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const module = (path) => import(pathToFileURL(join(root, 'dist', 'bin', path)).href);
  const { main } = await module('ui/main.js');
  const { keyOfArguments, STORED_WIDTHS, storedHelpFile } = await module('ui/stored-help.js');
  mkdirSync(join(root, 'dist', 'bundle', 'help'));
  for (const name of ['snnc', 'snnemu']) {
    const { [name]: program } = await module(`commands/${name}.js`);
    const lines = [['--help'], ['help'], ['--version'], ...program.commands.map((one) => [one.name, '--help'])];
    for (const width of STORED_WIDTHS) {
      const texts = {};
      for (const argv of lines) texts[keyOfArguments(argv)] = await printed(main, program, argv, { version, width });
      writeFileSync(join(root, 'dist', 'bundle', storedHelpFile(name, width)), JSON.stringify(texts));
    }
  }
}

/** What a program prints for arguments that ask for nothing but a text. */
async function printed(main, program, argv, { version, width }) {
  let text = '';
  const terminal = (write) => ({ isTTY: true, columns: width, write });
  const io = {
    version,
    env: {},
    stdout: terminal((more) => (text += more)),
    stderr: terminal((more) => {
      throw new Error(`${program.name} ${argv.join(' ')}: ${more}`);
    }),
  };
  const exit = await main(program, argv, io);
  if (exit !== 0) throw new Error(`${program.name} ${argv.join(' ')} ends with ${exit}`);
  return text;
}
