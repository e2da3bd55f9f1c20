/** What is taken for a command of a document. */
import { describe, expect, it } from '@jest/globals';
import { commandsIn } from './commands.ts';

describe('commands of a document', () => {
  it.each<[string, string, (readonly string[])[]]>([
    [
      'a block',
      'Text:\n\n    $ npx snnc build net.onnx -o chip.bin\n    net fits edge\n',
      [['snnc', 'build', 'net.onnx', '-o', 'chip.bin']],
    ],
    ['continued lines', '    snnc targets \\\n        edge\n', [['snnc', 'targets', 'edge']]],
    ['a fenced block', '```\nsnnemu diff a.bin\n```\nsnnemu diff b.bin\n', [['snnemu', 'diff', 'a.bin']]],
    ['a comment', '    snnc completion zsh > ~/.zfunc/_snnc   # a folder\n', [['snnc', 'completion', 'zsh']]],
    [
      'a pipe',
      '    $ sensor | snnemu stream a.bin --events /dev/stdin | actuator\n',
      [['snnemu', 'stream', 'a.bin', '--events', '/dev/stdin']],
    ],
    [
      'a sentence',
      'See `snnemu diff chip.bin`, `snnc build … -o a.bin`, `snnc build` and `snnc explain <code>`.',
      [['snnemu', 'diff', 'chip.bin']],
    ],
    [
      'another program',
      '    $ xyz --help\n    OMP_NUM_THREADS=1 python train.py\n    node a.mjs\n    plain text\n',
      [[], [], []],
    ],
  ])('%s', (_name, text, commands) => {
    expect(commandsIn(text).map(({ words }) => words)).toEqual(commands);
  });

  it('says into which file the output goes', () => {
    expect(commandsIn('`snnc disasm chip.bin > prog.s`')[0]!.into).toBe('prog.s');
    expect(commandsIn('    snnc completion bash >> ~/.bashrc')[0]!.into).toBeUndefined();
    expect(commandsIn('    $ snnemu run a.bin --json - 2> errors.txt')[0]).toMatchObject({
      into: undefined,
      words: ['snnemu', 'run', 'a.bin', '--json', '-'],
    });
  });
});
