/** Completion scripts of three shells. */
import { execFileSync } from 'node:child_process';
import { afterAll, describe, expect, it } from '@jest/globals';
import { World } from './world.ts';

const world = new World();
afterAll(() => world.remove());

const SHELLS = ['bash', 'zsh', 'fish'] as const;
const scriptOf = async (program: string, shell: string): Promise<string> =>
  (await world.run(`${program} completion ${shell}`)).stdout;

describe('completion', () => {
  it.each(SHELLS)('in %s asks the program, as the user calls it', async (shell) => {
    for (const program of ['snnc', 'snnemu']) {
      const script = await scriptOf(program, shell);
      expect(script).toContain(`SHELL=${shell}`);
      expect(script).toContain('--get-yargs-completions');
      expect(
        script
          .split('\n')
          .filter((line) => /^(complete|compdef|#compdef).*/.test(line.trim()))
          .join(),
      ).toContain(program);
    }
  });

  it('is that of the own shell where none is named', async () => {
    for (const shell of SHELLS)
      expect((await world.run('snnc completion', { env: { SHELL: `/usr/bin/${shell}` } })).stdout).toBe(
        await scriptOf('snnc', shell),
      );
    expect((await world.run('snnc completion')).stdout).toBe(await scriptOf('snnc', 'bash'));
    const { exit, stderr } = await world.run('snnc completion bsh');
    expect(exit).toBe(2);
    expect(stderr).toContain('did you mean "bash"?');
  });

  it('in bash offers what the program lists', async () => {
    world.write('snnc.bash', await scriptOf('snnc', 'bash'));
    const test = `source snnc.bash
      snnc() { [ "$SHELL $*" = 'bash --get-yargs-completions snnc build --m' ] && printf '%s\\n' --mode --map --seed; }
      COMP_WORDS=(snnc build --m rest); COMP_CWORD=2; _snnc_completions; echo "\${COMPREPLY[@]}"`;
    expect(execFileSync('bash', ['-c', test], { cwd: world.folder }).toString()).toBe('--mode --map\n');
  });
});
