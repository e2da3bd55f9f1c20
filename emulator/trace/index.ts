/** Execution traces of a timed run, as text for a sink: spec/traces.md. */
export type { TickRange, TraceOptions } from './choice.ts';
export type { TraceSummary } from './output.ts';
export { PerfettoTrace } from './perfetto.ts';
export { VCD_PHASE, VCD_STATE, VcdTrace } from './vcd.ts';
