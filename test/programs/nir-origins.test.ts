/** One leaky neuron, and the same network in several simulators: their recordings, in floating point and on the chip. */
import { readFileSync } from 'node:fs';
import { describe, expect } from '@jest/globals';
import { buildChip, readNetwork } from '../../compiler/index.ts';
import { PopulationRun } from '../../compiler/engines/population-run.ts';
import { Emulator } from '../../emulator/index.ts';
import { builtinTargets } from '../../isa/index.ts';
import { TEST_OPTIONS } from '../arbitraries/builds.ts';
import { itShared, sharedPath } from '../shared.ts';

const shared = (...path: readonly string[]): Buffer => readFileSync(sharedPath('data', ...path)!);

interface Recording {
  readonly origin: 'norse' | 'rockpool' | 'snntorch' | 'nengo' | 'spyx' | 'lava';
  readonly file: readonly [folder: string, name: string];
  /** The recorded membrane for one of 1 in the graph. */
  readonly unit: number;
  /** Steps that spikes were recorded late. */
  readonly late?: number;
}

/** Of V, in units of the graph: the simulators compute in single precision. */
const LARGEST_ERROR = 6e-8;

const RECORDINGS: readonly Recording[] = [
  { origin: 'norse', file: ['nir', 'lif_norse.csv'], unit: 1 },
  { origin: 'rockpool', file: ['nir', 'lif_rockpool.csv'], unit: 1 },
  // The gain is in its threshold: V is recorded without it.
  { origin: 'snntorch', file: ['lif', 'lif_snntorch.csv'], unit: 25 },
  { origin: 'nengo', file: ['lif', 'lif_nengo.csv'], unit: 10 },
  // Its spikes come from the V of the step before.
  { origin: 'spyx', file: ['lif', 'lif_spyx.csv'], unit: 1, late: 1 },
  { origin: 'lava', file: ['lif', 'lif_lava_cpu_float.csv'], unit: 1 },
];

const SAID = { fileName: 'lif.nir', readSideFile: () => new Uint8Array() };

describe.each(RECORDINGS)('a leaky neuron of NIR read as in $origin', ({ origin, file, unit, late = 0 }) => {
  const columns = (): number[][] => {
    const rows = shared(...file)
      .toString()
      .trim()
      .split('\n');
    return [0, 1, 2].map((column) => rows.map((row) => Number(row.split(',')[column])));
  };

  itShared('has the recorded membrane and spikes in floating point', () => {
    const [input, membrane, spikes] = columns() as [number[], number[], number[]];
    const network = readNetwork(shared('nir', 'lif_norse.nir'), {
      ...SAID,
      timing: { steps: input.length, dt: 1e-4, rules: { origin } },
    });
    if (network.kind !== 'populations') throw new Error('a NIR graph is one of populations');
    const run = new PopulationRun({ ...network, counts: true }, [0]);
    const { leak, threshold } = network.populations[0]!.parameters;
    const found: number[] = new Array<number>(late).fill(0);
    let largest = 0;
    run.run(input, (step, view) => {
      const fired = view.fired(0).length;
      found.push(fired);
      // What the end of a step does for the next one is not in the recording yet.
      const owed = late * fired * threshold!.values[0]!;
      const potential = (view.potentials(0)[0]! + owed) / leak!.values[0]!;
      largest = Math.max(largest, Math.abs(potential * unit - membrane[step]!));
    });
    expect(found.slice(0, input.length)).toEqual(spikes);
    expect(largest).toBeLessThanOrEqual(LARGEST_ERROR * unit);
  });

  itShared('fires as recorded on the chip', async () => {
    const [input, , spikes] = columns() as [number[], number[], number[]];
    const { chip } = await buildChip(
      {
        ...SAID,
        source: shared('nir', 'lif_norse.nir'),
        options: {
          ...TEST_OPTIONS,
          ...{
            target: builtinTargets().get('edge')!,
            weightBits: 16,
            window: input.length,
            stated: ['window'],
            dt: 1e-4,
          },
          nir: { origin },
        },
      },
      { now: () => 0 },
    );
    const found: number[] = new Array<number>(late).fill(0);
    const { depth } = chip.layers[0]!;
    new Emulator(chip, { timing: 'none' }).infer(Int16Array.from(input), {
      onTick: (tick, view) => {
        if (tick >= depth) found.push(view.fired(0).length);
      },
    });
    expect(found.slice(0, input.length)).toEqual(spikes);
    expect(chip.provenance.options.nirOrigin).toBe(`${origin} (asked for)`);
  });
});
