/** The command line of `snnc completion` and `snnemu completion`. */
import { command, type Command } from '../ui/command.ts';

/** @param program whose command lines are completed */
export const completionCommand = (program: string): Command =>
  command({
    name: 'completion',
    operands: '[shell]',
    summary: 'Print the completion script of a shell: bash, zsh or fish; without a name that of $SHELL.',
    operandTable: { shell: { type: 'string', describe: 'bash, zsh or fish' } } as const,
    options: {},
    examples: [
      ['completion bash >> ~/.bashrc', 'words of commands, options and their values with the tab key'],
      [`completion zsh > ~/.zfunc/_${program}`, 'in a folder that fpath names'],
      [`completion fish > ~/.config/fish/completions/${program}.fish`, 'with the meaning of each word'],
    ],
    run: async ({ shell }, io) => (await import('./completion.ts')).completion(program, shell, io),
  });
