/** `snnc completion`: scripts that ask the program itself what could come next, so that they know what its tables say. */
import { EXIT, type ExitCode } from '../ui/exit.ts';
import type { Io } from '../ui/io.ts';
import { COMPLETIONS } from '../ui/parser.ts';
import { oneOf } from '../ui/values.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/**
 * Prints the script of a shell.
 *
 * @param shell undefined: that of the user, else bash
 * @throws DiagnosticError E0103 for a shell that has none
 */
// A promise because that is what a command gives.
// eslint-disable-next-line @typescript-eslint/require-await
export async function completion(program: string, shell: string | undefined, io: Io): Promise<ExitCode> {
  const own = SHELLS.find((name) => (io.env.SHELL ?? '').endsWith(name)) ?? 'bash';
  io.stdout.write(SCRIPTS[shell === undefined ? own : oneOf('shell', shell, SHELLS)](program));
  return EXIT.done;
}

/** The shell is said to the program, since its lists differ: of zsh and fish they have meanings. */
const SCRIPTS: Readonly<Record<Shell, (program: string) => string>> = {
  bash: (program) => `# completion of ${program} in bash: ${program} completion bash >> ~/.bashrc
_${program}_completions() {
  local words
  mapfile -t words < <(SHELL=bash "\${COMP_WORDS[0]}" --${COMPLETIONS} "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)
  mapfile -t COMPREPLY < <(compgen -W "\${words[*]}" -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -o bashdefault -o default -F _${program}_completions ${program}
`,
  zsh: (program) => `#compdef ${program}
# completion of ${program} in zsh: ${program} completion zsh > ~/.zfunc/_${program}
_${program}_completions() {
  local -a found
  found=("\${(@f)$(SHELL=zsh \${words[1]} --${COMPLETIONS} "\${(@)words[1,CURRENT]}" 2>/dev/null)}")
  found=(\${found:#})
  (( \${#found} )) && _describe -V '${program}' found
  [[ \${words[CURRENT]} == -* ]] || _files
}
if [[ "\${zsh_eval_context[-1]}" == loadautofunc ]]; then
  _${program}_completions "$@"
else
  compdef _${program}_completions ${program}
fi
`,
  fish: (
    program,
  ) => `# completion of ${program} in fish: ${program} completion fish > ~/.config/fish/completions/${program}.fish
complete -c ${program} -a '(env SHELL=fish (commandline -opc)[1] --${COMPLETIONS} (commandline -opc) (commandline -ct) 2>/dev/null)'
`,
};
