/** Networks of lava-dl as published, from their files onto a chip, against what lava recorded of them (../shared/data). */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect } from '@jest/globals';
import { buildChip } from '../../compiler/index.ts';
import { type Hdf5Group, openHdf5 } from '../../compiler/read/hdf5/file.ts';
import { type Hdf5Tree, type Hdf5Value, hdf5File } from '../../compiler/write/hdf5.ts';
import { Emulator } from '../../emulator/index.ts';
import { builtinTargets, type Chip } from '../../isa/index.ts';
import { TEST_OPTIONS } from '../arbitraries/builds.ts';
import { emulatorTicks } from '../differential/states.ts';
import { itShared, sharedPath } from '../shared.ts';
import { parseNpy } from './npy.ts';

const shared = (file: string): Uint8Array => {
  const bytes = readFileSync(sharedPath('data', 'loihi', file)!);
  return new Uint8Array(file.endsWith('.gz') ? gunzipSync(bytes) : bytes);
};
const recording = (name: string) => parseNpy(Buffer.from(shared(name)));

async function chipOf(source: Uint8Array, steps: number): Promise<Chip> {
  const options = {
    ...TEST_OPTIONS,
    ...{ target: builtinTargets().get('edge')!, window: steps, stated: ['window' as const] },
  };
  const request = { source, fileName: 'some.net', readSideFile: () => new Uint8Array(), options };
  return (await buildChip(request, { now: () => 0 })).chip;
}

/** Spikes and potentials of a layer, in its own steps. */
function activityOf(chip: Chip, input: Int16Array, layer: number, steps: number) {
  const { ticks } = emulatorTicks(new Emulator(chip, { timing: 'none' }), chip, input);
  const own = ticks.slice(chip.layers[layer]!.depth).slice(0, steps);
  return own.map(({ fired, potentials }) => ({ fired: fired[layer]!, potentials: potentials[layer]! }));
}

/** Of values [neurons, steps]: which are not 0 in a step. */
const firedAt = ({ shape, values }: ReturnType<typeof recording>, step: number): number[] =>
  Array.from({ length: shape[0]! }, (_, n) => n).filter((n) => values[n * shape[1]! + step] !== 0);

/** A file with one layer of another one. */
function withLayer(file: Hdf5Group, k: number): Uint8Array {
  const copyOf = (group: Hdf5Group): Hdf5Tree =>
    new Map(
      group.names.map((name): [string, Hdf5Value | Hdf5Tree] => {
        const member = group.get(name)!;
        if (member.kind === 'group') return [name, copyOf(member)];
        const { shape } = member;
        return [
          name,
          member.elements === 'text' ? { shape, texts: member.texts() } : { shape, numbers: member.numbers() },
        ];
      }),
    );
  const layers = file.get('layer');
  const layer = layers?.kind === 'group' ? layers.get(String(k)) : undefined;
  if (layer?.kind !== 'group') throw new Error(`there is no layer ${k}`);
  return hdf5File(new Map([['layer', new Map([['0', copyOf(layer)]])]]));
}

describe('of lava-dl', () => {
  itShared('tiny.net fires in all of its layers as it was recorded', async () => {
    const steps = 15;
    const chip = await chipOf(shared('tiny.net'), steps);
    // What the input layer was given in each step, [columns, rows, channels]: 36·x + 34.
    const { shape, values } = recording('tinynet_input_bias.npy');
    const [width, height, channels] = shape as [number, number, number];
    const payloads = Array.from({ length: channels * height * width }, (_, k) => {
      const [channel, y, x] = [Math.floor(k / (height * width)), Math.floor(k / width) % height, k % width];
      return values[(x * height + y) * channels + channel]! - 34;
    });
    const input = Int16Array.from(Array.from({ length: steps }, () => payloads).flat());
    const counts = (['input', 'layer1', 'output'] as const).map((name, layer) => {
      // [1, channels, rows, columns, steps]; the first step is the state before anything has come.
      const { shape: sides, values: spikes } = recording(`tinynet_${name}.npy`);
      const all = { shape: [spikes.length / sides[4]!, sides[4]!], values: spikes };
      const activity = activityOf(chip, input, layer, steps);
      expect(activity.map(({ fired }) => fired)).toEqual(activity.map((_, step) => firedAt(all, step + 1)));
      return activity.flatMap(({ fired }) => fired).length;
    });
    expect(counts).toEqual([6783, 1633, 92]);
  });

  itShared('oxford_network.net fires in its first layer as it was recorded', async () => {
    const steps = 2000;
    const chip = await chipOf(shared('oxford_network.net'), steps);
    const [given, recorded] = [recording('dense_in.npy.gz'), recording('dense_out.npy.gz')];
    const [sources, all] = given.shape as [number, number];
    const input = Int16Array.from(
      { length: steps * sources },
      (_, k) => given.values[(k % sources) * all + Math.floor(k / sources)]!,
    );
    const activity = activityOf(chip, input, 0, steps - 1);
    // The recording shows the answer to an input one step later.
    expect(activity.map(({ fired }) => fired)).toEqual(activity.map((_, step) => firedAt(recorded, step + 1)));
    expect(activity.flatMap(({ fired }) => fired).length).toBe(1826);
  });

  itShared('the last layer of PilotNet that fires has the spikes and potentials that were recorded', async () => {
    // Its state is cleared before step 8, so an inference begins there.
    const [first, steps] = [8, 16];
    const chip = await chipOf(withLayer(openHdf5(shared('pilotnet_network.net.gz')), 9), steps);
    const given = recording('pilotnet_fc-1.npy');
    const [spikes, potentials] = [recording('pilotnet_fc-2.npy'), recording('pilotnet_fc-2-v.npy')];
    const [sources, all] = given.shape as [number, number];
    const input = Int16Array.from(
      { length: steps * sources },
      (_, k) => given.values[(k % sources) * all + first - 1 + Math.floor(k / sources)]!,
    );
    const activity = activityOf(chip, input, 0, steps);
    expect(activity.map(({ fired }) => fired)).toEqual(activity.map((_, k) => firedAt(spikes, first + k)));
    // The recording has 128 where a neuron fired: a mark of the chip's. On this chip V has decayed at the end of a step.
    const decayed = (v: number): number => Math.trunc((v * (4096 - 1024)) / 4096) + 0;
    expect(activity.map((step) => step.potentials)).toEqual(
      activity.map(({ fired }, k) =>
        Array.from({ length: 10 }, (_, n) =>
          fired.includes(n) ? 0 : decayed(potentials.values[n * all + first + k]!),
        ),
      ),
    );
    expect(activity.flatMap(({ fired }) => fired).length).toBe(3);
  });
});
