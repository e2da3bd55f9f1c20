/** `--json` where a command ends without a result. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { snnc } from '../../bin/commands/snnc.ts';
import { snnemu } from '../../bin/commands/snnemu.ts';
import { Interruption } from '../../bin/ui/io.ts';
import { refusal, type RefusalRecord } from '../../isa/index.ts';
import { publishedFormats } from './published.ts';
import { type World, worldWithChip } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await worldWithChip();
});
afterAll(() => world.remove());

const parsed = (text: string): RefusalRecord => refusal.schema.parse(JSON.parse(text));
const fileOf = (name: string): string => Buffer.from(world.read(name)).toString();

describe('a refusal', () => {
  it('has code, place, text, remedy, exit code and stage; stderr keeps the text', async () => {
    const { exit, stdout, stderr } = await world.run('snnc build absent.onnx -o x.bin --json -');
    expect(stderr).toContain('error[E0101]: cannot read: there is no such file (absent.onnx)\n  remedy: ');
    expect(parsed(stdout)).toEqual({
      format: 'snn-refusal/1',
      tool: 'snnc 0.0.0',
      command: 'build',
      exitCode: exit,
      stage: 'files-and-options',
      diagnostics: [
        {
          code: 'E0101',
          severity: 'error',
          message: 'cannot read: there is no such file',
          place: { file: 'absent.onnx' },
          remedy: 'check the path and its permissions',
        },
      ],
    });
  });

  it.each(
    [snnc, snnemu].flatMap((program) =>
      program.commands.filter(({ options }) => 'json' in options).map(({ name }) => [program.name, name] as const),
    ),
  )('%s %s writes one to stdout, and one to a file', async (program, name) => {
    const to = async (json: string) => world.run(`${program} ${name} --no-such-option ${json}`);
    const { exit, stdout } = await to('--json -');
    expect(exit).toBe(2);
    expect(parsed(stdout)).toMatchObject({ command: name, exitCode: 2, stage: 'files-and-options' });
    for (const json of ['--json', '--json=-']) expect((await to(json)).stdout).toBe(stdout);
    expect((await to('--json why.json')).stdout).toBe('');
    expect(fileOf('why.json')).toBe(stdout);
    expect(publishedFormats(stdout)).toEqual(['snn-refusal/1']);
  });

  it.each([
    ['snnc build net.json -T 1 --target tinyodin -o x.bin', 'conversion-and-fit'],
    ['snnemu run net.json', 'chip-file'],
    ['snnemu eval chip.bin --data net.json', 'data'],
    ['snnc bild', 'files-and-options'],
  ])('of %s is at %s', async (line, stage) => {
    expect(parsed((await world.run(`${line} --json -`)).stdout).stage).toBe(stage);
  });

  it('replaces an earlier result, and nothing else', async () => {
    await world.run('snnemu run chip.bin --json run.json');
    expect(fileOf('run.json')).toContain('snn-run/1');
    await world.run('snnemu run absent.bin --json run.json');
    expect(parsed(fileOf('run.json'))).toMatchObject({ command: 'run', exitCode: 3 });

    const before = world.read('labels.txt');
    const other = await world.run('snnemu run absent.bin --json labels.txt');
    expect(other.stderr).toContain('note: labels.txt stays as it was');
    expect(world.read('labels.txt')).toEqual(before);

    // An output of the command is none, even where it is not there yet.
    const same = await world.run('snnc convert net.json --calibrate images.npy -o c.json --json c.bin');
    expect(same.stderr).toContain('note: no record in c.bin');
    expect(world.files()).not.toContain('c.bin');

    // A record that the command reads is no result of it.
    await world.run('snnemu run chip.bin --json run.json');
    const { exit, stderr } = await world.run('snnemu report run.json --json ./run.json');
    expect(exit).toBe(2);
    expect(stderr).toContain('note: no record in ./run.json: the command uses it');
    expect(fileOf('run.json')).toContain('snn-run/1');
  });

  it('is not half of something: none where spikes are on stdout, none without --json', async () => {
    expect((await world.run('snnemu run absent.bin')).stdout).toBe('');
    expect((await world.run('snnc disasm absent.bin --json -')).stdout).toBe('');
    const nowhere = await world.run('snnemu run absent.bin --json no/such/folder.json');
    expect(nowhere.exit).toBe(3);
    expect(nowhere.stderr.match(/error\[E0102\]: .*folder\.json/g)).toHaveLength(1);
    const later = await world.run('snnemu run --no-such-option --json no/such/folder.json');
    expect(later.stderr).toMatch(/E0107[^]*E0102.*folder\.json/);
    expect(nowhere.stdout).toBe('');
  });

  it('is not written where the user interrupted', async () => {
    const controller = new AbortController();
    controller.abort(new Interruption());
    const { exit, stdout } = await world.run('snnemu run chip.bin --json -', { signal: controller.signal });
    expect({ exit, stdout }).toEqual({ exit: 130, stdout: '' });
  });
});
