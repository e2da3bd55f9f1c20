// What every part of the benchmark measures with. A part is a process of its own; its last line is its result as JSON.

export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Wall seconds and seconds of the processor of a call; the latter grow less with what else the machine does. */
export function timed(run) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const result = run();
  const wall = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { wall, cpu: (user + system) / 1e6, result };
}

export const peakMB = () => (process.resourceUsage().maxRSS * 1024) / 1e6;

/** What the part was asked for. */
export const request = () => JSON.parse(process.argv[2] ?? '{}');

export const answer = (result) => process.stdout.write(`${JSON.stringify(result)}\n`);

/** A reproducible source of whole numbers below a limit. */
export function randomSource(seed) {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
