/** What a stream did and what it cost, as a record. */
import { computeEnergy } from '../emulator/account/energy.ts';
import type { ChipStream, StreamEnd } from '../emulator/stream.ts';
import { type StreamRecord, streamRecord } from '../isa/index.ts';
import type { OpenChip } from './open.ts';

/** What the stream itself does not know. */
export interface StreamFacts {
  readonly tool: string;
  /** Events that came in. */
  readonly events: number;
  /** Spikes that reached the host. */
  readonly spikes: number;
  readonly recording?: StreamRecord['recording'];
  readonly host: StreamRecord['host'];
}

/**
 * The record that `snnemu stream --json` writes.
 *
 * @param end of `running`, from its reset; undefined where no tick was run
 */
export function streamRecordOf(
  { chip, sha256, name }: Pick<OpenChip, 'chip' | 'sha256' | 'name'>,
  running: ChipStream,
  end: StreamEnd | undefined,
  { tool, events, spikes, recording, host }: StreamFacts,
  timing: StreamRecord['timing'],
): StreamRecord {
  const { target, provenance } = chip;
  const ticks = end?.ticks ?? 0;
  const counts = running.counts();
  const cycles = end?.timing;
  const { jouleTotal, partial, parts } = computeEnergy(counts, 1, target, cycles?.cycles ?? null, chip.cores.length);
  return {
    format: streamRecord.format,
    tool,
    chip: { sha256, file: name, network: provenance.network, target: target.name },
    ...{ ticks, events, spikes, counts },
    ...(recording && { recording }),
    perLayer: running.layers().map((layer) => ({ ...layer })),
    timing,
    ...(cycles && {
      cycles: {
        total: cycles.cycles,
        reset: cycles.resetCycles,
        input: cycles.inputCycles,
        longestTick: cycles.longestTickCycles,
        overrunTicks: cycles.overrunTicks,
        overrun: cycles.overrunCycles,
      },
    }),
    clockHz: target.timing.clockHz.value,
    energy: { jouleTotal, joulePerTick: ticks === 0 ? 0 : jouleTotal / ticks, partial, parts },
    host,
  };
}
