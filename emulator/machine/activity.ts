/** What layers, cores and links did in all inferences so far. */
import type { CoreActivity } from './runner.ts';
import type { LinkTraffic } from './trees.ts';

/** What a layer did in all inferences so far. */
export interface LayerActivity {
  readonly name: string;
  readonly spikes: number;
  /** Sum of the magnitudes of their payloads. */
  readonly spikePayload: number;
  readonly synops: number;
  readonly macs: number;
  readonly synapseBitsRead: number;
}

/** What the cores and links of the chip did in all inferences so far. */
export interface ChipActivity {
  /** In the order of the chip's cores. */
  readonly cores: readonly (Readonly<CoreActivity> & { readonly core: number })[];
  readonly links: readonly LinkTraffic[];
}

/** Of two runs of the same chip: both list the same cores; links are listed where they carried something. */
export function addActivity(a: ChipActivity, b: ChipActivity): ChipActivity {
  const links = new Map<string, LinkTraffic>();
  for (const { from, to, packets } of [...a.links, ...b.links]) {
    const key = `${from} ${to}`;
    links.set(key, { from, to, packets: packets + (links.get(key)?.packets ?? 0) });
  }
  return {
    cores: a.cores.map(({ core, spikes, synops, macs, packets }, k) => ({
      core,
      spikes: spikes + b.cores[k]!.spikes,
      synops: synops + b.cores[k]!.synops,
      macs: macs + b.cores[k]!.macs,
      packets: packets + b.cores[k]!.packets,
    })),
    links: [...links.values()].sort((x, y) => x.from - y.from || x.to - y.to),
  };
}

/** Of two runs of the same chip. */
export const addLayers = (a: readonly LayerActivity[], b: readonly LayerActivity[]): LayerActivity[] =>
  a.map(({ name, spikes, spikePayload, synops, macs, synapseBitsRead }, k) => ({
    name,
    spikes: spikes + b[k]!.spikes,
    spikePayload: spikePayload + b[k]!.spikePayload,
    synops: synops + b[k]!.synops,
    macs: macs + b[k]!.macs,
    synapseBitsRead: synapseBitsRead + b[k]!.synapseBitsRead,
  }));
