/** `snnemu noc` */
import {
  runTraffic,
  type Traffic,
  TRAFFIC_PATTERNS,
  type TrafficStatistics,
  WARM_UP_CYCLES,
} from '../../emulator/index.ts';
import { fail, type NocRecord, nocRecord, type Target, topologyOf } from '../../isa/index.ts';
import { renderNocText } from '../../report/index.ts';
import { isTargetFile, readTarget } from '../ui/chip-file.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import { interruptible } from '../../library/interruptible.ts';
import type { Io } from '../ui/io.ts';
import { startProgress } from '../ui/progress.ts';
import { nocTable } from '../../report/record-tables.ts';
import { checkOutputs } from '../ui/files.ts';
import { csvOutput, named, outputPaths, publish } from '../ui/results.ts';
import { oneOf, wholeNumber } from '../ui/values.ts';

export interface NocValues {
  readonly mesh: Target['mesh'] | undefined;
  readonly traffic: string;
  readonly rate: number;
  readonly buffers: number | undefined;
  readonly cycles: number;
  readonly seed: number;
  readonly sinks: 'credited' | 'always';
  readonly target: string;
  readonly csv: string | undefined;
  readonly json: string | undefined;
}

export async function noc(values: NocValues, io: Io): Promise<ExitCode> {
  const { json, sinks, cycles } = values;
  await checkOutputs(io, outputPaths(json, ...named(values.csv)), isTargetFile(values.target) ? [values.target] : []);
  const target = networkOf((await readTarget(io, values.target)).target, values);
  const traffic = trafficOf(values, target);
  const total = WARM_UP_CYCLES + cycles;
  const progress = await startProgress(io, 'routing', 'cycles');
  const start = io.now();
  let statistics: TrafficStatistics;
  try {
    const steps = runTraffic(target, traffic, cycles, { creditedSinks: sinks === 'credited' });
    statistics = await interruptible(
      reported(steps, (done) => progress.update(done, total)),
      io,
    );
  } finally {
    progress.stop();
  }
  const seconds = io.now() - start;
  const { linkHops, ...measured } = statistics;
  const perSecond = (count: number): number => (seconds > 0 ? count / seconds : 0);
  const { pattern, hotspots } = traffic;
  const record: NocRecord = {
    format: nocRecord.format,
    tool: `snnemu ${io.version}`,
    target: target.name,
    mesh: target.mesh,
    traffic: pattern,
    ...(hotspots && { hotspots: [...hotspots] }),
    bufferFlits: target.timing.bufferFlits,
    sinks,
    seed: traffic.seed,
    warmUpCycles: WARM_UP_CYCLES,
    ...measured,
    host: { seconds, linkHopsPerSecond: perSecond(linkHops), cyclesPerSecond: perSecond(total) },
  };
  const files = csvOutput(values.csv, () => nocTable(record));
  await publish(io, { json, record: () => record, text: (style) => renderNocText(record, style), files });
  return EXIT.done;
}

/** The same steps; each is told. */
function* reported<R>(steps: Generator<number, R, void>, tell: (done: number) => void): Generator<number, R, void> {
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
    tell(next.value);
    yield next.value;
  }
}

/** The target with the mesh and the buffers that were asked for. A mesh that was asked for is one chip. */
function networkOf(target: Target, { mesh, buffers }: NocValues): Target {
  const timing = buffers === undefined ? target.timing : { ...target.timing, bufferFlits: buffers };
  if (mesh === undefined) return { ...target, timing };
  const { chips: _, ...single } = target;
  return { ...single, timing, mesh };
}

/** @throws DiagnosticError E0103 */
function trafficOf(values: NocValues, { mesh }: Target): Traffic {
  const [word = '', ...rest] = values.traffic.split(':');
  const pattern = oneOf('traffic', word, TRAFFIC_PATTERNS);
  const { rate, seed } = values;
  if (pattern !== 'hotspot') {
    if (rest.length > 0)
      fail('E0103', `--traffic ${pattern} takes no nodes`, undefined, 'only hotspot does: hotspot:27,28');
    return { mesh, pattern, rate, seed };
  }
  const topology = topologyOf({ mesh });
  const middle = topology.tileAt(Math.floor(topology.columns / 2), Math.floor(topology.rows / 2));
  const named = rest.length === 0 ? [String(middle)] : rest.join(':').split(',');
  const hotspots = named.map((node) => wholeNumber('traffic hotspot:', node, 0, topology.tiles - 1));
  return { mesh, pattern, hotspots, rate, seed };
}
