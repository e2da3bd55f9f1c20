/** Options by kind: what the help says, what is accepted and what the completion offers come from one row. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { snnc } from '../../bin/commands/snnc.ts';
import { snnemu } from '../../bin/commands/snnemu.ts';
import { World } from './world.ts';

const world = new World();
afterAll(() => world.remove());

const options = [snnc, snnemu].flatMap((program) =>
  program.commands.flatMap((entry) =>
    Object.entries(entry.options).map(([name, option]) => [`${program.name} ${entry.name}`, name, option] as const),
  ),
);

describe('option kinds', () => {
  it.each(options.filter(([, , { row }]) => row.default !== undefined))(
    '%s --%s reads its own default as the help prints it',
    async (_command, name, { row, read }) => {
      expect(String(await read(row.default, name))).toBe(String(row.default));
    },
  );

  it.each(options.filter(([, , { words }]) => words !== undefined))(
    '%s --%s accepts its words, tells them where one is wrong, and the completion offers them',
    async (command, name, { read, words }) => {
      const all = await words!();
      for (const word of all) expect(String(await read(word, name))).toBe(word);
      await expect(Promise.resolve(read('?', name))).rejects.toThrow(`is not one of ${all.join(', ')}`);
      const [program, entry] = command.split(' ');
      const line = [program!, '--get-yargs-completions', program!, entry!, `--${name}`, ''];
      const { stdout } = await world.runWords(line);
      expect(stdout.trim().split('\n')).toEqual(all);
    },
  );
});
