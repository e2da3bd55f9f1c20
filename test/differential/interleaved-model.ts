/**
 * The first sample of a chip file's self-test on both machines, in plain node:
 *
 *     node --import ./test/typescript.mjs test/differential/interleaved-model.ts <chip.bin>
 *
 * Writes the cycles and spikes as JSON, and where the machines differ.
 */
import { readFileSync } from 'node:fs';
import { readChip } from '../../isa/index.ts';
import { InterleavedMachine } from '../interleaved/machine.ts';
import { differenceFrom } from './interleaved-difference.ts';

const chip = readChip(readFileSync(process.argv[2]!));
const { input } = chip.selfTest!.samples[0]!;
const inference = InterleavedMachine.infer(chip, input);
const difference = differenceFrom(inference, chip, input, 'wasm');
const { timing, counts } = inference;
console.log(
  JSON.stringify({ cycles: timing.cycles, spikes: counts.spikes, ...(difference !== undefined && { difference }) }),
);
