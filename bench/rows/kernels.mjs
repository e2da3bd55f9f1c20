// The kernels beside a plain loop, their TypeScript twin, the prototypes and the memory.
const CASES = ['dense', 'sparse', 'convolution'];
const MORE = ['dense-128', 'dense-10', 'dense-large', 'convolution-16', 'depthwise', 'one-to-one'];
/** Share of the prototype's speed that a kernel has to reach. */
const LEAST_SHARE = 0.8;
/** How much slower the TypeScript kernels may be. */
const MOST_RATIO = 20;

export function* kernelRows({ ask, quick }) {
  const { bytesPerSecond } = ask('kernels', { only: 'bandwidth' });
  yield { what: 'memory: copying, read and written', value: bytesPerSecond / 1e9, unit: 'GB/s' };
  for (const only of quick ? CASES : [...CASES, ...MORE]) {
    const { name, wasm, ts, plain, prototype, peakMB } = middleRun(ask, only, quick);
    const note = [
      `${(wasm / plain).toFixed(1)} x plain loop`,
      // A synapse of these is a byte of weights.
      ...(only === 'dense-large' ? [`${(wasm / bytesPerSecond).toFixed(2)} x copying`] : []),
    ].join(', ');
    yield { what: name, value: wasm, unit: 'synops/s', peakMB, note };
    const twin = `ts ${(ts / 1e9).toPrecision(2)} G synops/s`;
    yield { what: `${name}: wasm / ts`, value: wasm / ts, unit: 'x', bar: { most: MOST_RATIO }, note: twin };
    if (!CASES.includes(only)) continue;
    const what = `${name}: wasm / prototype`;
    if (prototype === undefined) yield { what, skipped: 'skipped: no ../shared' };
    else yield { what, value: wasm / prototype, unit: 'x', bar: { least: LEAST_SHARE } };
  }
}

/**
 * Where a process happens to lie in memory decides how well its arrays share the cache, for as long as it lives: so a ratio
 * that has a bar is the middle one of three processes, all figures from the same one.
 */
function middleRun(ask, only, quick) {
  const processes = CASES.includes(only) && !quick ? 3 : 1;
  const runs = Array.from({ length: processes }, () => ask('kernels', { only, repeats: quick ? 11 : 41 }));
  const share = ({ wasm, prototype, plain }) => wasm / (prototype ?? plain);
  return runs.toSorted((a, b) => share(a) - share(b))[processes >> 1];
}
