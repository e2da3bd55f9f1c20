/** `--energy-budget`: kept, exceeded, or not decided; in the exit code, the record, the text and the page. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { images, tinyNetwork, World } from './world.ts';

const world = new World();
beforeAll(async () => {
  world.write('net.json', JSON.stringify(tinyNetwork()));
  world.write('images.npy', images(4));
  await world.run('snnc build net.json --calibrate images.npy -o chip.bin');
});
afterAll(() => {
  world.remove();
});

interface Energy {
  readonly energy: { readonly joulePerInference: number };
  readonly energyBudget?: { readonly joule: number; readonly verdict: string };
}

const textOf = (name: string): string => new TextDecoder().decode(world.read(name));

const evaluated = async (options: string) => {
  const outcome = await world.run(`snnemu eval chip.bin --data images.npy --json run.json ${options}`.trim());
  return { ...outcome, record: JSON.parse(textOf('run.json')) as Energy };
};

describe('--energy-budget', () => {
  it('is kept up to the energy of an inference, and exceeded below it', async () => {
    const { joulePerInference } = (await evaluated('')).record.energy;
    // Ten digits, rounded up and down.
    const budget = (factor: number): string => `${((joulePerInference * factor) / 1e-9).toFixed(10)}nJ`;
    const kept = await evaluated(`--energy-budget ${budget(1 + 1e-9)} --html kept.html`);
    expect(kept).toMatchObject({ exit: 0, record: { energyBudget: { verdict: 'kept' } } });
    expect(kept.stdout).toMatch(/budget .* per inference: kept, 100.0 % of it/);
    expect(textOf('kept.html')).toContain('Energy budget kept');
    const exceeded = await evaluated(`--energy-budget ${budget(0.5)} --html exceeded.html`);
    expect(exceeded).toMatchObject({ exit: 5, record: { energyBudget: { verdict: 'exceeded' } } });
    expect(exceeded.stderr).toMatch(/E0712.*each in the mean/);
    expect(textOf('exceeded.html')).toContain('Energy budget exceeded');
  });

  it('is not decided where energies are missing and the rest keeps it, and exceeded by what is known', async () => {
    expect(await evaluated('--timing none --energy-budget 1J')).toMatchObject({
      exit: 0,
      record: { energyBudget: { joule: 1, verdict: 'open' } },
    });
    expect(await evaluated('--timing none --energy-budget 0.000001nJ')).toMatchObject({
      exit: 5,
      record: { energyBudget: { verdict: 'exceeded' } },
    });
  });

  it('is an energy above zero', async () => {
    for (const text of ['0uJ', '5', '5ms', '-1uJ'])
      expect(await world.run(`snnemu run chip.bin --energy-budget=${text}`)).toMatchObject({ exit: 2, stdout: '' });
  });
});
