/** What a stranger may give the programs: every command ends with a documented code and a message that helps. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tinyNetwork, type World, worldWithChip } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await worldWithChip();
});
afterAll(() => world.remove());

/** A network of one layer with as many outputs, each with a connection of its own. */
function sparseNetwork(outputs: number): string {
  const post = Array.from({ length: outputs }, (_, k) => k);
  const layer = { name: 'wide', op: 'sparse', outputs, pre: post.map(() => 0), post };
  const weight = { shape: [outputs], data: post.map((k) => (k % 7) - 3) };
  return JSON.stringify({ format: 'snn-net/1', input: { shape: [4, 1, 1] }, layers: [{ ...layer, weight }] });
}

describe('a layer with more channels than a call can take arguments', () => {
  it('is refused for its size', async () => {
    world.write('wide.net.json', sparseNetwork(300_000));
    const { exit, stderr } = await world.run('snnc build wide.net.json -o wide.bin');
    expect(stderr).toContain('error[E0305]');
    expect(exit).toBe(3);
  });
});

void tinyNetwork;
