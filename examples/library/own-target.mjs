// A chip of your own: node examples/library/own-target.mjs
import { readFileSync } from 'node:fs';
import { build, builtinTargets, DiagnosticError, open, run } from 'snnc';

const network = readFileSync(new URL('../lines.net.json', import.meta.url));
// A rising line in 8 × 8 pixels.
const image = Float32Array.from({ length: 64 }, (_, k) => (Math.floor(k / 8) + (k % 8) === 7 ? 255 : 0));

/** The chip `edge` with other cores: all else, its energies too, stays as it is. */
const edge = builtinTargets().get('edge');
const withCores = (name, limits, mesh) => ({ ...edge, name, limits: { ...edge.limits, ...limits }, mesh });

const targets = [
  edge,
  withCores('small', { neurons: 64, axons: 256 }, { width: 4, height: 4 }),
  withCores('tiny', { neurons: 16, axons: 16 }, { width: 2, height: 2 }),
];
for (const target of targets)
  try {
    const { bytes, chip } = await build(network, { target, mode: 'exact', window: 8 });
    const { className, record } = await run(open(bytes), image);
    const [cores, nanojoules] = [chip.cores.length, record.energy.joulePerInference * 1e9];
    console.log(`${target.name}: ${cores} cores, ${className}, ${nanojoules.toFixed(1)} nJ`);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    for (const { code, message, remedy } of error.diagnostics)
      console.log(`${target.name}: ${code} ${message}\n  remedy: ${remedy}`);
  }
