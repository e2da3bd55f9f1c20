/**
 * Which columns of a table are left out first where it is wider than the terminal, by its name in docs/terminal.md. Those that
 * are not named follow from the last one on; the first column stays.
 */
export const LEFT_OUT_FIRST = {
  layers: ['silent channels', 'became 0', 'shape', 'V bits', 'weights'],
  candidates: ['samples', 'correct', 'latency'],
  placements: ['busiest router', 'busiest link', 'Jin energy', 'hops', 'cycles'],
  ledger: ['rate', 'clipped', 'expected', 'threshold'],
  stations: ['same answer as before', 'accuracy', 'outputs differ by'],
  rounding: ['sum', 'counts', 'V, most', 'share'],
  activity: ['macs', 'payloads', 'cores', 'neurons'],
  energy: ['source', 'kind', 'each'],
  criticalCores: ['tile', 'ticks', 'update', 'integrate'],
  ticks: ['99 %', 'median', 'wait', 'barrier', 'network', 'in', 'critical core'],
  baselines: ['larger'],
  runs: ['spikes', 'synops', 'worst', 'cores', 'loss', '95 % interval'],
  differences: ['spikes', 'synops', 'cores'],
  sweep: ['cores', 'latency', 'MAE'],
  tune: ['samples', 'cores', 'latency'],
  cores: ['sink rows', 'parameters', 'program', 'groups', 'tile'],
  chipLayers: ['from tick', 'shape'],
  targets: ['chips', 'V bits', 'weight bits', 'clock', 'mesh', 'axons/core', 'synapses/core'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
